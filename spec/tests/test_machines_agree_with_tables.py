"""The machines of the ``transitions`` library do what the literal tables say, and so does their product."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import Edge, explore
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.machines import Cell, CellMachine, cells, completed_slot, lifecycle, progress_slot
from iasyncinfo_spec.product import Wild
from iasyncinfo_spec.tables import IGNORED, NOT_DRIVABLE, OK, SLOT, VALUE, CellOutcome, Held, Refuses, Returns, Row
from iasyncinfo_spec.variations import VARIATIONS

MACHINES: Final = {
    "life cycle": (lifecycle, tables.LIFECYCLE),
    "Completed slot": (completed_slot, tables.COMPLETED_SLOT),
    "Progress slot": (progress_slot, tables.PROGRESS_SLOT),
}


def literal(table: Sequence[Row], family: Family, kind: Kind) -> dict[tuple[str, str], Row]:
    """Return the rows of the raw table that hold, by cell: breaches replace their cells, those asked ahead any cell."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(table, key=lambda row: (row.get("ahead", False), row.get("breach", False))):
        taken = (
            row["answer"] == family.answer(row["point"])
            if "point" in row
            else not row.get("breach") or row["rule"] in family.breaks
        )
        if taken and kind in row.get("kinds", tuple(Kind)):
            states = [row["source"]] if isinstance(row["source"], str) else row["source"]
            found.update({(state, row["trigger"]): row for state in states})
    return found


def drive(machine: CellMachine, state: str, trigger: str) -> str:
    """Put a machine into a state, pull a trigger, and return where it stands."""
    machine.set_state(state)
    assert machine.model.trigger(trigger)
    return str(machine.model.state)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_trigger_in_every_state_does_what_its_row_says(name: str, kind: Kind) -> None:
    """Destination, outcome, reason and what is told are the row's, and there are no other cells."""
    for build, table in MACHINES.values():
        machine, rows = build(name, kind), literal(table, FAMILIES[name], kind)
        assert cells(machine).keys() == rows.keys()
        for (state, trigger), row in rows.items():
            assert drive(machine, state, trigger) == (row["dest"] or state)
            (cell,) = machine.get_transitions(trigger, state)
            assert isinstance(cell, Cell)
            assert (cell.outcome, cell.tells) == (row["outcome"], row.get("tells"))
            assert (cell.rule, cell.point) == (row.get("rule", ""), row.get("point", ""))


@pytest.mark.parametrize("build", [build for build, _ in MACHINES.values()], ids=list(MACHINES))
def test_a_machine_has_no_moves_that_the_table_does_not_declare(build: object) -> None:
    """The library's automatic transitions are off."""
    machine = build("reference")  # type: ignore[operator]
    assert not any(trigger.startswith("to_") for trigger in machine.events)
    with pytest.raises(AttributeError):
        machine.model.trigger("to_closed")


class Driver:
    """The three machines of one family, moved side by side as the theory of operation says."""

    def __init__(self, family: str, kind: Kind) -> None:
        self.machines = {
            "life": lifecycle(family, kind),
            "completed": completed_slot(family, kind),
            "progress": progress_slot(family, kind),
        }
        self.rows = {
            "life": literal(tables.LIFECYCLE, FAMILIES[family], kind),
            "completed": literal(tables.COMPLETED_SLOT, FAMILIES[family], kind),
            "progress": literal(tables.PROGRESS_SLOT, FAMILIES[family], kind),
        }

    def place(self, states: Mapping[str, str]) -> None:
        for name, state in states.items():
            self.machines[name].set_state(state)

    def states(self) -> dict[str, str]:
        return {name: str(machine.model.state) for name, machine in self.machines.items()}

    def pull(self, name: str, trigger: str) -> Row:
        """Pull a trigger; return the literal row of where the machine stood."""
        row = self.rows[name][str(self.machines[name].model.state), trigger]
        assert self.machines[name].model.trigger(trigger)
        return row

    def take(self, edge: Edge) -> tuple[CellOutcome, bool]:
        """Take a step; return what it answers and whether a handler is called."""
        name = edge.step[0]
        row = self.pull("life", name)
        outcome = row["outcome"]
        if outcome is SLOT:
            verb, slot = name.split("_")
            outcome = self.pull(slot, "put_null" if edge.step[1:] == (None,) else verb)["outcome"]
        if outcome is not OK or "tells" not in row:
            if name == "close" and outcome is OK:
                self.pull("progress", "close")
            return outcome, False
        return outcome, row["tells"] is VALUE or self.fire("late" if name == "put_completed" else "end")

    def fire(self, trigger: str) -> bool:
        self.pull("progress", trigger)
        called = self.pull("completed", "call")["outcome"] is OK
        if called:
            self.pull("completed", "return")
        return called


def states_of(configuration: object) -> dict[str, str]:
    return {name: getattr(configuration, name) for name in ("life", "completed", "progress")}


def answers(edge: Edge, outcome: CellOutcome) -> bool:
    """Return whether a prediction is what an outcome says, as far as the tables know the value."""
    match outcome:
        case Refuses(hresult):
            expected = {None: Wild.FAILURE, Held.CODE: edge.source.code}.get(hresult, hresult)  # type: ignore[arg-type]
            return edge.prediction.get("hr") == expected
        case Returns(Held()):
            return "ok" in edge.prediction or edge.prediction["cites"] == "REPEAT"
        case Returns(value):
            return edge.prediction.get("ok", "") == value
        case _:
            return edge.prediction.get("ok", "") is None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", FAMILIES)
def test_the_product_and_the_driven_machines_agree_on_every_reachable_step(name: str, kind: Kind) -> None:
    """From each configuration each step leads all three to the same place, with the same answer and calls."""
    driver, system = Driver(name, kind), explore(name, kind)
    for configuration, edges in system.edges.items():
        for step in system.inputs:
            if step not in edges:
                row = driver.rows["life"][configuration.life, step[0]]
                assert row["outcome"] is NOT_DRIVABLE
                continue
            driver.place(states_of(configuration))
            outcome, called = driver.take(edges[step])
            assert driver.states() == states_of(edges[step].dest)
            assert answers(edges[step], outcome), edges[step]
            assert called == bool(edges[step].prediction.get("events")), edges[step]


@pytest.mark.theorem("DETERMINISTIC", over="60 rows of answers", how="sampled")
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    answers=st.fixed_dictionaries({name: st.sampled_from(point.names) for name, point in VARIATIONS.items()}),
    kind=st.sampled_from(Kind),
)
def test_any_row_of_answers_resolves_to_one_deterministic_machine(answers: dict[str, str], kind: Kind) -> None:
    """Whatever is answered, each state has one cell for each trigger, and the exploration ends."""
    family = Family("drawn", "", answers)
    for build, table in MACHINES.values():
        machine = build(family, kind)
        triggers = {row["trigger"] for row in table if kind in row.get("kinds", tuple(Kind))}
        assert machine.events.keys() == triggers
        for event in machine.events.values():
            assert {state: len(found) for state, found in event.transitions.items()} == dict.fromkeys(machine.states, 1)
    system = explore(family, kind)
    assert len(system.configurations) < 200
    for edges in system.edges.values():
        for step, edge in edges.items():
            for call in edge.prediction.get("events", ()):
                # A put calls the handler that it sets, and none that was set before.
                assert step[0] != "put_completed" or step == ("put_completed", call["handler"])


def test_ignored_steps_and_refusals_leave_every_machine_where_it_is() -> None:
    """Only a null that is refused and counts all the same moves a slot."""
    for _, table in MACHINES.values():
        for row in table:
            if row["outcome"] is IGNORED or isinstance(row["outcome"], Refuses):
                assert row["dest"] is None or row.get("breach") or row.get("answer") == "epointer-counts", row
