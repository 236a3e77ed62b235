"""``iasyncinfo identify``: whose manners has an implementation?"""

from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_kind, add_target, target_of
from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.identifying.identity import identify

CODES: Final[Mapping[int | str, str]] = {
    0: "a family is identified",
    1: "it is none of those known",
    3: "the adapter, driver or suite is broken",
}
EXAMPLES: Final = (
    "iasyncinfo identify ./mine.py:start",
    "iasyncinfo identify family:wrl --kind action",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_target(parser)
    add_kind(parser, "ask objects of this kind only")


def run(options: Options) -> int:
    """Ask the target; return 0 where a family is identified, 1 where it is none of those known."""
    with target_of(options) as target, progress_line() as progress:
        if options.kind is not None:
            if options.kind not in target.kinds:
                raise UsageFault(
                    f"{target.name} does not declare {options.kind}; it declares {', '.join(target.kinds)}."
                )
            target.kinds = (options.kind,)
        found = identify(target, progress=progress)
    say(str(found))
    return found.exit_code
