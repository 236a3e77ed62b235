"""Which reports reach the Progress handler, and when its slot is emptied."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from iasyncinfo import (
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    OperationWithProgressProducer,
)

Pair = tuple[AsyncOperationWithProgress[int, float], OperationWithProgressProducer[int, float]]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A running operation with progress, ended after the test."""
    operation, producer = AsyncOperationWithProgress[int, float].create()
    yield operation, producer
    producer.disconnect()


def test_reports_reach_the_handler_with_operation_and_value(pair: Pair) -> None:
    """A report calls the handler before it returns."""
    operation, producer = pair
    seen: list[Any] = []
    producer.report_progress(0.1)
    operation.progress = lambda sender, value: seen.append((sender, value))
    producer.report_progress(0.5)
    assert seen == [(operation, 0.5)]


def test_the_handler_can_be_replaced_and_cleared(pair: Pair) -> None:
    """Any number of puts is allowed, from the handler too, and None clears."""
    operation, producer = pair
    seen: list[Any] = []

    def second(_sender: object, value: float) -> None:
        seen.append(("second", value))

    def first(sender: AsyncOperationWithProgress[int, float], value: float) -> None:
        seen.append(("first", value))
        sender.progress = second

    operation.progress = first
    assert operation.progress is first
    producer.report_progress(1)
    producer.report_progress(2)
    operation.progress = None
    assert operation.progress is None
    producer.report_progress(3)
    assert seen == [("first", 1), ("second", 2)]


def test_reports_are_delivered_while_a_cancel_is_pending_and_after_close(pair: Pair) -> None:
    """As long as the work runs its reports arrive, even if the caller has closed the operation."""
    operation, producer = pair
    seen: list[float] = []
    operation.progress = lambda _sender, value: seen.append(value)
    operation.cancel()
    producer.report_progress(1)
    operation.close()
    producer.report_progress(2)
    producer.acknowledge_cancel()
    producer.report_progress(3)
    assert seen == [1, 2]


def test_a_handler_may_cancel(pair: Pair) -> None:
    """Cancel inside a Progress handler does not deadlock."""
    operation, producer = pair
    operation.progress = lambda sender, _value: sender.cancel()
    producer.report_progress(1)
    assert producer.cancel_requested


def test_the_end_empties_the_slot_and_drops_later_reports(pair: Pair) -> None:
    """A handler put after the end is kept but never called."""
    operation, producer = pair
    seen: list[float] = []
    operation.progress = lambda _sender, value: seen.append(value)
    producer.complete(5)
    assert operation.progress is None
    operation.progress = lambda _sender, value: seen.append(value)
    assert operation.progress is not None
    producer.report_progress(1)
    assert seen == []


@pytest.mark.parametrize("handler", [None, lambda _sender, _status: None])
@pytest.mark.parametrize("ended", [False, True])
def test_a_late_completed_handler_empties_the_slot(pair: Pair, handler: Any, ended: bool) -> None:
    """The first put of Completed in a canceled operation empties Progress, as WRL's FireCompletion does."""
    operation, producer = pair
    operation.cancel()
    if ended:
        producer.acknowledge_cancel()
    operation.progress = print
    operation.completed = handler
    assert operation.progress is None


def test_a_waiter_does_not_empty_the_slot(pair: Pair) -> None:
    """Waiting while a cancel is pending is no FireCompletion: reports still arrive."""
    operation, producer = pair
    seen: list[float] = []
    operation.progress = lambda _sender, value: seen.append(value)
    operation.cancel()
    operation.wait(0)
    producer.report_progress(1)
    assert seen == [1]


def test_a_handler_that_raises_is_logged(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """The worker does not see the exception and the next report is delivered."""
    operation, producer = pair
    seen: list[float] = []

    def handler(_sender: object, value: float) -> None:
        seen.append(value)
        raise LookupError("in the handler")

    operation.progress = handler
    with caplog.at_level(logging.ERROR, "iasyncinfo"):
        producer.report_progress(1)
        producer.report_progress(2)
    assert seen == [1, 2]
    assert len(caplog.records) == 2


def test_kinds_without_progress_have_no_progress_members() -> None:
    """An operation without progress has neither the property nor the lever."""
    operation, producer = AsyncOperation[int].create()
    assert not hasattr(operation, "progress")
    assert not hasattr(producer, "report_progress")
    producer.complete(5)
    action, loud = AsyncActionWithProgress[float].create()
    assert action.progress is None
    assert loud.complete()
