"""``iasyncinfo list``: list what there is."""

import sys
from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.console.terminal import columns
from iasyncinfo_spec.rendering import listing

CODES: Final[Mapping[int | str, str]] = {
    0: "it was printed",
}
EXAMPLES: Final = (
    "iasyncinfo list rules",
    "iasyncinfo list families --format json",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("what", choices=("rules", "points", "families", "profiles", "steps"))
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(options: Options) -> int:
    """Print the list."""
    say(listing(options.what, options.format, columns(sys.stdout)), verbatim=options.format != "text")
    return 0
