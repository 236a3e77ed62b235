"""Several records as Markdown: rules and points by implementations, differences first; of two of a subject, changes."""

from collections.abc import Iterator, Sequence

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import Beside, Change, Row
from iasyncinfo_conformance.report.markdown.spans import MARKS, MOST, cell, span, table


def of_several(records: Sequence[Record]) -> str:
    """Return the Markdown of several records."""
    return "\n".join(_lines(Beside(records))) + "\n"


def _lines(beside: Beside) -> Iterator[str]:
    changes = beside.changes
    if changes is not None:
        yield f"### What changed of {span(beside.records[0].subject.target)}\n"
        yield from _changes(changes)
        yield ""
    yield from table(beside.noun, beside.names, [("verdict", [_marked(each.verdict) for each in beside.records])])
    halves = beside.halves
    for half in halves:
        of_whom = f" of {half.noun}s" if len(halves) > 1 else ""
        for title, rows in (("Rules", half.rules), ("Points", half.points), ("Situations", half.situations)):
            yield from _compared(half, f"{title}{of_whom}", rows)


def _compared(beside: Beside, title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the rows that differ, and folded away those that do not."""
    if rows:
        different = [row for row in rows if row.differs]
        same = len(rows) - len(different)
        name = title.split()[0].lower()
        yield f"\n### {title}: {len(different)} differ, {same} do not\n"
        if different:
            yield from table(name, beside.names, [_row(row) for row in different])
        if same:
            yield f"\n<details><summary>{same} that do not differ</summary>\n"
            yield from table(name, beside.names, [_row(row) for row in rows if not row.differs])
            yield "\n</details>"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "Nothing."
        return
    told = [(each.about, [cell(each.before), cell(each.after)]) for each in changes[:MOST]]
    yield from table("", ("before", "after"), told)
    if len(changes) > MOST:
        yield f"\nand {len(changes) - MOST:,} more"


def _row(row: Row) -> tuple[str, list[str]]:
    return row.name, [_marked(entry.said) for entry in row.entries]


def _marked(said: str) -> str:
    return f"{MARKS[said]} {said}" if said in MARKS else cell(said)
