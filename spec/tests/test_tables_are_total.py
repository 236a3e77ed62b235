"""The literal tables have exactly one cell for everything, and each cell has exactly one reason."""

from collections.abc import Iterator
from typing import Final, TypeAlias

import pytest

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES, WITH_PROGRESS, WITHOUT_PROGRESS, Level, Party
from iasyncinfo_spec.tables import Row
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import STEPS

TABLES: Final = {
    "life cycle": (tables.LIFECYCLE, tables.LIFECYCLE_STATES),
    "Completed slot": (tables.COMPLETED_SLOT, tables.COMPLETED_STATES),
    "Progress slot": (tables.PROGRESS_SLOT, tables.PROGRESS_STATES),
}
ROWS: Final = [row for table, _ in TABLES.values() for row in table]

RULES_WITHOUT_CELL: Final = {
    "ID-NONZERO": "a value of the run",
    "STATUS-VALUES": "a statement about all cells: which statuses are read and told",
    "CANCEL-ONCE": "the worker's side of Cancel, which no cell answers",
    "CANCEL-NOFIRE": "a statement about all cells: which rows tell a status",
    "FIRE-ARGS": "joint: what the life cycle hands to the Completed slot",
    "FIRE-ORDER": "joint: the life cycle moves before the slot calls",
    "FIRE-NOLOCK": "about threads, which no machine has",
    "THROW": "joint: a handler that fails, which no cell answers",
    "DISCONNECT": "joint: a handler that fails, which no cell answers",
    "KEEPALIVE": "about references, which no machine has",
    "CLOSE-TERMINAL": "a statement about all options of AFTER_CLOSE, which decides the cells",
    "CLOSE-NOBLOCK": "about time, which no machine has",
    "END-STABLE": "a statement about two readings, and each cell answers one",
    "CLOSED-ALIKE": "a statement about all cells of a closed operation, which AFTER_CLOSE decides",
    "CLOSED-FIRST": "the order of the machines: a closed life cycle answers before its slot is asked",
    "CLOSE-FREE": "a permission",
    "WIDTH": "a value of the run",
    "APART": "about two objects, and a machine is of one",
    "RELEASED": "about references, which no machine has",
    **{
        rule: "about members that wait, which no machine has"
        for rule in RULES
        if rule.startswith(("WAIT-", "AWAIT-")) and rule != "AWAIT-ONCE"
    },
}

POINTS_WITHOUT_CELL: Final = {
    "INCOHERENT": "derived from LATE_R, CAC and FAC",
    "CANCEL-EFFECT": "the worker's side of Cancel, which no cell answers",
    "CANCEL-SYNC": "whether two steps come as one",
    "FAIL-CANCELED": "one value of one step",
    "GETP-IN": "joint: whether the Progress slot ends before the Completed handler is called, or after it",
    "REL-AFTER": "about references, which no machine has",
    "CTX": "where and when a handler runs, which no cell answers",
    "HEXC": "joint: a handler that fails",
    "PEXC": "joint: a handler that fails",
    "CEXC": "joint: a cancel callback that fails, which no cell answers",
    "REPEAT": "a second step that depends on the first",
    "CLOSED-OUT": "out-parameters are not modelled",
}


def sources(row: Row) -> list[str]:
    return [row["source"]] if isinstance(row["source"], str) else list(row["source"])


def variations_of(family: Family) -> Iterator[Family]:
    """Yield a family, and every family that differs from it in one answer."""
    yield family
    for point in VARIATIONS.values():
        for option in point.names:
            yield family.answering(f"{family.name}, {point.name}={option}", {point.name: option})


Place: TypeAlias = tuple[str, str, str, tuple[Kind, ...]]


def places(row: Row) -> set[Place]:
    """Return the cells for which a row stands."""
    (table,) = (name for name, (rows, _) in TABLES.items() if any(row is other for other in rows))
    return {(table, row["trigger"], source, row.get("kinds", tuple(Kind))) for source in sources(row)}


AHEAD: Final = [row for row in ROWS if row.get("ahead")]
BREACHES: Final = [row for row in ROWS if row.get("breach")]
PLACES: Final = {id(row): places(row) for row in ROWS}
BROKEN: Final = [(breach["rule"], PLACES[id(breach)]) for breach in BREACHES]


def holds(row: Row, family: Family, kind: Kind) -> bool:
    """Return whether a row holds, by what the theory of operation says and not by the code that loads it."""
    if kind not in row.get("kinds", tuple(Kind)):
        return False
    if "point" in row and family.answer(row["point"]) != row["answer"]:
        return False
    if any(ahead["trigger"] == row["trigger"] and family.answer(ahead["point"]) == ahead["answer"] for ahead in AHEAD):
        return row.get("ahead", False)
    broken = any(rule in family.breaks and not PLACES[id(row)].isdisjoint(places) for rule, places in BROKEN)
    return row.get("breach", False) == broken


@pytest.mark.parametrize("name", FAMILIES)
def test_every_state_has_exactly_one_cell_for_every_trigger(name: str) -> None:
    """It does for each kind, with the family's answers and with any one of them changed."""
    for family in variations_of(FAMILIES[name]):
        for kind in Kind:
            for table, states in TABLES.values():
                found = [(state, row["trigger"]) for row in table if holds(row, family, kind) for state in sources(row)]
                triggers = {row["trigger"] for row in table if kind in row.get("kinds", tuple(Kind))}
                assert len(found) == len(set(found)), (family.name, kind)
                assert set(found) == {(state, trigger) for state in states for trigger in triggers}, (family.name, kind)


def test_every_step_is_a_trigger_of_the_life_cycle() -> None:
    """The life cycle answers every step of a caller and of a worker, and the factory's start."""
    assert {row["trigger"] for row in tables.LIFECYCLE} == {*STEPS, "start"}


def test_only_the_kinds_with_progress_have_progress_steps() -> None:
    """The steps of the third machine are triggers for two kinds, all others for four."""
    for trigger in STEPS:
        kinds = {kind for row in tables.LIFECYCLE if row["trigger"] == trigger for kind in row.get("kinds", Kind)}
        assert kinds == set(WITH_PROGRESS if "progress" in trigger else Kind)


@pytest.mark.parametrize("name", TABLES)
def test_rows_name_only_declared_states(name: str) -> None:
    """Sources and destinations are states of the row's own machine."""
    table, states = TABLES[name]
    assert {state for row in table for state in sources(row)} == set(states)
    assert {row["dest"] for row in table} <= {*states, None}


def test_every_row_cites_exactly_one_rule_or_one_point_that_exists() -> None:
    """A point comes with one of its options, a rule without any."""
    for row in ROWS:
        assert ("rule" in row) != ("point" in row), row
        assert ("point" in row) == ("answer" in row), row
        if "rule" in row:
            assert RULES[row["rule"]].obliges is Party.IMPLEMENTATION
        else:
            assert row["answer"] in VARIATIONS[row["point"]].names


def test_every_cell_that_a_point_decides_has_a_row_for_each_option() -> None:
    """No answer leaves a cell blank."""
    for table, _ in TABLES.values():
        cells: dict[tuple[str, str], list[Row]] = {}
        for row in table:
            for source in sources(row):
                cells.setdefault((source, row["trigger"]), []).append(row)
        for cell, rows in cells.items():
            for point in {row["point"] for row in rows if "point" in row and not row.get("ahead")}:
                answers = [row["answer"] for row in rows if row.get("point") == point]
                assert sorted(answers) == sorted(VARIATIONS[point].names), cell


def test_every_breach_stands_in_place_of_cells() -> None:
    """A breach replaces the row of its own rule, or those of a point whose options all keep the rule, and differs."""
    for breach in BREACHES:
        beside = [row for row in ROWS if row not in AHEAD + BREACHES and places(row) & places(breach)]
        assert set().union(*map(places, beside)) == places(breach)
        assert {row.get("rule", breach["rule"]) for row in beside} == {breach["rule"]}
        assert all((row["dest"], row["outcome"]) != (breach["dest"], breach["outcome"]) for row in beside)
        assert any(breach["rule"] in family.breaks for family in FAMILIES.values())


def test_what_is_asked_ahead_stands_in_every_state() -> None:
    """A member that is not implemented is so whatever the state is."""
    assert {row["trigger"] for row in AHEAD} == {"id", "put_progress", "get_progress"}
    assert all(set(sources(row)) == set(tables.LIFECYCLE_STATES) for row in AHEAD)


def test_a_row_of_some_kinds_names_those_with_or_those_without_progress() -> None:
    """Nothing else divides the kinds."""
    assert {row["kinds"] for row in ROWS if "kinds" in row} == {WITH_PROGRESS, WITHOUT_PROGRESS}


def test_every_rule_of_the_implementation_has_a_cell_or_a_reason_for_having_none() -> None:
    """The list of rules that are not tabular is complete, and no longer than it has to be."""
    obliging = {rule.id for rule in RULES.values() if rule.obliges is Party.IMPLEMENTATION}
    cited = {row["rule"] for row in ROWS if "rule" in row}
    assert cited | RULES_WITHOUT_CELL.keys() == obliging
    assert not cited & RULES_WITHOUT_CELL.keys()
    assert all(RULES[rule].level is Level.MUST for rule in cited)


def test_every_point_has_a_cell_or_a_reason_for_having_none() -> None:
    """The list of points that are not tabular is complete, and no longer than it has to be."""
    cited = {row["point"] for row in ROWS if "point" in row}
    assert cited | POINTS_WITHOUT_CELL.keys() == VARIATIONS.keys()
    assert not cited & POINTS_WITHOUT_CELL.keys()
