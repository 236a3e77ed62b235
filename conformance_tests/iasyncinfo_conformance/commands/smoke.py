"""``iasyncinfo smoke``: is the adapter sane?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_target, target_of
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.engines.smoke.smoke import smoke

if TYPE_CHECKING:
    from iasyncinfo_conformance.target import Target

_REPORTS: Final = "report_progress"
_LEVERS: Final = ("fail", "acknowledge_cancel", _REPORTS, "cancel_notifications")
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
        notes = [f"note     {remark}" for remark in (*target.notes, *remarks, *_missing(target))]
        kinds = [f"{kind.value:<24} supports {', '.join(sorted(target.supports(kind)))}" for kind in target.kinds]
        say("\n".join([*notes, *kinds, f"{target.name}: the adapter is sane"]))
    return 0


def _missing(target: "Target") -> Iterator[str]:
    """Yield which levers the adapter does not give, and for which kinds."""
    told = []
    for lever in _LEVERS:
        kinds = [kind for kind in target.kinds if kind not in target.born and (kind.has_progress or lever != _REPORTS)]
        without = [kind for kind in kinds if lever not in target.supports(kind)]
        if without:
            told.append(lever if without == kinds else f"{lever} ({', '.join(without)})")
    if told:
        yield f"the adapter gives no {', '.join(told)}: rules that need what it does not give cannot be tested"
