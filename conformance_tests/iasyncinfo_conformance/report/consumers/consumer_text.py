"""What a person reads of a consumer beside cards and hazards: its answers, and the table of families and situations."""

from collections.abc import Iterator, Sequence
from typing import Final

from iasyncinfo_conformance.record.consumed import NOT_SWITCHED, Consumed, Fared, Switching
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.consumers.fared import Situation, families, situations
from iasyncinfo_conformance.report.layout import folded, numbered, width

_MARKS: Final = {Fared.KEPT: ".", Fared.HAZARD: "h", Fared.BROKEN: "X"}
_WORDS: Final = {Fared.BROKEN: "a rule is broken", Fared.HAZARD: "a hazard"}
_NOT_MET: Final = " "
_LEGEND: Final = "X a rule is broken, h a hazard, . kept; nothing: the family cannot do so, or none was drawn"


def ran(record: Record, consumed: Consumed) -> Iterator[str]:
    """Yield the lines of numbers of a consumer's record."""
    yield numbered("ran", f"{record.ran_in_all} in {record.wall:.1f} s; {consumed.manner}; seed {record.asked.seed}")
    answers = ", ".join(f"{point.removeprefix('CONSUME-')} {answer}" for point, answer in consumed.answers.items())
    yield numbered("answers", answers)
    if consumed.on_threads:
        yield numbered("time", blocked(record, consumed))
    if consumed.switching != NOT_SWITCHED:
        yield numbered("switches", switching(consumed.switching))


def blocked(record: Record, consumed: Consumed) -> str:
    """Return in how many runs a thread was blocked, and what that means for waits without end."""
    share = f"{consumed.on_threads:,} of them" if consumed.on_threads < record.words else "all of them"
    bounds = "so real time was waited for, in bounds: what ends later is taken to wait for ever"
    why = f"; the scheduler could not play them: {consumed.unscheduled}" if consumed.unscheduled else ""
    return f"{share} blocked a thread, {bounds}{why}"


def switching(done: Switching) -> str:
    """Return how many schedules were explored, or why the switches of threads are left to luck."""
    some = f"{done.schedules:,} schedules of {done.situations} situations with at most {done.bound} preemptions"
    if not done.why:
        return f"exhaustive: {some}"
    explored = f"{some}; not all: " if done.schedules else "left to luck: "
    return f"{explored}{done.why}"


def table(record: Record, consumed: Consumed) -> Iterator[str]:
    """Yield the table of the situations that were not all kept, a column for each family, after an empty line."""
    rows, columns = situations(consumed), families(consumed)
    broken = [row for row in rows if row.unkept]
    if not rows:
        return
    yield ""
    so_far = " so far" if record.broken_off else ""
    kept = f"{len(rows) - len(broken)} of {len(rows)} kept in front of every family{so_far}"
    yield f"Situations: {kept}{':' if broken else '.'}"
    if not broken:
        return
    drawn = list(_drawn(broken, columns))
    yield from drawn if max(map(len, drawn)) <= width() else _told(broken, columns)


def _drawn(rows: Sequence[Situation], columns: Sequence[str]) -> Iterator[str]:
    """Yield the table: the families above their columns, a row for each situation."""
    wide = max(len(row.name) for row in rows)
    for number, family in enumerate(columns):
        yield f"    {'':<{wide}}  {'| ' * number}{family}"
    for row in rows:
        marks = (_MARKS[row.met[family].fared] if family in row.met else _NOT_MET for family in columns)
        yield f"    {row.name:<{wide}}  {' '.join(marks)}".rstrip()
    yield from folded(_LEGEND, " " * 4, 4).split("\n")


def _told(rows: Sequence[Situation], columns: Sequence[str]) -> Iterator[str]:
    """Yield the same in words, for a terminal that is too narrow for the columns."""
    for row in rows:
        told = (f"{_WORDS[fared]} {_where(row, fared, columns)}" for fared in _WORDS)
        yield from folded(
            f"{row.name}: {'; '.join(each for each in told if not each.endswith(' '))}", " " * 4, 8
        ).split("\n")


def _where(row: Situation, fared: Fared, columns: Sequence[str]) -> str:
    met = [family for family in columns if family in row.met]
    so = [family for family in met if row.met[family].fared is fared]
    return "in front of every family that can do so" if so == met else f"in front of {', '.join(so)}" if so else ""
