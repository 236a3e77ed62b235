"""``iasyncinfo explain``: explain a rule or a variation point."""

import sys
from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.console.terminal import columns
from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.judging.blame import laid_to
from iasyncinfo_spec.rendering import canonical, explain
from iasyncinfo_spec.words import format_word

CODES: Final[Mapping[int | str, str]] = {
    0: "it was explained",
}
EXAMPLES: Final = (
    "iasyncinfo explain CTX",
    "iasyncinfo explain LATE",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("name", metavar="RULE|POINT")


def run(options: Options) -> int:
    """Print the text, why it is so, its source, who honours it, what tests it, and what is laid to it."""
    try:
        name = canonical(options.name)
    except KeyError as error:
        raise UsageFault(f"{error.args[0]} See iasyncinfo list rules and iasyncinfo list points.") from None
    tests = dict.fromkeys(format_word(case.word) for case in CASES if case.rule == name)
    say(explain(name, tuple(tests), laid_to(name), columns(sys.stdout)))
    return 0
