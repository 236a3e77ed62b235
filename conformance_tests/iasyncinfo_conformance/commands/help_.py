"""``iasyncinfo help``: the help of the command line, or of one command."""

from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands import COMMANDS
from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_spec.meant import no_such

CODES: Final[Mapping[int | str, str]] = {0: "it was printed"}
EXAMPLES: Final = ("iasyncinfo help", "iasyncinfo help check")


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("verb", nargs="?", metavar="COMMAND", help="the command of which to tell")


def run(options: Options) -> int:
    """Print the help of a command, or of all; it ends as --help does."""
    from iasyncinfo_conformance.commands.parser import parser

    verb = options.verb
    if verb is not None and verb not in COMMANDS:
        raise UsageFault(no_such("command", verb, COMMANDS))
    asked = [] if verb is None else [verb]
    parser(asked).parse_args([*asked, "--help"])
    return 0
