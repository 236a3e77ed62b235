"""Calls of handlers that no thread of a race makes, and steps that belong to one thread."""

import threading
from typing import Any

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples.races import Locked
from iasyncinfo_conformance.record.extent import RaceMode
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.replaying.word import replay
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess, Start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word


class CallsTwice(Locked):
    """A handler that was put on another thread than this one is called again, by settle."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._home = threading.get_ident()
        self._again: Any = None

    def _put(self, handler: Any) -> None:
        super()._put(handler)
        if threading.get_ident() != self._home:
            self._again = handler

    def settle(self) -> None:
        handler, self._again = self._again, None
        if handler is not None and not self._working:
            thread = threading.Thread(target=handler, args=(self, self._status))
            thread.start()
            thread.join()


class Refuses(Locked):
    """Cancel is for the thread that made the object."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._home = threading.get_ident()

    def cancel(self) -> None:
        if threading.get_ident() != self._home:
            raise RuntimeError("wrong thread")
        super().cancel()


def only_actions(implementation: type[Locked]) -> Start:
    """An adapter of one kind."""

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        operation = implementation(kind)
        return Subject(
            operation,
            operation._complete,
            fail=operation._fail,
            acknowledge_cancel=operation._acknowledge_cancel,
            cancel_notifications=lambda: operation._cancels_told,
            settle=getattr(operation, "settle", None),
        )

    return start


def checked(implementation: type[Locked]) -> Record:
    """Check an action, whose schedules cannot be chosen: its start has no name to be loaded by."""
    return check(InProcess(only_actions(implementation), "subject"), Options(extra_states=0))


def test_a_call_that_no_thread_of_a_race_makes_is_judged() -> None:
    """The second call of a handler, by a thread of the subject's own, is one too many."""
    done = checked(CallsTwice)
    assert {failure.rule for failure in done.own} == {"FIRE-ONCE"}
    assert {failure.engine for failure in done.own} == {"races"}


def test_a_replay_shows_the_call_that_no_thread_of_a_race_makes() -> None:
    """And does not allow it."""
    target = InProcess(only_actions(CallsTwice), "subject")
    text, verdict = replay(target, parse_word("[complete(5) | put_completed(h1)]"), Kind.ACTION, "standard")
    assert verdict is Verdict.DOES_NOT_CONFORM
    assert "threads of its own call h1(Completed)" in text


def test_races_of_steps_that_belong_to_one_thread_are_left_out_and_the_others_run() -> None:
    """The report says which are left out."""
    done = checked(Refuses)
    (extent,) = done.extents.values()
    assert not done.failures
    assert extent.raced.mode is RaceMode.STOCHASTIC
    assert extent.raced.cells
    assert "left out is cancel" in extent.raced.why
