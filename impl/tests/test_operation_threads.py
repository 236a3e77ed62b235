"""Races: whatever threads do at once, the handler is called exactly once."""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    IllegalDelegateAssignment,
    IllegalStateChange,
    OperationClosed,
    WorkEnded,
)
from iasyncinfo_spec.hresults import E_FAIL

ROUNDS = range(300)


@pytest.fixture(autouse=True)
def _often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def race(*contenders: Callable[[], object]) -> list[Any]:
    """Call all of them at the same moment, each on its own thread; return their answers or exception types."""
    answers: list[Any] = [None] * len(contenders)
    start = threading.Barrier(len(contenders))

    def run(index: int) -> None:
        start.wait()
        try:
            answers[index] = contenders[index]()
        except (OSError, WorkEnded) as error:
            answers[index] = type(error)

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(contenders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return answers


class Witness:
    """A running operation and what its handler was told."""

    def __init__(self) -> None:
        self.operation, self.producer = AsyncOperation[int].create()
        self.complete = partial(self.producer.complete, 5)
        self.told: list[tuple[AsyncStatus, bool]] = []
        self.notified: list[str] = []

    def handler(self, sender: AsyncOperation[int], status: AsyncStatus) -> None:
        """Note the status told and whether it is the one published."""
        self.told.append((status, sender.status is status))

    def put(self) -> None:
        """Set the handler."""
        self.operation.completed = self.handler

    def subscribe(self) -> None:
        """Set the cancel callback."""
        self.producer.on_cancel(partial(self.notified.append, "told"))

    def read_id(self) -> int:
        """Ask for the id."""
        return self.operation.id


def test_put_against_complete_calls_the_handler_once() -> None:
    """Either the put or the worker's end calls it, never both, never neither."""
    for _ in ROUNDS:
        witness = Witness()
        assert race(witness.put, witness.complete) == [None, True]
        assert witness.told == [(AsyncStatus.COMPLETED, True)]


def test_put_against_put_accepts_one() -> None:
    """One of two puts is refused, and only the handler of the other is called."""
    for _ in ROUNDS:
        witness = Witness()
        answers = race(witness.put, witness.put, witness.complete)
        assert Counter(answers[:2]) == {None: 1, IllegalDelegateAssignment: 1}
        assert witness.told == [(AsyncStatus.COMPLETED, True)]


def test_put_against_the_end_of_a_canceled_operation_calls_the_handler_once() -> None:
    """A put that is answered at once and the worker's end do not both call it."""
    for _ in ROUNDS:
        witness = Witness()
        witness.operation.cancel()
        assert race(witness.put, witness.producer.acknowledge_cancel) == [None, True]
        assert witness.told == [(AsyncStatus.CANCELED, True)]


def test_cancel_against_complete_has_one_winner() -> None:
    """The result counts exactly when the producer was not told to cancel."""
    for _ in ROUNDS:
        witness = Witness()
        witness.put()
        witness.subscribe()
        completed = race(witness.operation.cancel, witness.operation.cancel, witness.complete)[2]
        assert witness.notified == ([] if completed else ["told"])
        assert witness.told == [(AsyncStatus.COMPLETED if completed else AsyncStatus.CANCELED, True)]


def test_two_ends_have_one_winner() -> None:
    """Of two ends one takes effect and the status is its own."""
    for _ in ROUNDS:
        witness = Witness()
        witness.put()
        answers = race(witness.complete, partial(witness.producer.fail, E_FAIL))
        assert answers in ([True, WorkEnded], [WorkEnded, True])
        assert witness.told == [(AsyncStatus.COMPLETED if answers[0] is True else AsyncStatus.ERROR, True)]


def test_a_cancel_callback_set_against_cancel_is_told_once() -> None:
    """It is called by the one or by the other."""
    for _ in ROUNDS:
        witness = Witness()
        race(witness.subscribe, witness.operation.cancel)
        assert witness.notified == ["told"]
        witness.producer.acknowledge_cancel()


def test_close_against_complete_refuses_or_follows() -> None:
    """Close fails before the end and succeeds after it; the handler is told Completed in both cases."""
    for _ in ROUNDS:
        told: list[AsyncStatus] = []
        operation, producer = AsyncOperation[int].create()
        operation.completed = lambda _sender, status, told=told: told.append(status)
        closed, effective = race(operation.close, partial(producer.complete, 5))
        assert closed in (None, IllegalStateChange)
        assert effective is True
        assert told == [AsyncStatus.COMPLETED]


def test_get_against_complete_returns_the_result() -> None:
    """A waiter that comes as the work ends neither hangs nor misses the result."""
    for _ in ROUNDS:
        witness = Witness()
        assert race(witness.operation.get, witness.complete) == [5, True]


def test_results_against_close_are_whole() -> None:
    """get_results returns the result or refuses; it never returns what close left behind."""
    for _ in ROUNDS:
        witness = Witness()
        witness.complete()
        results, _ = race(witness.operation.get_results, witness.operation.close)
        assert results in (5, OperationClosed)


def test_ids_drawn_at_once_agree() -> None:
    """Threads that ask for the id of one operation at the same time get the same."""
    for _ in ROUNDS:
        witness = Witness()
        assert len(set(race(witness.read_id, witness.read_id, witness.read_id))) == 1
        witness.complete()
