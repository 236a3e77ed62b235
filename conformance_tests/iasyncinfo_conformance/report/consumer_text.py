"""What a person reads of a consumer beside cards and hazards: its answers, and the table of families and situations."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.layout import numbered

_MARKS: Final = {Fared.KEPT: ".", Fared.HAZARD: "h", Fared.BROKEN: "X"}
_NOT_MET: Final = " "


def ran(record: Record, consumed: Consumed) -> Iterator[str]:
    """Yield the lines of numbers of a consumer's record."""
    yield numbered(
        "ran", f"{record.words:,} situations in {record.wall:.1f} s; {consumed.manner}; seed {record.asked.seed}"
    )
    answers = ", ".join(f"{point.removeprefix('CONSUME-')} {answer}" for point, answer in consumed.answers.items())
    yield numbered("answers", answers)
    if consumed.on_threads:
        share = f"{consumed.on_threads:,} of them" if consumed.on_threads < record.words else "all of them"
        bounds = "so real time was waited for, in bounds: what ends later is taken to wait for ever"
        yield numbered("time", f"{share} blocked a thread, {bounds}")


def table(consumed: Consumed) -> Iterator[str]:
    """Yield the table of the situations that were not all kept, a column for each family, after an empty line."""
    names = list(dict.fromkeys(met.name for met in consumed.situations))
    broken = [name for name in names if any(met.fared is not Fared.KEPT for met in _of(consumed, name))]
    kept = len(names) - len(broken)
    if not names:
        return
    families = list(dict.fromkeys(met.family for met in consumed.situations))
    yield ""
    yield f"Situations: {kept} of {len(names)} kept in front of every family{':' if broken else '.'}"
    if not broken:
        return
    width = max(map(len, broken))
    for number, family in enumerate(families):
        yield f"    {'':<{width}}  {'| ' * number}{family}"
    for name in broken:
        marks = {met.family: _MARKS[met.fared] for met in _of(consumed, name)}
        yield f"    {name:<{width}}  {' '.join(marks.get(family, _NOT_MET) for family in families)}".rstrip()
    yield f"    {'':<{width}}  X a rule is broken, h a hazard, . kept; nothing: the family cannot do so"


def _of(consumed: Consumed, name: str) -> list[Met]:
    return [met for met in consumed.situations if met.name == name]
