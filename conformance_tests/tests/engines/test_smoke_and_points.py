"""Smoke tells a broken adapter from a broken implementation; the points tell whose manners an object has."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.counterexamples.correct.elsewhere import start as start_elsewhere
from iasyncinfo_conformance.counterexamples.correct.ended import start_canceled, start_completed, start_failed
from iasyncinfo_conformance.counterexamples.correct.manners import Overturns, Retains, Waits
from iasyncinfo_conformance.counterexamples.plain import Plain, Reporting
from iasyncinfo_conformance.engines.points import ask, nearest_family
from iasyncinfo_conformance.engines.smoke.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.answers import NOT_SHOWN
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.deadline import Guarded
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_ILLEGAL_STATE_CHANGE
from iasyncinfo_spec.variations import VARIATIONS


def of(implementation: type[Plain], *kinds: Kind) -> InProcess:
    """A target of these kinds, or of operations."""
    return InProcess(limited(lambda kind: plain.subject(implementation, kind), *kinds), "subject")


def limited(start: Start, *kinds: Kind) -> Start:
    """An adapter that declares these kinds only."""

    def start_one(kind: Kind) -> Subject:
        if kind not in (kinds or (Kind.OPERATION,)):
            raise NotImplementedError
        return start(kind)

    return start_one


def adapted(change: Callable[[Subject], Subject]) -> InProcess:
    """A target whose adapter changes a right subject."""
    return InProcess(limited(lambda kind: change(plain.start(kind))), "subject")


def checked(target: InProcess, rule: str = "*") -> Record:
    """A short check."""
    return check(target, Options(quick=True, rule=rule))


# ---- smoke: faults of the adapter


@pytest.mark.parametrize("lever", ["complete", "fail"])
def test_a_lever_that_does_nothing_is_named(lever: str) -> None:
    """The fault says where to connect it."""

    def disconnect(subject: Subject) -> Subject:
        nothing: dict[str, Any] = {lever: lambda _: None}
        return replace(subject, **nothing)

    with pytest.raises(HarnessFault, match=rf"the lever {lever} of subject, operation, does nothing: .*Connect it"):
        smoke(adapted(disconnect))


@pytest.mark.parametrize("count", [lambda: None, lambda: True, lambda: 1 / 0])
def test_a_count_that_is_no_number_is_named(count: Callable[[], Any]) -> None:
    """How often the worker was told is compared with numbers."""
    with pytest.raises(HarnessFault, match=r"cancel_notifications of subject, operation, .* how often"):
        smoke(adapted(lambda subject: replace(subject, cancel_notifications=count)))


def test_work_that_goes_on_after_cancel_is_not_declared_ended() -> None:
    """The declaration is the adapter's, and it is wrong."""
    with pytest.raises(HarnessFault, match="declares cancel_ends_work, but the work goes on after a Cancel"):
        smoke(adapted(lambda subject: replace(subject, cancel_ends_work=True, acknowledge_cancel=None)))


def test_an_acknowledge_that_does_nothing_is_remarked() -> None:
    """It may be that the worker never ends there, so it is no fault."""
    target = adapted(lambda subject: replace(subject, acknowledge_cancel=lambda: None))
    assert any("acknowledge_cancel of operation changes nothing that can be seen" in note for note in smoke(target))


def test_the_same_object_twice_is_a_fault() -> None:
    """Each word needs a fresh one."""
    once = plain.start(Kind.OPERATION)
    with pytest.raises(HarnessFault, match=r"returned the same operation twice for operation\. Let start\(kind\) make"):
        InProcess(limited(lambda _: once), "subject")


def test_objects_that_share_their_state_are_a_fault() -> None:
    """One that has ended shows in the next."""

    class Shared(Plain):
        def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
            super()._publish(status, result, code)
            ended.append(status)

        @property
        def status(self) -> Any:
            return ended[0] if watched and len(ended) > watched[0] else super().status

    ended: list[AsyncStatus] = []
    watched: list[int] = []
    target = of(Shared)
    watched.append(len(ended))  # objects are ended before smoke begins, to see what handlers are given
    with pytest.raises(HarnessFault, match=r"does not start a fresh operation at each call: status of a new object"):
        smoke(target)


def test_an_implementation_that_answers_at_random_is_a_fault() -> None:
    """Two runs of one word have to answer alike."""
    answers = iter(range(1000))

    class Fickle(Plain):
        def get_results(self) -> Any:
            super().get_results()
            return next(answers)

    with pytest.raises(HarnessFault, match=r"is not deterministic: operation 'complete"):
        smoke(of(Fickle))


def test_a_complete_that_raises_is_a_fault() -> None:
    """The message shows what it raised."""

    def fails(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(HarnessFault, match=r"complete\(5\) of subject, operation, raises ZeroDivisionError"):
        smoke(adapted(lambda subject: replace(subject, complete=fails)))


# ---- smoke: faults of the implementation are for the rules


def never(self: Plain, handler: Any) -> None:
    """Call nobody."""


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("born completed", {"status": property(lambda _: AsyncStatus.COMPLETED)}),
    ("born with status 4", {"status": property(lambda _: 4)}),
    ("no results", {"get_results": lambda _: None}),
    ("no calls", {"_fire": never}),
    ("no cancel", {"cancel": lambda _: None}),
    ("no code", {"error_code": property(lambda _: 0)}),
]


@pytest.mark.parametrize("members", [members for _, members in BROKEN], ids=[name for name, _ in BROKEN])
def test_a_broken_implementation_passes_smoke(members: dict[str, Any]) -> None:
    """Its adapter is sane, and the rules say what is wrong."""
    target = of(type("Broken", (Plain,), members))
    smoke(target)
    assert checked(target).verdict.exit_code == 1


def test_an_object_that_was_never_started_passes_smoke() -> None:
    """HOT says so."""

    class Cold(Plain):
        def _enter(self) -> None:
            raise self._refusal(0x80000019)

    assert smoke(of(Cold)) == []
    assert "HOT" in checked(of(Cold)).failed_rules()


@pytest.mark.parametrize("start", [plain.start, start_reference, start_elsewhere])
def test_right_implementations_pass_smoke(start: Start) -> None:
    """Without a remark."""
    assert smoke(InProcess(start, "subject")) == []


# ---- points


def answers_of(start: Start, *kinds: Kind) -> dict[str, str]:
    """The answers to all points."""
    answers = ask(InProcess(limited(start, *(kinds or tuple(Kind))), "subject"))
    return {point: answers.answer(point) for point in VARIATIONS}


def test_the_reference_is_named_exactly() -> None:
    """Every point that words can show is answered as its row has it."""
    found = answers_of(start_reference)
    row = FAMILIES["reference"]
    shown = {point: answer for point, answer in found.items() if answer != "not shown"}
    assert shown == {point: row.answer(point) for point in shown}
    target = InProcess(start_reference, "reference")
    nearest = nearest_family(target, ask(target))
    assert (nearest.name, nearest.exact, nearest.first_difference) == ("reference", True, "")


@pytest.mark.parametrize(
    ("implementation", "point", "answer"),
    [
        (Plain, "LATE_R", "now"),
        (Waits, "LATE_R", "wait"),
        (Plain, "CAC", "keep"),
        (Overturns, "CAC", "complete"),
        (Overturns, "FAC", "error"),
        (Overturns, "INCOHERENT", "yes"),
        (Plain, "INCOHERENT", "no"),
        (Plain, "GETH", "null"),
        (Retains, "GETH", "retained"),
        (Plain, "ID", "1"),
        (Plain, "CTX", "inline"),
        (Plain, "CANCEL-SYNC", "no"),
    ],
)
def test_a_manner_is_read_from_words(implementation: type[Plain], point: str, answer: str) -> None:
    """Whatever the other manners are."""
    assert answers_of(lambda kind: plain.subject(implementation, kind))[point] == answer


def test_where_handlers_run_is_read_from_late_events() -> None:
    """They come after the call has returned."""
    assert answers_of(start_elsewhere)["CTX"] == "elsewhere"


def test_a_point_without_its_lever_is_not_shown() -> None:
    """Nothing is guessed."""
    found = answers_of(lambda kind: replace(plain.start(kind), fail=None, acknowledge_cancel=None))
    assert found["FAC"] == found["SPONT-CANCEL"] == found["INCOHERENT"] == "not shown"


def test_a_point_of_results_is_not_shown_by_actions() -> None:
    """Actions have none."""
    assert answers_of(plain.start, Kind.ACTION)["REPEAT"] == "not shown"


def test_a_difference_is_named_with_its_word() -> None:
    """Of the nearest family."""
    target = of(Retains)
    nearest = nearest_family(target, ask(target))
    assert not nearest.exact
    assert " at " in nearest.first_difference
    assert nearest.first_difference.partition(" at ")[0] in VARIATIONS


class ClosesStarted(Plain):
    """Close of a started operation is refused with a code of its own."""

    def close(self) -> None:
        if self._status == AsyncStatus.STARTED:
            raise self._refusal(E_ACCESSDENIED)
        super().close()


def test_an_answer_that_nobody_gives_is_reported_and_leaves_the_check_incomplete() -> None:
    """It is a hazard with its word, and what follows from it is not judged."""
    done = checked(of(ClosesStarted))
    assert done.points["CLOSE_S"] == "novel"
    assert done.verdict.exit_code == 4
    assert done.unnoted == ("CLOSE_S",)
    hazard = next(hazard for hazard in done.hazards if hazard.point == "CLOSE_S")
    assert hazard.word == "close status"
    assert "no family that is known answers this point so" in hazard.why
    assert done.nearest is not None
    assert not done.nearest.exact


def test_a_novel_answer_fails_a_profile() -> None:
    """A family's profile demands the family's own answer."""
    done = check(of(ClosesStarted), Options(quick=True, profile="reference", rule="CLOSE_S"))
    assert done.verdict.exit_code == 1
    assert [failure.rule for failure in done.own] == ["CLOSE_S"]


class ClosesSometimes(Plain):
    """Close while a cancel is pending is refused once a handler has been set."""

    def close(self) -> None:
        if self._working and self._status == AsyncStatus.CANCELED and self._assigned:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        super().close()


def test_answers_that_clash_are_hazards() -> None:
    """A point that is answered so here and otherwise there breaks no rule."""
    done = checked(of(ClosesSometimes))
    assert done.verdict.exit_code == 0
    (hazard,) = (hazard for hazard in done.hazards if "otherwise here" in hazard.why)
    assert hazard.point == "CLOSE_R"
    assert "put_completed" in hazard.word


def test_a_dangerous_answer_is_a_hazard_with_its_word() -> None:
    """It does not change the exit code."""
    done = checked(of(Overturns))
    hazards = {hazard.point: hazard for hazard in done.hazards}
    assert {"CAC", "FAC", "INCOHERENT"} <= set(hazards)
    assert hazards["INCOHERENT"].word.startswith("cancel put_completed(h1) ")
    assert done.verdict.exit_code == 0


def test_a_hang_while_points_are_asked_is_laid_to_its_rule() -> None:
    """The other points are asked."""

    class Waiting(Plain):
        def close(self) -> None:
            if self._status == AsyncStatus.STARTED:
                never_set.wait()
            super().close()

    never_set = threading.Event()
    try:
        done = check(Guarded(of(Waiting), 0.2), Options(quick=True))
    finally:
        never_set.set()
    assert done.verdict.exit_code == 1
    assert done.failed_rules() == {"CLOSE-NOBLOCK"}
    assert done.points["CLOSE_S"] == "not shown"
    assert done.points["AFTER_CLOSE"] == "reject"


def test_results_that_wait_where_there_is_progress_break_the_rule_that_they_do_not() -> None:
    """One hang is shown once, and everything else is run and passes."""

    class Waiting(Reporting):
        def get_results(self) -> Any:
            if self._status == AsyncStatus.STARTED and not self._closed:
                never_set.wait()
            return super().get_results()

    def start(kind: Kind) -> Subject:
        if kind is not Kind.OPERATION_WITH_PROGRESS:
            raise NotImplementedError
        return plain.subject(Waiting, kind)

    never_set = threading.Event()
    try:
        done = check(Guarded(InProcess(start, "subject"), 0.2), Options(quick=True))
    finally:
        never_set.set()
    assert [(failure.rule, failure.text) for failure in done.failures] == [("EARLY-RESULT", "get_results")]
    assert not done.count()[Outcome.UNTESTABLE]


@pytest.mark.parametrize("ended", [start_completed, start_failed, start_canceled])
def test_an_object_that_had_ended_is_asked_what_can_be_asked_of_it(ended: Start) -> None:
    """Its words begin with its end; what comes of a handler that is set late, and of null, it says like any other."""
    target = InProcess(ended, "subject")
    answers = ask(target)
    assert {"NULLSLOT", "NULL-AGAIN", "ID"} <= {seen.point for seen in answers.evidence}
    assert all(seen.word[: len(target.born[seen.kind])] == target.born[seen.kind] for seen in answers.evidence)
    live = ask(InProcess(plain.start, "plain"))
    shown = {point: answers.answer(point) for point in VARIATIONS if answers.answer(point) != NOT_SHOWN}
    assert shown == {point: live.answer(point) for point in shown}
