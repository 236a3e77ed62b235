"""One record as Markdown: the verdict, what it guarantees, and what was found."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.record.consumed import Consumed, Fared
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.command_lines import replay_line
from iasyncinfo_conformance.report.consumers.fared import families, situations
from iasyncinfo_conformance.report.markdown.spans import MARKS, MOST, bullets, span, table
from iasyncinfo_conformance.report.outcomes import counts
from iasyncinfo_conformance.report.text import conclusion

_LONGEST_COMMAND: Final = 2000


def of_one(record: Record) -> str:
    """Return the Markdown of one record."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: Record) -> Iterator[str]:
    verdict, besides = conclusion(record).partition(": ")[::2]
    yield f"### {MARKS[record.verdict]} {span(record.subject.target)}: {verdict}"
    yield ""
    if besides:
        yield f"{span(besides)}\n"
    given = guarantee(record)
    if given is not None:
        yield f"{given.sentence}\n"
    told = ", ".join(f"{MARKS[name]} {number} {name}" for name, number in counts(record).items())
    how = f"{record.ran_in_all}, profile {span(record.asked.profile)}, seed {record.asked.seed}"
    yield f"{told or 'no rule was tested'}; {how}, iasyncinfo {span(record.suite)}"
    yield from bullets("Failures", [_failure(record, failure) for failure in record.own])
    if record.consumed is not None:
        yield from _situations(record, record.consumed)
    yield from bullets("Types", [_spans(each.rule, each.subject, each.member, each.found) for each in record.mistyped])
    yield from bullets("Hazards", [_spans(each.point, each.why, each.word) for each in record.hazards])
    yield from bullets("Faults", [_spans(each.whose, each.what, each.word) for each in record.faults])


def _situations(record: Record, consumed: Consumed) -> Iterator[str]:
    """Yield the situations that were not kept in front of every family, a column for families that fared alike."""
    rows = [row for row in situations(consumed) if row.unkept]
    if not rows:
        return
    alike: dict[tuple[str, ...], list[str]] = {}
    for family in families(consumed):
        column = tuple(_fared(row.met[family].fared) if family in row.met else "" for row in rows)
        alike.setdefault(column, []).append(family)
    yield "\n**Situations**\n"
    columns = list(alike)
    cells = [(row.name, [column[at] for column in columns]) for at, row in enumerate(rows[:MOST])]
    yield from table("situation", [", ".join(names) for names in alike.values()], cells)
    if len(rows) > MOST:
        yield f"\nand {len(rows) - MOST:,} more, which the record has"
    others = "All other situations" + (" that were met" if record.broken_off else "")
    yield f"\nAn empty cell: the family cannot do so, or none was drawn. {others} were kept everywhere."


def _fared(fared: Fared) -> str:
    return f"{MARKS[fared]} {fared}"


def _spans(*texts: str) -> str:
    return " ".join(filter(None, map(span, texts)))


def _failure(record: Record, failure: Failure) -> str:
    return (
        f"**{span(failure.rule)}** on {failure.kind.value}: {span(failure.text)}\n"
        f"  - allowed: {span(failure.allowed)}\n  - came: {span(failure.actual)}\n"
        f"  - again: {span(replay_line(record, failure), _LONGEST_COMMAND)}"
    )
