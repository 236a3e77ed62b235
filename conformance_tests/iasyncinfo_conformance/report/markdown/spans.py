"""Code spans, lists and tables of Markdown.

Whatever is somebody else's stands in a code span: there it links nothing, calls nobody and is no markup.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_LONGEST: Final = 300
"""Characters of one foreign text."""
MOST: Final = 20
"""Entries of a list that are told."""
_TICKS: Final = re.compile("`+")
MARKS: Final = {
    "conforms": "✅",
    "conforms-with-deviations": "☑️",
    "does-not-conform": "❌",
    "incomplete": "❔",
    "harness-fault": "❗",
    "passed": "✅",
    "failed": "❌",
    "passed so far": "⏳",
    "untestable": "❔",
    "not run": "⏳",
    "not applicable": "➖",
    "deviating": "☑️",
    "kept": "✅",
    "hazard": "⚠️",
    "broken": "❌",
}
"""A sign for each verdict and outcome, and for how a consumer fared."""


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


def bullets(title: str, entries: Sequence[str]) -> Iterator[str]:
    """Yield a list under its title; nothing where it has no entry."""
    if entries:
        yield f"\n**{title}**\n"
        yield from (f"- {entry}" for entry in entries[:MOST])
        if len(entries) > MOST:
            yield f"- and {len(entries) - MOST:,} more, which the record has"


def table(corner: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Yield a table: a row is its name and the texts of its cells."""
    yield f"| {corner} | {' | '.join(map(cell, columns))} |"
    yield f"|{' --- |' * (len(columns) + 1)}"
    for name, entries in rows:
        yield f"| {cell(name)} | {' | '.join(entries)} |"
