"""The suite is tested against wrong implementations, each of which it must catch by the right rule, and right ones."""

import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES
from iasyncinfo_conformance.counterexamples.entry import Correct, Counterexample
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, subject
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.engines.linger import Lingering
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.findings import Outcome, Source
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.replaying.word import replay
from iasyncinfo_conformance.selftest.examples import directed, quiet
from iasyncinfo_conformance.session.session import sessions_of
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_isolated, load_start, load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.rules import RULES, Level

LATE = [entry for entry in COUNTEREXAMPLES if entry.late]
UNKEPT = [entry for entry in COUNTEREXAMPLES if RULES[entry.breaks].level is Level.SHOULD]
ENDING = [
    entry
    for entry in COUNTEREXAMPLES
    if not (entry.hangs or entry.hidden or entry.raced or entry.late or entry in UNKEPT)
]
HIDDEN = [entry for entry in COUNTEREXAMPLES if entry.hidden]
RACED = [entry for entry in COUNTEREXAMPLES if entry.raced]
HANGING = [entry for entry in COUNTEREXAMPLES if entry.hangs]
TWO_KINDS = (Kind.ACTION, Kind.OPERATION_WITH_PROGRESS)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Handlers that are told to fail are logged by good implementations; thousands of times here."""
    with quiet():
        yield


@pytest.mark.parametrize("entry", ENDING, ids=[entry.name for entry in ENDING])
def test_a_wrong_implementation_fails_its_rule_with_its_message(entry: Counterexample) -> None:
    """The directed words of the rule alone catch it, and the message is part of what came."""
    target = load_target(entry.start, explores=False)
    target.kinds = (entry.kind,)
    findings = directed(target, (entry.breaks,))
    came = [failure.actual for failure in findings.failures]
    assert findings.verdicts[entry.breaks].outcome is Outcome.FAILED
    assert any(entry.message in actual for actual in came), came


def time_passes(_seconds: float) -> None:
    """Let every timer that runs have its end."""
    for timer in threading.enumerate():
        if isinstance(timer, threading.Timer):
            timer.join()


@pytest.mark.parametrize("entry", LATE, ids=[entry.name for entry in LATE])
def test_what_comes_later_is_found_by_leaving_objects_alone(entry: Counterexample) -> None:
    """The complaint names the word that it belongs to."""
    target = InProcess(load_start(entry.start), entry.name, explores=False, sleep=time_passes)
    target.kinds = (entry.kind,)
    right = ask(load_target("iasyncinfo_conformance.counterexamples.plain:start", explores=False))
    sessions = sessions_of(target, right, Journal())
    lingered = Lingering(target, sessions, 0.05).done
    failures = sessions[entry.kind].journal.failures
    assert lingered.objects > 10
    assert {failure.rule for failure in failures} == {entry.breaks}
    assert any(entry.message in failure.actual for failure in failures if failure.text == entry.word)


@pytest.mark.parametrize("entry", UNKEPT, ids=[entry.name for entry in UNKEPT])
def test_a_should_that_is_not_kept_is_a_hazard(entry: Counterexample) -> None:
    """It is named, and changes no verdict."""
    target = load_target(entry.start, explores=False)
    target.kinds = (entry.kind,)
    done = check(target, Options(quick=True))
    assert done.verdict is Verdict.CONFORMS
    assert any(entry.message in hazard.why for hazard in done.hazards if hazard.point == entry.breaks)
    assert done.by_rule[entry.breaks].outcome is Outcome.DEVIATING


@pytest.mark.parametrize("entry", HIDDEN, ids=[entry.name for entry in HIDDEN])
def test_a_hidden_fault_is_found_at_the_default_settings(entry: Counterexample) -> None:
    """The complete suites, or the detours beside them, find what no directed word shows; nothing else is run."""
    target = load_target(entry.start, explores=False)
    target.kinds = (entry.kind,)
    assert not directed(target, (entry.breaks,)).failures
    done = check(target, Options(rule=entry.breaks, deep=frozenset({("complete", entry.kind)})))
    failure = next(failure for failure in done.own if failure.rule == entry.breaks)
    assert entry.message in failure.actual
    assert failure.cells
    assert failure.kind is entry.kind


@pytest.mark.parametrize("entry", RACED, ids=[entry.name for entry in RACED])
def test_a_window_that_only_a_race_shows_is_found_and_replays(entry: Counterexample) -> None:
    """Everything sequential passes; the race matrix finds the window, with a schedule that shows it again."""
    target = load_target(entry.start)
    target.kinds = (entry.kind,)
    done = check(target, Options(extra_states=0))
    failures = [failure for failure in done.failures if failure.rule == entry.breaks]
    assert {failure.engine for failure in done.failures} == {"races"}
    assert any(entry.message in failure.actual for failure in failures), failures
    for failure in failures:
        text, verdict = replay(target, failure.word, entry.kind, "standard", failure.schedule)
        assert verdict is Verdict.DOES_NOT_CONFORM
        assert failure.rule in text
        assert failure.trace


@pytest.mark.parametrize("entry", HANGING, ids=[entry.name for entry in HANGING])
def test_a_hanging_implementation_is_killed_and_fails_its_rule(entry: Counterexample) -> None:
    """The word is known, and the hang is blamed on the rule whose word it is."""
    target = load_isolated(entry.start, timeout=1.0)
    target.kinds = (entry.kind,)
    answers = ask(load_target("iasyncinfo_conformance.counterexamples.plain:start", explores=False))
    with closing(target):
        journal = directed(target, (entry.breaks,), answers)
    failure = next(failure for failure in journal.failures if failure.rule == entry.breaks)
    assert "never answers" in failure.actual
    assert any(fault.whose is Whose.SUBJECT for fault in journal.faults)


@pytest.mark.parametrize("entry", CORRECT, ids=[entry.name for entry in CORRECT])
def test_a_right_implementation_raises_no_alarm(entry: Correct) -> None:
    """Whatever its legitimate manners, it conforms at standard; only missing levers leave it incomplete."""
    target = load_target(entry.start, explores=False)
    target.kinds = tuple(kind for kind in target.kinds if kind in TWO_KINDS)
    done = check(target, Options(quick=True))
    assert done.failures == ()
    assert done.verdict is (Verdict.INCOMPLETE if entry.name == "no-levers" else Verdict.CONFORMS)
    assert not [hazard for hazard in done.hazards if hazard.source is not Source.ANSWER]


def test_every_rule_that_subjects_are_held_to_has_a_counterexample() -> None:
    """A rule that nothing can break would be a rule that tests nothing."""
    assert set(expected_rules()) <= {entry.breaks for entry in COUNTEREXAMPLES}


def test_a_value_that_is_never_right_fails_though_it_does_not_come_again() -> None:
    """One object in fifty has no id: no delay and no other thread excuses that."""
    numbers = count(1)

    class Sparse(Plain):
        def __init__(self, kind: Kind) -> None:
            super().__init__(kind)
            self._number = next(numbers) % 50

        @property
        def id(self) -> int:
            self._enter()
            return self._number

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return subject(Sparse, kind)

    done = check(InProcess(start, "subject"), Options(quick=True))
    assert done.failed_rules() == {"ID-NONZERO"}
    assert done.verdict is Verdict.DOES_NOT_CONFORM


def test_an_answer_to_a_point_that_does_not_come_again_is_a_hazard_and_no_fault() -> None:
    """One handler in seven is let go before it is called: both answers are some family's."""
    numbers = count(1)

    class Hurried(Plain):
        def _call(self, handler: Handler, argument: Any) -> None:
            if not next(numbers) % 7:
                self._handler = None
            super()._call(handler, argument)

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return subject(Hurried, kind)

    done = check(InProcess(start, "subject"), Options(quick=True))
    assert done.verdict is Verdict.CONFORMS
    assert {hazard.point for hazard in done.hazards} == {"GETH-IN"}
