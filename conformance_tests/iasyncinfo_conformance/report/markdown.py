"""Records as Markdown for a pull request: one by itself, or several beside each other.

Whatever is somebody else's stands in a code span: there it links nothing, calls nobody and is no markup.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.beside import Beside, Change, Row
from iasyncinfo_conformance.report.command_lines import replay_line
from iasyncinfo_conformance.report.text import conclusion

_LONGEST: Final = 300
"""Characters of one foreign text."""
_LONGEST_COMMAND: Final = 2000
_MOST: Final = 20
"""Failures, hazards and changes of one record that are told."""
_TICKS: Final = re.compile("`+")
MARKS: Final = {
    "conforms": "✅",
    "conforms-with-deviations": "☑️",
    "does-not-conform": "❌",
    "incomplete": "❔",
    "harness-fault": "❗",
    "passed": "✅",
    "failed": "❌",
    "untestable": "❔",
    "not applicable": "➖",
    "deviating": "☑️",
}
"""A sign for each verdict and outcome."""


def as_markdown(records: Sequence[Record]) -> str:
    """Return one record as a summary, several as tables: rules and points by implementations, differences first."""
    if len(records) == 1:
        return "\n".join(_one(records[0])) + "\n"
    return "\n".join(_several(Beside(records))) + "\n"


def span(text: str, longest: int = _LONGEST) -> str:
    """Return a text as a code span; nothing where it is empty."""
    if not text:
        return ""
    cut = text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest:,} more characters)"
    fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(cut)), default=0) + 1)
    padded = f" {cut} " if cut[0] in "` " or cut[-1] in "` " else cut
    return f"{fence}{padded}{fence}"


def cell(text: str) -> str:
    """Return a text as a code span of a table, in which a bar would end the cell."""
    return span(text).replace("|", "\\|")


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
    how = f"{record.words:,} words, profile {span(record.asked.profile)}, seed {record.asked.seed}"
    yield f"{counts or 'no rule was tested'}; {how}, iasyncinfo {span(record.suite)}"
    yield from _list("Failures", [_failure(record, failure) for failure in record.own])
    yield from _list("Types", [_spans(each.rule, each.subject, each.member, each.found) for each in record.mistyped])
    yield from _list("Hazards", [_spans(each.point, each.why, each.word) for each in record.hazards])
    yield from _list("Faults", [_spans(each.whose, each.what, each.word) for each in record.faults])


def _spans(*texts: str) -> str:
    return " ".join(filter(None, map(span, texts)))


def _failure(record: Record, failure: Failure) -> str:
    return (
        f"**{span(failure.rule)}** on {failure.kind.value}: {span(failure.text)}\n"
        f"  - allowed: {span(failure.allowed)}\n  - came: {span(failure.actual)}\n"
        f"  - again: {span(replay_line(record, failure), _LONGEST_COMMAND)}"
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
    told = [(each.about, [cell(each.before), cell(each.after)]) for each in changes[:_MOST]]
    yield from _table("", ("before", "after"), told)
    if len(changes) > _MOST:
        yield f"\nand {len(changes) - _MOST:,} more"


def _row(row: Row) -> tuple[str, list[str]]:
    return row.name, [_marked(entry.said) for entry in row.entries]


def _marked(said: str) -> str:
    return f"{MARKS[said]} {said}" if said in MARKS else cell(said)


def _table(corner: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    yield f"| {corner} | {' | '.join(map(cell, columns))} |"
    yield f"|{' --- |' * (len(columns) + 1)}"
    for name, entries in rows:
        yield f"| {cell(name)} | {' | '.join(entries)} |"
