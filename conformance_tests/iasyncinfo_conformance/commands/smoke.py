"""``iasyncinfo smoke``: is the adapter sane?"""

from collections.abc import Mapping
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_target, target_of
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.engines.smoke import smoke

CODES: Final[Mapping[int | str, str]] = {
    0: "the adapter is sane",
    3: "the adapter, driver or suite is broken",
}
EXAMPLES: Final = (
    "iasyncinfo smoke ./mine.py:start",
    "iasyncinfo smoke --exec ./driver",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add_target(parser)


def run(options: Options) -> int:
    """Print what the adapter has; what is wrong with it is raised as a HarnessFault."""
    with target_of(options) as target:
        remarks = smoke(target)
        notes = [f"note     {remark}" for remark in (*target.notes, *remarks)]
        kinds = [f"{kind.value:<24} supports {', '.join(sorted(target.supports(kind)))}" for kind in target.kinds]
        say("\n".join([*notes, *kinds, f"{target.name}: the adapter is sane"]))
    return 0
