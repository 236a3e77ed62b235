"""The three tables as machines of the ``transitions`` library, for one family and one kind."""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, TypeAlias, cast

from transitions import Machine, Transition

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.tables import CellOutcome, Held, Row

LARGEST = Kind.OPERATION_WITH_PROGRESS
Cells: TypeAlias = dict[tuple[str, str], "Cell"]


class Cell(Transition):
    """A transition that also carries what the call answers, what decides it, and what a handler is told."""

    def __init__(
        self,
        source: str,
        dest: str | None,
        *conditions: Any,
        outcome: CellOutcome,
        rule: str = "",
        point: str = "",
        tells: int | Held | None = None,
    ) -> None:
        # The library's own stub leaves out that dest may be None, which its documentation allows.
        super().__init__(source, dest, *conditions)  # type: ignore[arg-type]
        self.outcome = outcome
        self.rule = rule
        self.point = point
        self.tells = tells

    @property
    def cites(self) -> str:
        """The one rule or variation point that decides this cell."""
        return self.rule or self.point


class Position:
    """A bare model: the library hangs its triggers on it, and it has no member that could hide one."""

    state: str
    trigger: Callable[[str], bool]


class CellMachine(Machine):
    """A machine whose transitions are cells and whose one model is a :class:`Position`."""

    transition_cls: type[Transition] = Cell

    @property
    def model(self) -> Position:
        """The model that the machine moves; the library's own stub knows only that it is an object."""
        return cast(Position, self.models[0])


def lifecycle(family: str | Family, kind: Kind = LARGEST) -> CellMachine:
    """Return the life cycle of ``family`` as a machine that stands in ``started``.

    Move it with ``machine.model.trigger("cancel")``; each transition is a :class:`Cell`. A KeyError
    for a name that is no family's.
    """
    return _machine(tables.LIFECYCLE, tables.LIFECYCLE_STATES, tables.STARTED, family, kind)


def completed_slot(family: str | Family, kind: Kind = LARGEST) -> CellMachine:
    """Return the Completed slot of ``family`` as a machine that stands in ``empty``."""
    return _machine(tables.COMPLETED_SLOT, tables.COMPLETED_STATES, tables.EMPTY, family, kind)


def progress_slot(family: str | Family, kind: Kind = LARGEST) -> CellMachine:
    """Return the Progress slot of ``family`` as a machine that stands in ``empty``."""
    return _machine(tables.PROGRESS_SLOT, tables.PROGRESS_STATES, tables.EMPTY, family, kind)


def cells(machine: CellMachine) -> Cells:
    """Return the machine's cells by (state, trigger)."""
    return {
        (source, trigger): cell
        for trigger, event in machine.events.items()
        for source, (cell, *_) in event.transitions.items()
        if isinstance(cell, Cell)
    }


def with_breaches(table: Iterable[Row], breaks: Container[str]) -> list[Row]:
    """Return the rows of ``table`` with the cells of broken rules replaced by their breaches."""
    rows = list(table)
    broken = {place for row in rows if row.get("breach") and row["rule"] in breaks for place in _places(row)}
    return [
        {**row, "source": left}
        for row in rows
        if (left := [place[0] for place in _places(row) if _stays(row, place, broken)])
    ]


def choose(table: Iterable[Row], family: Family, kind: Kind | None = None) -> list[Row]:
    """Return the rows of ``table`` that hold for one family and one kind, or for any kind."""
    rows = [
        row
        for row in with_breaches(table, family.breaks)
        if (kind is None or kind in row.get("kinds", ALL_KINDS))
        and ("rule" in row or row["answer"] == family.answer(row["point"]))
    ]
    replaced = {row["trigger"] for row in rows if row.get("ahead")}
    return [row for row in rows if row.get("ahead") or row["trigger"] not in replaced]


def sources(row: Row) -> tuple[str, ...]:
    """Return the states for which a row holds."""
    return (row["source"],) if isinstance(row["source"], str) else tuple(row["source"])


_Place: TypeAlias = tuple[str, str, tuple[Kind, ...]]


def _places(row: Row) -> list[_Place]:
    """Return the states for which a row holds, each with its trigger and the kinds."""
    return [(source, row["trigger"], row.get("kinds", ALL_KINDS)) for source in sources(row)]


def _stays(row: Row, place: _Place, broken: Container[_Place]) -> bool:
    return row.get("ahead", False) or row.get("breach", False) == (place in broken)


def _machine(
    table: Sequence[Row], states: Sequence[str], initial: str, family: str | Family, kind: Kind
) -> CellMachine:
    chosen = choose(table, FAMILIES[family] if isinstance(family, str) else family, kind)
    beside = {"kinds", "answer", "breach", "ahead"}
    return CellMachine(
        model=Position(),
        states=list(states),
        initial=initial,
        transitions=[{key: value for key, value in row.items() if key not in beside} for row in chosen],
        auto_transitions=False,
    )
