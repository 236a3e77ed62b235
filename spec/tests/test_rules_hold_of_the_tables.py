"""Every rule's sentence, read as a predicate, on everything that every family can reach."""

from functools import cache
from types import MappingProxyType
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iasyncinfo_spec import product, tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import explore, plain_inputs
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import (
    E_ASYNC_OPERATION_NOT_STARTED,
    E_FAIL,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    ERROR_CANCELLED,
)
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.observer import sights
from iasyncinfo_spec.predicates import HANDLERS, NOT_EXPRESSIBLE, PREDICATES
from iasyncinfo_spec.rules import RULES, Party
from iasyncinfo_spec.tables import IGNORED, NOT_DRIVABLE, OK, Held, Refuses, Returns
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step, format_word

OPTIONS_THAT_BREAK: Final = {
    (point.name, option.name): option.breaks
    for point in VARIATIONS.values()
    for option in point.options
    if option.breaks
}
"""The answers to variation points that no object can give without breaking a rule."""
BREAKING: Final = {
    rule: {answer for answer, broken in OPTIONS_THAT_BREAK.items() if broken == rule}
    for rule in OPTIONS_THAT_BREAK.values()
}


def answers_of(family: Family) -> set[tuple[str, str]]:
    """Return the answers of a row, each with its point."""
    return set(family.answers.items())


def inputs(kind: Kind) -> tuple[Step, ...]:
    """Return the plain inputs with handlers that read, fail and lose their client, and the notifications."""
    plain = (step for step in plain_inputs(kind) if step != ("put_completed", "h2"))
    return (
        *plain,
        *(("put_completed", *handler) for handler in HANDLERS.items()),
        ("fail", ERROR_CANCELLED),
        ("cancel_notifications",),
    )


def broken_rules(family: Family, kind: Kind, *rules: str) -> dict[str, str]:
    """Return the rules, of those named or of all, that a family breaks, each with a word that shows it."""
    # A second notification, which a broken table may make, is enough: without this bound there would be no end.
    system = explore(family, kind, inputs(kind), lambda here, step: step != ("cancel",) or here.notified < 2)
    predicates = {rule: PREDICATES[rule] for rule in rules or PREDICATES if kind in RULES[rule].kinds}
    broken: dict[str, str] = {}
    for sight in sights(system):
        for rule, kept in predicates.items():
            if rule not in broken and not kept(sight):
                broken[rule] = format_word((*system.access[sight.edge.source], sight.edge.step))
    return broken


COOPERATIVE: Final = [
    family.answering(f"{family.name}, cooperative", {"CANCEL-SYNC": "yes"})
    for family in FAMILIES.values()
    if "CANCEL-SYNC" not in family.answers
]
"""The families whose workers may end inside Cancel, with one that does."""

ROWS: Final = {family.name: family for family in [*FAMILIES.values(), *COOPERATIVE]}


@cache
def broken_by(name: str, kind: Kind) -> MappingProxyType[str, str]:
    return MappingProxyType(broken_rules(ROWS[name], kind))


def test_every_rule_of_the_implementation_has_a_predicate_or_a_reason() -> None:
    """No rule is left out without a word."""
    obliging = {rule.id for rule in RULES.values() if rule.obliges is Party.IMPLEMENTATION}
    assert PREDICATES.keys() | NOT_EXPRESSIBLE.keys() == obliging
    assert not PREDICATES.keys() & NOT_EXPRESSIBLE.keys()


@pytest.mark.theorem(
    "RULES-HOLD",
    over="every family and kind, every reachable step, every history",
    how="exhausted",
    premise="the family lists no breach of the rule",
)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", ROWS)
def test_every_rule_holds_of_every_family_that_does_not_list_a_breach(name: str, kind: Kind) -> None:
    """In each reachable configuration, under each history, every step keeps every rule not listed."""
    unlisted = {rule: word for rule, word in broken_by(name, kind).items() if rule not in ROWS[name].breaks}
    assert unlisted == {}


@pytest.mark.theorem("BREACHES-SHOW", over="every listed breach, every kind of its rule", how="exhausted")
@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, row in FAMILIES.items() for rule in row.breaks])
def test_every_listed_breach_is_a_breach(name: str, rule: str) -> None:
    """Each kind of a broken rule has a word that shows the breach; of those of the point, where an answer breaks it."""
    breaking = answers_of(FAMILIES[name]) & BREAKING.get(rule, set())
    kinds = set(RULES[rule].kinds).intersection(*(VARIATIONS[point].kinds for point, _ in breaking))
    assert kinds
    assert all(rule in broken_by(name, kind) for kind in kinds)


@st.composite
def rows_of_answers(draw: st.DrawFn) -> dict[str, str]:
    return {name: draw(st.sampled_from(point.names), label=name) for name, point in VARIATIONS.items()}


# The word of a breach is a shortest one already, so that shrinking the row is not worth its time.
@settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(answers=rows_of_answers(), kind=st.sampled_from([Kind.ACTION, Kind.OPERATION]))
def test_no_combination_of_answers_breaks_a_rule_but_those_named(answers: dict[str, str], kind: Kind) -> None:
    """Rules and points are independent: whatever the points answer, the rules hold."""
    row = Family("drawn", "", answers)
    excused: set[Any] = {OPTIONS_THAT_BREAK.get((point, row.answer(point))) for point in VARIATIONS}
    assert {rule: word for rule, word in broken_rules(row, kind).items() if rule not in excused} == {}


def test_the_answers_that_break_a_rule_are_listed_as_breaches() -> None:
    """A family whose row holds such an answer says so in its breaks, and no other family does."""
    for family in FAMILIES.values():
        for rule, answers in BREAKING.items():
            assert (rule in family.breaks) == (not answers.isdisjoint(answers_of(family))), family.name


# -- the predicates have teeth ------------------------------------------------------------------

NO_TELLS: Final = {"tells": None}

TEETH: Final[dict[str, tuple[str, str, str, dict[str, Any]]]] = {
    "IFACE": ("LIFECYCLE", "get_completed", tables.STARTED, {"outcome": NOT_DRIVABLE}),
    "HOT": ("LIFECYCLE", "id", tables.STARTED, {"outcome": Refuses(E_ASYNC_OPERATION_NOT_STARTED)}),
    "STATUS": ("LIFECYCLE", "status", tables.COMPLETED, {"outcome": Returns(AsyncStatus.ERROR)}),
    "STATUS-VALUES": ("LIFECYCLE", "status", tables.COMPLETED, {"outcome": Returns(4)}),
    "CANCEL-REQ": ("LIFECYCLE", "acknowledge_cancel", tables.CANCEL_PENDING, {"dest": tables.STARTED}),
    "CANCEL-VISIBLE": ("LIFECYCLE", "cancel", tables.STARTED, {"dest": None}),
    "CANCEL-OK": ("LIFECYCLE", "cancel", tables.CANCEL_PENDING, {"outcome": Refuses(E_FAIL)}),
    "CANCEL-ONCE": ("LIFECYCLE", "cancel", tables.CANCEL_PENDING, {"outcome": OK, "dest": tables.CANCEL_PENDING}),
    "CANCEL-NOFIRE": ("LIFECYCLE", "cancel", tables.STARTED, {"tells": AsyncStatus.CANCELED}),
    "TERMINAL-CANCEL": ("LIFECYCLE", "cancel", tables.COMPLETED, {"dest": tables.CANCELED}),
    "SET-ONCE": ("COMPLETED_SLOT", "put", tables.HELD, {"outcome": OK, "dest": tables.HELD}),
    "SECOND": ("COMPLETED_SLOT", "put", tables.HELD, {"outcome": IGNORED}),
    "LATE-SET": ("LIFECYCLE", "put_completed", tables.COMPLETED, NO_TELLS),
    "GET-EMPTY": ("COMPLETED_SLOT", "get", tables.EMPTY, {"outcome": Returns(5)}),
    "FIRE-ONCE": ("LIFECYCLE", "complete", tables.STARTED, NO_TELLS),
    "FIRE-ARGS": ("LIFECYCLE", "complete", tables.STARTED, {"tells": AsyncStatus.ERROR}),
    "RESULTS": ("LIFECYCLE", "get_results", tables.COMPLETED, {"outcome": Returns(None)}),
    "EARLY-RESULT": ("LIFECYCLE", "get_results", tables.STARTED, {"outcome": Returns(None)}),
    "CANCELED-RESULT": ("LIFECYCLE", "get_results", tables.CANCELED, {"outcome": Returns(None)}),
    "ERR": ("LIFECYCLE", "error_code", tables.ERROR, {"outcome": Returns(0)}),
    "ERR-ZERO": ("LIFECYCLE", "error_code", tables.STARTED, {"outcome": Returns(E_FAIL)}),
    "END-STABLE": ("LIFECYCLE", "id", tables.COMPLETED, {"dest": tables.CANCELED}),
    "PROG-REPLACE": ("PROGRESS_SLOT", "put", tables.HELD, {"dest": tables.EMPTY}),
    "PROG-ONCE": ("LIFECYCLE", "report_progress", tables.STARTED, {"outcome": IGNORED, **NO_TELLS}),
    "PROG-NULL": ("LIFECYCLE", "report_progress", tables.STARTED, {"outcome": Refuses(None)}),
    "CLOSE-TERMINAL": ("LIFECYCLE", "close", tables.COMPLETED, {"outcome": Refuses(E_FAIL), "dest": None}),
    "CLOSE-IDEMP": ("LIFECYCLE", "close", tables.CLOSED, {"outcome": Refuses(E_FAIL)}),
    "CLOSED-ALIKE": ("LIFECYCLE", "id", tables.CLOSED, {"outcome": Returns(Held.ID)}),
    "CLOSED-FIRST": ("LIFECYCLE", "put_completed", tables.CLOSED, {"outcome": Refuses(E_ILLEGAL_DELEGATE_ASSIGNMENT)}),
}
"""For each rule a change to the rows of one trigger that hold in one state, which breaks it."""

JOINT_TEETH: Final = {"FIRE-ORDER", "THROW", "DISCONNECT"}
"""Rules that no cell decides: the change that breaks each is a change to the product."""


@pytest.mark.parametrize("rule", TEETH)
def test_a_change_to_the_tables_that_breaks_a_rule_is_seen(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each predicate finds the breach that was put into the tables for it."""
    name, trigger, state, change = TEETH[rule]
    rows = [
        {**row, **change} if row["trigger"] == trigger and state in sources(row) else row
        for row in getattr(tables, name)
    ]
    assert rows != getattr(tables, name)
    monkeypatch.setattr(tables, name, rows)
    assert rule in broken_rules(FAMILIES["reference"], RULES[rule].kinds[-1], rule)


def test_a_handler_that_runs_before_the_end_is_published_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """FIRE-ORDER is broken where the product couples before it moves."""
    couple, move = product.Run._couple, product.Run._move

    def couple_first(self: Any, step: Any, cell: Any, *rest: Any) -> Any:
        failure = yield from couple(self, step, cell, *rest)
        move(self, step, cell)
        return failure

    monkeypatch.setattr(product.Run, "_move", lambda *_: None)
    monkeypatch.setattr(product.Run, "_couple", couple_first)
    assert "FIRE-ORDER" in broken_rules(FAMILIES["reference"], Kind.OPERATION, "FIRE-ORDER")


def test_a_handler_whose_failure_changes_the_outcome_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """THROW is broken where a failing handler turns the operation to Error."""
    run_handler = product.Run.run_handler

    def fail_as_well(self: Any, *arguments: Any) -> Any:
        failure = yield from run_handler(self, *arguments)
        if failure is not None:
            self._set(life=tables.ERROR, code=failure)
        return failure

    monkeypatch.setattr(product.Run, "run_handler", fail_as_well)
    assert "THROW" in broken_rules(FAMILIES["reference"], Kind.OPERATION, "THROW")


def test_a_lost_client_that_counts_as_a_failure_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """DISCONNECT is broken where a family that propagates failures propagates these."""
    monkeypatch.setattr(product, "DISCONNECTED", ())
    row = FAMILIES["reference"].answering("propagates", {"HEXC": "propagate"})
    assert "DISCONNECT" in broken_rules(row, Kind.OPERATION, "DISCONNECT")


def test_every_predicate_has_teeth() -> None:
    """None of them is true whatever happens."""
    assert TEETH.keys() | JOINT_TEETH == PREDICATES.keys()
