"""The table of blame: each row is met by a run, each rule in it exists, and nothing else names a rule."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

import iasyncinfo_conformance
from iasyncinfo_conformance.engines.linger import Lingering
from iasyncinfo_conformance.engines.pairs import pairs
from iasyncinfo_conformance.judging import blame
from iasyncinfo_conformance.judging.blame import (
    ANY_POINT,
    ANY_RULE,
    ANYTHING,
    BLAME,
    ITS_OWN,
    NOBODY,
    NOTHING,
    Situation,
    blamed,
    laid_to,
)
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.judging.linearizability import judged, violation
from iasyncinfo_conformance.judging.wording import Difference
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.race import race_of
from iasyncinfo_conformance.model.results import as_result
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.session.causes import Failing
from iasyncinfo_conformance.session.localization import causes
from iasyncinfo_conformance.session.session import Plan, Session
from iasyncinfo_conformance.target import Ended, RaceOutcome, Result, Trouble
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.reference import start
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_FAIL, E_ILLEGAL_DELEGATE_ASSIGNMENT, E_ILLEGAL_METHOD_CALL
from iasyncinfo_spec.pairs import drives_several
from iasyncinfo_spec.product import Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Word, parse_word, to_json

S = Situation
KIND: Final = Kind.OPERATION_WITH_PROGRESS
REFERENCE: Final = FAMILIES["reference"]
PLAN: Final = Plan(KIND, REFERENCE, {}, frozenset(), frozenset(), Options())
QUICK: Final = Plan(KIND, REFERENCE, {}, frozenset(), frozenset(), Options(quick=True))
PACKAGE: Final = Path(iasyncinfo_conformance.__file__).parent
ROWS: Final = [(situation, decider) for situation, rows in BLAME.items() for decider in rows]
DONE: Final[Result] = {"ok": None}
STARTED, COMPLETED, CANCELED, ERROR = range(4)

Cli = Callable[..., tuple[int, str, str]]
Row = tuple[Situation, str]
Rows = set[Row]


def ok(value: Any = None, *events: Result) -> Result:
    """A step that succeeds."""
    return {"ok": value, "events": list(events)} if events else {"ok": value}


def hr(code: int, *events: Result) -> Result:
    """A step that is refused."""
    return {"hr": code, "events": list(events)} if events else {"hr": code}


def told(status: int, *met: Result, label: str = "h1", **more: Any) -> Result:
    """A call of a Completed handler."""
    return {"handler": label, "sender": True, "status": status, **({"results": list(met)} if met else {}), **more}


def reported(value: Any) -> Result:
    """A call of a Progress handler."""
    return {"handler": "p1", "sender": True, "value": value}


class Noted(dict[str, str]):
    """The rows of a situation, which note that they are read."""

    def __init__(self, situation: Situation, rows: Mapping[str, str], read: Rows) -> None:
        super().__init__(rows)
        self._situation = situation
        self._read = read

    def __getitem__(self, decider: str) -> str:
        self._read.add((self._situation, decider))
        return super().__getitem__(decider)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """The rows of the table that a test reads."""
    found: Rows = set()
    monkeypatch.setattr(blame, "BLAME", {situation: Noted(situation, rows, found) for situation, rows in BLAME.items()})
    return found


# ---- runs of words

CLOSED: Final = "put_completed(h1) cancel close complete(5)"
RAISING: Final = "put_completed(h1{raise(0x80070005)}) complete(5)"
RUNS: Final[dict[Row, tuple[str, list[Result]]]] = {
    (S.ANOTHER_ANSWER, ANYTHING): ("status", [ok(COMPLETED)]),
    (S.NOT_STARTED, ANYTHING): ("cancel", [hr(0x80000019)]),
    (S.NO_MEMBER, ANYTHING): ("close", [{"raised": "AttributeError"}]),
    (S.NO_STATUS, ANYTHING): ("status", [ok(9)]),
    (S.ZERO_ID, ANYTHING): ("cancel id", [DONE, ok(0)]),
    (S.SECOND_REFUSED, "AFTER_CLOSE"): (
        "put_completed(h1) complete(5) close put_completed(h2)",
        [DONE, ok(None, told(COMPLETED)), DONE, hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)],
    ),
    (S.SECOND_REFUSED, ANYTHING): ("put_completed(h1)", [hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)]),
    (S.RESULTS_GIVEN, "XRES"): ("cancel get_results", [DONE, ok(5)]),
    (S.RESULTS_GIVEN, ANYTHING): ("get_results", [ok(5)]),
    (S.CANCEL_FAILS, "CANCEL-VISIBLE"): ("cancel", [hr(E_FAIL)]),
    (S.CANCEL_FAILS, "TERMINAL-CANCEL"): ("fail(0x80004005) cancel", [DONE, {"raised": "KeyError"}]),
    (S.CANCEL_FAILS, ANYTHING): ("cancel cancel", [DONE, hr(E_FAIL)]),
    (S.CLOSE_FAILS, "AFTER_CLOSE"): ("complete(5) close close", [DONE, DONE, hr(E_FAIL)]),
    (S.CLOSE_FAILS, ANYTHING): ("close", [hr(E_FAIL)]),
    (S.FAILURE_COMES_OUT, ANYTHING): (RAISING, [DONE, {"raised": "KeyError", "events": [told(COMPLETED)]}]),
    (S.DISCONNECTION_COMES_OUT, ANYTHING): (RAISING, [DONE, hr(0x80010108, told(COMPLETED))]),
    (S.WIDE, ANYTHING): ("id", [ok(2**32 + 1)]),
    (S.CALL_MISSING, "LATE-SET"): ("fail(0x80004005) put_completed(h1)", [DONE, DONE]),
    (S.CALL_MISSING, "LATE_R"): ("cancel put_completed(h1)", [DONE, DONE]),
    (S.CALL_MISSING, "Z-FIRE"): (CLOSED, [DONE, DONE, DONE, DONE]),
    (S.CALL_MISSING, ANYTHING): ("put_completed(h1) fail(0x80004005)", [DONE, DONE]),
    (S.REPORT_MISSING, "PTERM"): ("put_progress(p1) acknowledge_cancel report_progress(1)", [DONE, DONE, DONE]),
    (S.REPORT_MISSING, ANYTHING): ("put_progress(p1) report_progress(1)", [DONE, DONE]),
    (S.CALL_UNDUE_RUNNING, "LATE_R"): ("cancel put_completed(h1)", [DONE, ok(None, told(9))]),
    (S.CALL_UNDUE_RUNNING, ANYTHING): ("put_completed(h1)", [ok(None, told(STARTED))]),
    (S.CALL_UNDUE_ENDED, "Z-FIRE"): (CLOSED, [DONE, DONE, DONE, ok(None, told(9))]),
    (S.CALL_UNDUE_ENDED, ANYTHING): ("complete(5) status", [DONE, ok(COMPLETED, told(COMPLETED))]),
    (S.CALLS_TOO_MANY_RUNNING, "LATE_R"): ("cancel put_completed(h1)", [DONE, ok(None, told(2), told(2))]),
    (S.CALLS_TOO_MANY_RUNNING, ANYTHING): ("put_completed(h1)", [ok(None, told(0), told(0))]),
    (S.CALLS_TOO_MANY_ENDED, ANYTHING): ("complete(5) put_completed(h1)", [DONE, ok(None, told(1), told(1))]),
    (S.REPORT_UNDUE, "PTERM"): ("put_progress(p1) complete(5) report_progress(1)", [DONE, DONE, ok(None, reported(7))]),
    (S.REPORT_UNDUE, ANYTHING): ("report_progress(1)", [ok(None, reported(1))]),
    (S.REPORTS_TOO_MANY, ANYTHING): (
        "put_progress(p1) report_progress(1)",
        [DONE, ok(None, reported(1), reported(1))],
    ),
    (S.CALLED_AGAIN, "CANCEL-NOFIRE"): (
        "cancel put_completed(h1) id",
        [DONE, ok(None, told(CANCELED)), ok(7, told(CANCELED))],
    ),
    (S.CALLED_AGAIN, ANY_POINT): (
        "cancel put_completed(h1) close complete(5)",
        [DONE, ok(None, told(CANCELED)), DONE, ok(None, told(CANCELED))],
    ),
    (S.CALLED_AGAIN, ANYTHING): ("put_completed(h1) fail(0x80004005) id", [DONE, ok(None, told(3)), ok(7, told(3))]),
    (S.ANOTHER_REPORT, ANYTHING): ("put_progress(p1) report_progress(1)", [DONE, ok(None, reported("1"))]),
    (S.ANOTHER_HANDLER, ANYTHING): ("complete(5) put_completed(h2)", [DONE, ok(None, told(COMPLETED))]),
    (S.OUTCOME_TOLD, "Z-FIRE"): (CLOSED, [DONE, DONE, DONE, ok(None, told(COMPLETED))]),
    (S.OUTCOME_TOLD, ANYTHING): ("put_completed(h1) cancel complete(5)", [DONE, DONE, ok(None, told(COMPLETED))]),
    (S.ANOTHER_ARGUMENT, ANYTHING): ("put_completed(h1) complete(5)", [DONE, ok(None, told(1, sender=False))]),
    (S.INSIDE_COMPLETED, "STATUS"): ("complete(5) put_completed(h1{status})", [DONE, ok(None, told(1, ok(STARTED)))]),
    (S.INSIDE_COMPLETED, "RESULTS"): ("complete(5) put_completed(h1{get_results})", [DONE, ok(None, told(1, ok(6)))]),
    (S.INSIDE_COMPLETED, "ERR"): ("fail(0x80004005) put_completed(h1{error_code})", [DONE, ok(None, told(3, ok(0)))]),
    (S.INSIDE_COMPLETED, "ERR-RESULT"): (
        "fail(0x80004005) put_completed(h1{get_results})",
        [DONE, ok(None, told(3, DONE))],
    ),
    (S.INSIDE_COMPLETED, "ERR-ZERO"): ("complete(5) put_completed(h1{error_code})", [DONE, ok(None, told(1, ok(1)))]),
    (S.INSIDE_COMPLETED, ANYTHING): ("complete(5) put_completed(h1{cancel})", [DONE, ok(None, told(1, hr(E_FAIL)))]),
    (S.NO_ANSWER_INSIDE, ANYTHING): ("complete(5) put_completed(h1{id})", [DONE, ok(None, told(COMPLETED))]),
    (S.REFUSED_ONCE_CLOSED, ANY_RULE): (
        "close status error_code",
        [DONE, ok(STARTED), hr(E_ILLEGAL_METHOD_CALL)],
    ),
    (S.REFUSED_ONCE_CLOSED, ANYTHING): (
        "complete(5) close report_progress(1)",
        [DONE, DONE, hr(E_ILLEGAL_METHOD_CALL)],
    ),
    (S.ANSWERED_ONCE_REFUSED, ANYTHING): (
        "complete(5) close status id",
        [DONE, DONE, hr(E_ILLEGAL_METHOD_CALL), ok(7)],
    ),
}
"""A run for each row that a judge reads."""


@pytest.mark.parametrize("row", RUNS, ids=" ".join)
def test_a_run_is_laid_to_its_row(row: Row, read: Rows) -> None:
    """The judge of the reference reads it."""
    text, results = RUNS[row]
    assert Judge(KIND, REFERENCE, {}).judge(parse_word(text), results) is not None
    assert row in read


# ---- races

RACES: Final[dict[Row, tuple[str, Result]]] = {
    (S.LOCK_HELD, ANYTHING): ("put_completed(h1) [complete(5) | status]", ok(None, told(COMPLETED, locked=True))),
    (S.RACED_CALL, ANYTHING): (
        "put_completed(h1) [complete(5) | status]",
        ok(None, *[told(COMPLETED, late=True)] * 2),
    ),
    (S.CALL_UNDUE_ENDED, "LATE_R"): ("cancel [put_completed(h1) | error_code]", ok(None, told(9))),
    (S.RACED_ID, ANY_POINT): ("complete(5) close [id | status]", ok(7)),
    (S.RACED_ID, ANYTHING): ("[id | status]", ok(0)),
    (S.RACED_STATUS, ANY_POINT): ("complete(5) close [status | error_code]", ok(COMPLETED)),
    (S.RACED_STATUS, ANYTHING): ("[status | error_code]", ok(COMPLETED)),
    (S.RACED_ERROR, ANY_POINT): ("complete(5) close [error_code | status]", ok(0)),
    (S.RACED_ERROR, ANYTHING): ("[error_code | status]", ok(E_FAIL)),
    (S.RACED_RESULTS, ANY_POINT): ("complete(5) close [get_results | error_code]", ok(5)),
    (S.RACED_RESULTS, ANYTHING): ("complete(5) [get_results | error_code]", ok(6)),
    (S.RACED_COMPLETED, ANY_POINT): ("complete(5) close [get_completed | error_code]", ok("h1")),
    (S.RACED_COMPLETED, ANYTHING): ("[put_completed(h1) | error_code]", hr(E_FAIL)),
    (S.RACED_PROGRESS, ANY_POINT): ("complete(5) close [get_progress | error_code]", ok("p1")),
    (S.RACED_PROGRESS, ANYTHING): ("put_progress(p1) [get_progress | error_code]", ok(None)),
    (S.RACED_REPORT, ANY_POINT): ("complete(5) [report_progress(1) | error_code]", hr(E_FAIL)),
    (S.RACED_REPORT, ANYTHING): ("put_progress(p1) [report_progress(1) | error_code]", DONE),
    (S.RACED_CANCEL, ANY_POINT): ("complete(5) close [cancel | error_code]", hr(E_FAIL)),
    (S.RACED_CANCEL, ANYTHING): ("[cancel | error_code]", hr(E_FAIL)),
    (S.RACED_CLOSE, ANY_POINT): ("[close | error_code]", {"raised": "KeyError"}),
    (S.RACED_CLOSE, ANYTHING): ("complete(5) [close | error_code]", hr(E_FAIL)),
    (S.RACED_WORKER, ANY_POINT): ("put_completed(h1) cancel close [complete(5) | error_code]", DONE),
    (S.RACED_WORKER, ANYTHING): ("put_completed(h1) [complete(5) | error_code]", DONE),
}
"""For each row of races, a race whose first thread takes one step, and what it is answered."""
_OF: Final[dict[Row, str]] = {(S.CALL_UNDUE_ENDED, "LATE_R"): "ppl"}
"""The family whose race it is, where not the reference's: it does not call at once during a cancel."""


@pytest.mark.parametrize("row", RACES, ids=" ".join)
def test_a_race_is_laid_to_its_row(row: Row, read: Rows) -> None:
    """All else is as the first way has it."""
    text, answer = RACES[row]
    family = FAMILIES[_OF.get(row, "reference")]
    race = race_of(Product(family, KIND), parse_word(text))
    others = [[as_result(prediction) for prediction in thread] for thread in race.ways[0].threads[1:]]
    outcome: Result = {"ok": None, "threads": [[answer], *others]}
    late = [event for event in answer.get("events", ()) if event.get("late")]
    if late:
        outcome = {"ok": None, "threads": [[DONE], *others], "events": late}
    assert violation(race, [DONE] * race.at + [outcome]) is not None
    assert row in read


def test_a_race_that_never_ends_is_laid_to_its_row(read: Rows) -> None:
    """Its threads have no results."""
    found = judged(race_of(Product(REFERENCE, KIND), parse_word("[id | cancel]")), RaceOutcome("", [], "a deadlock"))
    assert found is not None
    assert read == {(S.RACE_STUCK, ANYTHING)}
    assert found.cites == blamed(S.RACE_STUCK)


# ---- words that are not answered, and answers that come once


class Silent(InProcess):
    """A reference that hangs, or dies, at the end of one word, whatever else its handlers do not do."""

    def __init__(self, word: Word, what: Ended) -> None:
        super().__init__(start, "reference")
        self._silent = word
        self._what = what

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words, but for that one."""
        for word in words:
            yield Trouble(self._what, "for this test") if word == self._silent else self.run(kind, word)


SILENCES: Final[dict[tuple[Ended, str, str], tuple[Row, str]]] = {
    (Ended.HANG, "cancel close", ""): ((S.CLOSE_HANGS, ANYTHING), "CLOSE-NOBLOCK"),
    (Ended.HANG, "put_completed(h1{close}) complete(5)", ""): ((S.CLOSE_HANGS, ANYTHING), "CLOSE-NOBLOCK"),
    (Ended.HANG, "put_completed(h1{get_results}) complete(5)", ""): ((S.HANDLER_WAITS, ANYTHING), "FIRE-ORDER"),
    (Ended.HANG, "put_completed(h1{status}) complete(5)", ""): ((S.HANDLER_HANGS, ANYTHING), "FIRE-NOLOCK"),
    (Ended.HANG, "put_completed(h1{thread{status}}) complete(5)", ""): ((S.HANDLER_HANGS, ANYTHING), "FIRE-NOLOCK"),
    (Ended.HANG, "id", ""): ((S.ID_STUCK, ANYTHING), "ID-STABLE"),
    (Ended.HANG, "status", "HOT"): ((S.STATUS_STUCK, ANYTHING), "STATUS-VALUES"),
    (Ended.HANG, "cancel status", ""): ((S.STATUS_STUCK, "CANCEL-VISIBLE"), "CANCEL-VISIBLE"),
    (Ended.HANG, "error_code", ""): ((S.ERROR_STUCK, ANY_RULE), "ERR-ZERO"),
    (Ended.HANG, "cancel error_code", ""): ((S.ERROR_STUCK, ANYTHING), "ERR-ZERO"),
    (Ended.HANG, "complete(5) get_results", "HOT"): ((S.RESULTS_STUCK, ANY_RULE), "RESULTS"),
    (Ended.HANG, "complete(5) close get_results", ""): ((S.RESULTS_STUCK, ANYTHING), "EARLY-RESULT"),
    (Ended.HANG, "put_completed(h1)", ""): ((S.COMPLETED_STUCK, ANY_RULE), "SET-ONCE"),
    (Ended.HANG, "complete(5) close get_completed", ""): ((S.COMPLETED_STUCK, ANYTHING), "SET-ONCE"),
    (Ended.HANG, "put_progress(p1)", ""): ((S.PROGRESS_STUCK, ANY_RULE), "PROG-REPLACE"),
    (Ended.HANG, "complete(5) close get_progress", ""): ((S.PROGRESS_STUCK, ANYTHING), "PROG-REPLACE"),
    (Ended.HANG, "report_progress(1)", ""): ((S.REPORT_STUCK, ANYTHING), "PROG-ONCE"),
    (Ended.HANG, "cancel", ""): ((S.CANCEL_STUCK, ANYTHING), "CANCEL-OK"),
    (Ended.HANG, "complete(5) get", ""): ((S.WAIT_STUCK, ANYTHING), "WAIT-ENDS"),
    (Ended.HANG, "await{complete(5)}", ""): ((S.WAIT_STUCK, ANYTHING), "WAIT-ENDS"),
    (Ended.HANG, "complete(5)", ""): ((S.WORKER_STUCK, ANYTHING), "FIRE-ONCE"),
    (Ended.DEATH, "put_completed(h1{status}) complete(5)", "SECOND"): ((S.DIES, ANYTHING), "STATUS"),
    (Ended.DEATH, "close", "SECOND"): ((S.DIES, ANYTHING), "SECOND"),
    (Ended.DEATH, "close", ""): ((S.DIES, NOTHING), "IFACE"),
}
"""What a subject does, at the end of which word, for which rule: the row, and the rule that is blamed."""


@pytest.mark.parametrize("case", SILENCES, ids=" ".join)
def test_a_word_that_is_not_answered_is_laid_to_its_row(case: tuple[Ended, str, str], read: Rows) -> None:
    """To the cell's own rule, or the one whose word it is."""
    (what, text, rule), (row, broken) = case, SILENCES[case]
    word = parse_word(text)
    session = Session.of(Silent(word, what), PLAN, Journal())
    list(session.run_many("directed", [word], [rule]))
    assert [failure.rule for failure in session.journal.failures] == [broken]
    assert row in read


ONCE: Final = {
    "ID-NONZERO": 1, "ID-STABLE": 1, "WIDTH": 1, "CANCEL-NOFIRE": 1, "STATUS-VALUES": 1, "RESULTS": 0,
}  # fmt: skip
"""How many causes a breach has that is not seen again, by its rule or point."""


def once(rule: str) -> tuple[int, int]:
    """The causes and faults of a breach that the reference does not show again."""
    session = Session.of(InProcess(start, "reference"), PLAN, Journal())
    finding = Finding(1, Difference(rule, "one thing", "another"))
    word = parse_word("status")
    failing = Failing(Expected(session.model), word, finding, session.run("complete", word) or ())
    return len(list(causes(session, [failing]))), len(session.journal.faults)


@pytest.mark.parametrize("rule", ONCE)
def test_a_breach_that_shows_once_is_laid_to_its_row(rule: str, read: Rows) -> None:
    """It is a cause, or a fault of nobody's."""
    assert once(rule) == (ONCE[rule], 1 - ONCE[rule])
    assert (S.SEEN_ONCE, rule if ONCE[rule] else ANYTHING) in read


def test_an_answer_to_a_point_that_shows_once_is_told() -> None:
    """It breaks no rule, and is as much an answer as one that comes again."""
    assert once("LATE_R") == (1, 0)


# ---- two objects, and objects left alone


class Meddling(InProcess):
    """A reference whose objects answer otherwise beside another."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words; where there are two objects the first status read is wrong."""
        for word in words:
            results = self.run(kind, to_json(word))
            if drives_several(word):
                for step, result in zip(word, results, strict=True):
                    if step == ("status",):
                        result["ok"] = AsyncStatus.ERROR
            yield results


def test_what_is_right_alone_and_wrong_beside_another_is_laid_to_its_row(read: Rows) -> None:
    """Whatever decides the cell."""
    session = Session.of(Meddling(start, "reference"), QUICK, Journal())
    assert pairs(session, lambda _: None) > 100
    assert [failure.rule for failure in session.journal.failures] == ["APART"]
    assert (S.BESIDE_ANOTHER, ANYTHING) in read


class Mortal(InProcess):
    """A reference that ends its process while one word is left alone."""

    def __init__(self, text: str) -> None:
        super().__init__(start, "reference", sleep=lambda _: None)
        self.fatal = parse_word(text)

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        """Run words, but for that one."""
        if any(word[: len(self.fatal)] == self.fatal for _, word in words):
            return Trouble(Ended.DEATH, "for this test")
        return super().run_together(words)


DEATHS: Final = {
    ANYTHING: ("put_completed(h1{raise(0x80070005)}) complete(5) wait(0.25)", "THROW"),
    NOTHING: ("put_progress(p1) put_completed(h1) wait(0.25)", "IFACE"),
}


@pytest.mark.parametrize("decider", DEATHS)
def test_a_death_of_an_object_left_alone_is_laid_to_its_row(decider: str, read: Rows) -> None:
    """The word is found among all that were left alone at the same time."""
    text, rule = DEATHS[decider]
    session = Session.of(Mortal(text), PLAN, Journal())
    assert Lingering(session.target, {KIND: session}, 0.25).done.objects > 10
    assert [(failure.rule, failure.text) for failure in session.journal.failures] == [(rule, text)]
    assert (S.DIES_LATER, decider) in read


class Silenced(Mortal):
    """A reference that ends its process over the beginning of that word already."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words, but for those that begin so."""
        for word in words:
            dies = word[: len(self.fatal)] == self.fatal
            yield Trouble(Ended.DEATH, "for this test") if dies else next(super().run_many(kind, [word]))


def test_a_death_that_does_not_wait_is_laid_to_the_step_that_dies() -> None:
    """Though it showed among objects that were left alone."""
    session = Session.of(Silenced("put_completed(h1) cancel"), PLAN, Journal())
    assert Lingering(session.target, {KIND: session}, 0.25).done.objects > 10
    assert [(failure.rule, failure.text) for failure in session.journal.failures] == [
        ("CANCEL-VISIBLE", "put_completed(h1) cancel")
    ]


# ---- the table


def test_every_row_is_met_by_a_run() -> None:
    """A row that no run above meets would be dead."""
    met = [*RUNS, *RACES, (S.RACE_STUCK, ANYTHING), *(row for row, _ in SILENCES.values())]
    met += [(S.BESIDE_ANOTHER, ANYTHING), *((S.DIES_LATER, decider) for decider in DEATHS)]
    met += [(S.SEEN_ONCE, rule if kept else ANYTHING) for rule, kept in ONCE.items()]
    assert set(met) == set(ROWS)


def test_every_situation_has_rows_for_all_that_may_decide() -> None:
    """The last row of each is for everything else."""
    assert set(BLAME) == set(Situation)
    assert all(ANYTHING in rows for rows in BLAME.values())


def test_every_rule_and_point_of_the_table_exists() -> None:
    """What decides is a rule or a point; what is blamed is a rule."""
    deciders = {decider for rows in BLAME.values() for decider in rows} - {ANYTHING, ANY_RULE, ANY_POINT, NOTHING}
    assert deciders <= RULES.keys() | VARIATIONS.keys()
    assert {rule for rows in BLAME.values() for rule in rows.values()} - {ITS_OWN, NOBODY} <= RULES.keys()


def test_the_situations_of_a_rule_are_told_in_words() -> None:
    """With what decides the cell, where that matters."""
    assert laid_to("CANCEL-OK") == (
        "a Cancel that fails, where CANCEL-VISIBLE decides",
        "a Cancel that fails, where TERMINAL-CANCEL decides",
        "a Cancel that no order of a race explains, where any variation point decides",
        "a Cancel that never comes back",
    )
    assert laid_to("CANCEL-NOFIRE") == (
        "a call of a Completed handler where none is due, before the worker's end, unless LATE_R decides",
        "several calls of Completed handlers, before the worker's end, unless LATE_R decides",
    )
    assert laid_to("SECOND") == ()


@pytest.mark.parametrize("spelling", ["fire-nolock", "FIRE_NOLOCK"])
def test_an_explanation_has_the_situations_however_the_rule_is_spelled(cli: Cli, spelling: str) -> None:
    """And the words that test the rule."""
    _, out, _ = cli("explain", spelling)
    assert all(situation in " ".join(out.split()) for situation in laid_to("FIRE-NOLOCK"))
    assert out == cli("explain", "FIRE-NOLOCK")[1]
    assert "tested by" in out


ALSO_NAMES_RULES: Final = ("judging/blame.py", "directed/", "counterexamples/", "static/", "consumers/law/")
"""Where rules are named beside the table: the words that test them, who breaks them, what type checkers tell,
what obliges consumers."""


def spelled(path: Path) -> Iterator[str]:
    """Yield the rules that a module names in its strings, those that document it included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for rule in EVERY_RULE.keys() & set(re.findall(r"[A-Z]+(?:-[A-Z]+)*", node.value)):
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno} {rule}"


def test_no_other_module_names_a_rule() -> None:
    """Whoever blames looks it up."""
    modules = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")]
    others = [name for name in modules if not name.startswith(ALSO_NAMES_RULES)]
    assert any(list(spelled(PACKAGE / name)) for name in modules)
    assert [found for name in others for found in spelled(PACKAGE / name)] == []
