"""The three machines and the lists as text tables that fit the columns they are given."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from textwrap import wrap
from typing import Final

from iasyncinfo_spec.rendering.codes import codes, legend
from iasyncinfo_spec.rendering.views import View, cites, open_points
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

WIDTH: Final = 120
"""Columns where nothing says how many there are."""
_LEAST: Final = 30
"""Columns that a sentence needs beside others; where it has fewer it stands below them."""


def table(profile: str, machines: Iterable[View], width: int = WIDTH) -> str:
    """Return the machines as tables: a row for each trigger, a column for each state."""
    drawn = [list(_machine(view, width)) for view in machines]
    text = "\n".join(line for lines in drawn for line in lines)
    explained = (_hanging(line, width, _CODE) for line in legend(text))
    return "\n".join([f"The machines of {profile}", "", text, "Legend", *chain.from_iterable(explained), ""])


def grid(rows: Sequence[Sequence[Sequence[str]]], gap: str = "  ") -> Iterator[str]:
    """Yield aligned lines for rows of cells, each cell a list of lines."""
    widths = _widths(rows)
    for row in rows:
        for lines in zip_longest(*row, fillvalue=""):
            yield gap.join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()


def _widths(rows: Sequence[Sequence[Sequence[str]]]) -> list[int]:
    return [max(len(line) for row in rows for line in [*row[column], ""]) for column in range(len(rows[0]))]


def _machine(view: View, width: int) -> Iterator[str]:
    yield f"{view.title}: starts in {view.initial}"
    yield ""
    head = [[""], *(state.replace("_", "_\n").split("\n") for state in view.states)]
    body = [[[trigger], *(_cell(view, state, trigger) for state in view.states)] for trigger in view.triggers]
    for part in _parts([head, *body], width):
        yield from grid(part, gap=" ")
        yield ""
    yield "decided by"
    yield from _deciders(view, width)
    yield ""


def _parts(rows: Sequence[Sequence[Sequence[str]]], width: int) -> Iterator[list[list[Sequence[str]]]]:
    """Yield the table in as many as the columns ask for, each with the first column."""
    first, *others = _widths(rows)
    columns: list[int] = []
    taken = first
    for column, wide in enumerate(others, 1):
        if columns and taken + 1 + wide > width:
            yield [[row[at] for at in (0, *columns)] for row in rows]
            columns, taken = [], first
        columns.append(column)
        taken += 1 + wide
    yield [[row[at] for at in (0, *columns)] for row in rows]


_CODE: Final = re.compile(r".{11} (?=\S)")
"""What the legend explains, where its explanations begin in one column."""


def _hanging(line: str, width: int, label: re.Pattern[str]) -> list[str]:
    """Return a line in as many as it needs, what follows below its text."""
    found = label.match(line)
    indent = 2 + (found.end() if found else 0)
    return wrap(line, width, initial_indent="  ", subsequent_indent=" " * indent, break_on_hyphens=False)


def _cell(view: View, state: str, trigger: str) -> list[str]:
    """Return the codes of a cell; where a point is left open, under the point's name, and set off from it."""
    points = open_points(view.cell(state, trigger))
    return [*points, *(f" {code}" if points and code[0] != ">" else code for code in codes(view, state, trigger))]


def _deciders(view: View, width: int) -> Iterator[str]:
    for trigger in view.triggers:
        by = {f"{cites(row)}, before all else": list(view.states) for row in view.ahead(trigger)}
        for state in view.states:
            for row in view.cell(state, trigger):
                states = by.setdefault(cites(row), [])
                if state not in states:
                    states.append(state)
        text = "; ".join(f"{name} ({_states(view, states)})" for name, states in by.items())
        yield from wrap(text, width, initial_indent=f"  {trigger:<19}", subsequent_indent=" " * 21)


def _states(view: View, states: Sequence[str]) -> str:
    return "in every state" if len(states) == len(view.states) else ", ".join(states)


# -- lists ------------------------------------------------------------------------------------


def rules(width: int = WIDTH) -> str:
    """Return every rule with its level, basis and sentence."""
    head = ("rule", "level", "basis", "obliges", "sentence")
    every = EVERY_RULE.values()
    return records(head, [(rule.id, rule.level, rule.basis, rule.obliges, rule.sentence) for rule in every], width)


def points(width: int = WIDTH) -> str:
    """Return every variation point with its options and question."""
    head = ("point", "options", "question")
    every = EVERY_POINT.values()
    return records(head, [(point.name, ", ".join(point.names), point.question) for point in every], width)


def records(head: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH) -> str:
    """Return rows under a head; the last column is wrapped, and stands below the others where it has no room."""
    before = sum(max(len(row[column]) for row in (head, *rows)) + 2 for column in range(len(head) - 1))
    if width - before < _LEAST:
        return "\n".join([*_stacked((head, *rows), width), ""])
    cells = [[*([text] for text in row[:-1]), wrap(row[-1], width - before) or [""]] for row in (head, *rows)]
    return "\n".join([*grid(cells), ""])


def _stacked(rows: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    for row in rows:
        yield from wrap("  ".join(row[:-1]), width, subsequent_indent="    ", break_on_hyphens=False)
        yield from wrap(row[-1], width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
