"""Records as Markdown for a pull request: one by itself, or several beside each other.

Whatever is somebody else's stands in a code span: there it links nothing, calls nobody and is no markup.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import Beside, Change, Row
from iasyncinfo_conformance.report.command_lines import replay_line
from iasyncinfo_conformance.report.text import conclusion

_LONGEST: Final = 300
"""Characters of one foreign text."""
_MOST: Final = 20
"""Failures, hazards and changes of one record that are told."""
_TICKS: Final = re.compile("`+")
MARKS: Final = {
    "conforms": "✅", "conforms-with-deviations": "☑️", "does-not-conform": "❌", "incomplete": "❔", "harness-fault": "❗",
    "passed": "✅", "failed": "❌", "untestable": "❔", "not applicable": "➖", "deviating": "☑️",
}  # fmt: skip
"""A sign for each verdict and outcome."""


def as_markdown(records: Sequence[Record]) -> str:
    """Return one record as a summary, several as tables: rules and points by implementations, differences first."""
    if len(records) == 1:
        return "\n".join(_one(records[0])) + "\n"
    return "\n".join(_several(Beside(records))) + "\n"


def span(text: str) -> str:
    """Return a text as a code span, also in a table; nothing where it is empty."""
    if not text:
        return ""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text) - _LONGEST:,} more characters)"
    fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(cut)), default=0) + 1)
    padded = f" {cut} " if cut.startswith(("`", " ")) or cut.endswith(("`", " ")) else cut
    return f"{fence}{padded}{fence}".replace("|", "\\|")


def _one(record: Record) -> Iterator[str]:
    verdict, besides = conclusion(record).partition(": ")[::2]
    yield f"### {MARKS[record.verdict]} {span(record.subject.target)}: {verdict}"
    yield ""
    if besides:
        yield f"{span(besides)}\n"
    given = guarantee(record)
    if given is not None:
        yield f"{given.sentence}\n"
    counts = ", ".join(f"{MARKS[outcome]} {number} {outcome}" for outcome, number in record.count().items() if number)
    yield f"{counts or 'no rule was tested'}; {record.words:,} words, profile {record.asked.profile}, "
    yield f"seed {record.asked.seed}, iasyncinfo {span(record.suite)}"
    yield from _list("Failures", [_failure(record, at) for at in range(len(record.own))])
    wrong = [
        f"{span(each.rule)} {span(each.subject)} {span(each.member)}: {span(each.found)}" for each in record.mistyped
    ]
    yield from _list("Types", wrong)
    yield from _list("Hazards", [f"{span(each.point)} {span(each.why)}: {span(each.word)}" for each in record.hazards])
    yield from _list("Faults", [f"{each.whose}: {span(each.what)} {span(each.word)}" for each in record.faults])


def _failure(record: Record, at: int) -> str:
    failure = record.own[at]
    return (
        f"**{span(failure.rule)}** on {failure.kind.value}: {span(failure.text)}\n"
        f"  - allowed: {span(failure.allowed)}\n  - came: {span(failure.actual)}\n"
        f"  - again: {span(replay_line(record, failure))}"
    )


def _list(title: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield f"\n**{title}**\n"
        yield from (f"- {entry}" for entry in entries[:_MOST])
        if len(entries) > _MOST:
            yield f"- and {len(entries) - _MOST:,} more, which the record has"


def _several(beside: Beside) -> Iterator[str]:
    changes = beside.changes
    if changes is not None:
        yield f"### What changed of {span(beside.records[0].subject.target)}\n"
        yield from _changes(changes)
        yield ""
    yield from _table("implementation", beside.names, [("verdict", [_marked(each.verdict) for each in beside.records])])
    for title, rows in (("Rules", beside.rules), ("Points", beside.points)):
        different = [row for row in rows if row.differs]
        same = len(rows) - len(different)
        yield f"\n### {title}: {len(different)} differ, {same} do not\n"
        if different:
            yield from _table(title.lower(), beside.names, [_row(row) for row in different])
        if same:
            yield f"\n<details><summary>{same} that do not differ</summary>\n"
            yield from _table(title.lower(), beside.names, [_row(row) for row in rows if not row.differs])
            yield "\n</details>"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "Nothing."
        return
    yield from _table(
        "", ("before", "after"), [(each.about, [span(each.before), span(each.after)]) for each in changes[:_MOST]]
    )
    if len(changes) > _MOST:
        yield f"\nand {len(changes) - _MOST:,} more"


def _row(row: Row) -> tuple[str, list[str]]:
    return row.name, [_marked(entry.said) for entry in row.entries]


def _marked(said: str) -> str:
    return f"{MARKS[said]} {said}" if said in MARKS else span(said)


def _table(corner: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    yield f"| {corner} | {' | '.join(map(span, columns))} |"
    yield f"|{' --- |' * (len(columns) + 1)}"
    for name, entries in rows:
        yield f"| {span(name)} | {' | '.join(entries)} |"
