"""``iasyncinfo show``: show the state machines themselves."""

import sys
from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_profile, profile
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.console.terminal import columns
from iasyncinfo_spec.rendering import show

CODES: Final[Mapping[int | str, str]] = {
    0: "it was printed",
}
EXAMPLES: Final = (
    "iasyncinfo show",
    "iasyncinfo show --profile wrl --format mermaid",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_profile(parser)
    parser.add_argument("--format", choices=("table", "json", "mermaid", "dot"), default="table")


def run(options: Options) -> int:
    """Print the machines of a profile."""
    say(show(profile(options.profile), options.format, columns(sys.stdout)), verbatim=options.format != "table")
    return 0
