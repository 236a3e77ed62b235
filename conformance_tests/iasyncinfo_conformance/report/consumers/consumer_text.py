"""What a person reads of a consumer beside cards and hazards: its answers, and the table of families and situations."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.record.consumed import Consumed, Fared
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.consumers.fared import families, situations
from iasyncinfo_conformance.report.layout import numbered

_MARKS: Final = {Fared.KEPT: ".", Fared.HAZARD: "h", Fared.BROKEN: "X"}
_NOT_MET: Final = " "
_LEGEND: Final = "X a rule is broken, h a hazard, . kept; nothing: the family cannot do so, or none was drawn"


def ran(record: Record, consumed: Consumed) -> Iterator[str]:
    """Yield the lines of numbers of a consumer's record."""
    yield numbered("ran", f"{record.ran_in_all} in {record.wall:.1f} s; {consumed.manner}; seed {record.asked.seed}")
    answers = ", ".join(f"{point.removeprefix('CONSUME-')} {answer}" for point, answer in consumed.answers.items())
    yield numbered("answers", answers)
    if consumed.on_threads:
        yield numbered("time", blocked(record, consumed))


def blocked(record: Record, consumed: Consumed) -> str:
    """Return in how many runs a thread was blocked, and what that means for waits without end."""
    share = f"{consumed.on_threads:,} of them" if consumed.on_threads < record.words else "all of them"
    bounds = "so real time was waited for, in bounds: what ends later is taken to wait for ever"
    return f"{share} blocked a thread, {bounds}"


def table(consumed: Consumed) -> Iterator[str]:
    """Yield the table of the situations that were not all kept, a column for each family, after an empty line."""
    rows, columns = situations(consumed), families(consumed)
    broken = [row for row in rows if row.unkept]
    if not rows:
        return
    yield ""
    yield f"Situations: {len(rows) - len(broken)} of {len(rows)} kept in front of every family{':' if broken else '.'}"
    if not broken:
        return
    width = max(len(row.name) for row in broken)
    for number, family in enumerate(columns):
        yield f"    {'':<{width}}  {'| ' * number}{family}"
    for row in broken:
        marks = (_MARKS[row.met[family].fared] if family in row.met else _NOT_MET for family in columns)
        yield f"    {row.name:<{width}}  {' '.join(marks)}".rstrip()
    yield f"    {'':<{width}}  {_LEGEND}"
