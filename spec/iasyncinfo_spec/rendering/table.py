"""The three machines as text tables that fit into 120 columns."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Final

from iasyncinfo_spec.rendering.codes import codes, legend
from iasyncinfo_spec.rendering.views import View, cites, open_points
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

WIDTH: Final = 120


def table(profile: str, machines: Iterable[View]) -> str:
    """Return the machines as tables: a row for each trigger, a column for each state."""
    drawn = [list(_machine(view)) for view in machines]
    text = "\n".join(line for lines in drawn for line in lines)
    return "\n".join([f"The machines of {profile}", "", text, "Legend", *(f"  {line}" for line in legend(text)), ""])


def grid(rows: Sequence[Sequence[Sequence[str]]], gap: str = "  ") -> Iterator[str]:
    """Yield aligned lines for rows of cells, each cell a list of lines."""
    widths = [max(len(line) for row in rows for line in [*row[column], ""]) for column in range(len(rows[0]))]
    for row in rows:
        for lines in zip_longest(*row, fillvalue=""):
            yield gap.join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()


def _machine(view: View) -> Iterator[str]:
    yield f"{view.title}: starts in {view.initial}"
    yield ""
    head = [[""], *(state.replace("_", "_\n").split("\n") for state in view.states)]
    body = [[[trigger], *(_cell(view, state, trigger) for state in view.states)] for trigger in view.triggers]
    yield from grid([head, *body], gap=" ")
    yield ""
    yield "decided by"
    yield from _deciders(view)
    yield ""


def _cell(view: View, state: str, trigger: str) -> list[str]:
    """Return the codes of a cell; where a point is left open, under the point's name, and set off from it."""
    points = open_points(view.cell(state, trigger))
    return [*points, *(f" {code}" if points and code[0] != ">" else code for code in codes(view, state, trigger))]


def _deciders(view: View) -> Iterator[str]:
    for trigger in view.triggers:
        by = {f"{cites(row)}, before all else": list(view.states) for row in view.ahead(trigger)}
        for state in view.states:
            for row in view.cell(state, trigger):
                states = by.setdefault(cites(row), [])
                if state not in states:
                    states.append(state)
        text = "; ".join(f"{name} ({_states(view, states)})" for name, states in by.items())
        yield from wrap(text, WIDTH, initial_indent=f"  {trigger:<19}", subsequent_indent=" " * 21)


def _states(view: View, states: Sequence[str]) -> str:
    return "in every state" if len(states) == len(view.states) else ", ".join(states)


# -- lists ------------------------------------------------------------------------------------


def rules() -> str:
    """Return every rule with its level, basis and sentence."""
    head = ("rule", "level", "basis", "obliges", "sentence")
    every = EVERY_RULE.values()
    return records(head, [(rule.id, rule.level, rule.basis, rule.obliges, rule.sentence) for rule in every])


def points() -> str:
    """Return every variation point with its options and question."""
    head = ("point", "options", "question")
    return records(head, [(point.name, ", ".join(point.names), point.question) for point in EVERY_POINT.values()])


def records(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows under a head; the last column is wrapped."""
    before = sum(max(len(row[column]) for row in (head, *rows)) + 2 for column in range(len(head) - 1))
    cells = [[*([text] for text in row[:-1]), wrap(row[-1], WIDTH - before) or [""]] for row in (head, *rows)]
    return "\n".join([*grid(cells), ""])
