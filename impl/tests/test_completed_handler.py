"""When the Completed handler is called, with what, and what may be done with its slot."""

import logging
from typing import Any

import pytest

from iasyncinfo import AsyncOperation, AsyncOperationWithProgress, AsyncStatus, IllegalDelegateAssignment, WorkEnded
from iasyncinfo_spec.hresults import E_FAIL, E_ILLEGAL_DELEGATE_ASSIGNMENT, signed

Told = list[tuple[AsyncOperation[int], AsyncStatus]]


def end(producer: Any, how: str) -> None:
    """End the work in one of the three ways."""
    {
        "complete": lambda: producer.complete(5),
        "fail": lambda: producer.fail(E_FAIL),
        "acknowledge": producer.acknowledge_cancel,
    }[how]()


ENDS = [
    ("complete", AsyncStatus.COMPLETED),
    ("fail", AsyncStatus.ERROR),
    ("acknowledge", AsyncStatus.CANCELED),
]


@pytest.mark.parametrize(("how", "status"), ENDS)
@pytest.mark.parametrize("late", [False, True])
def test_the_handler_is_called_once_with_operation_and_status(how: str, status: AsyncStatus, late: bool) -> None:
    """Set early it is called by the worker's end, set late before the assignment returns."""
    operation, producer = AsyncOperation[int].create()
    told: Told = []
    if not late:
        operation.completed = lambda sender, status: told.append((sender, status))
    if how == "acknowledge":
        operation.cancel()
    assert told == []
    end(producer, how)
    if late:
        operation.completed = lambda sender, status: told.append((sender, status))
    assert told == [(operation, status)]
    with pytest.raises(WorkEnded):
        end(producer, "complete")
    assert len(told) == 1


def test_a_handler_put_while_cancel_is_pending_is_called_at_once() -> None:
    """It is told Canceled although the work still runs, and not called again at its end."""
    operation, producer = AsyncOperation[int].create()
    operation.cancel()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    assert told == [AsyncStatus.CANCELED]
    assert producer.complete(5, from_canceled=True)
    assert told == [AsyncStatus.CANCELED]
    assert operation.status is AsyncStatus.COMPLETED


def test_the_work_may_end_inside_a_late_handler() -> None:
    """A handler called while a cancel is pending may end the work itself; it is not called again."""
    operation, producer = AsyncOperation[int].create()
    operation.cancel()
    told: list[Any] = []

    def handler(sender: AsyncOperation[int], status: AsyncStatus) -> None:
        told.append(status)
        assert producer.acknowledge_cancel()
        assert sender.completed is handler

    operation.completed = handler
    assert told == [AsyncStatus.CANCELED]
    assert operation.completed is None


@pytest.mark.parametrize("first", [None, lambda _sender, _status: None])
@pytest.mark.parametrize("state", ["started", "pending", "completed"])
def test_a_second_put_is_refused(first: Any, state: str) -> None:
    """The slot is set once and None counts; refusing changes nothing."""
    operation, producer = AsyncOperation[int].create()
    if state == "pending":
        operation.cancel()
    if state == "completed":
        producer.complete(5)
    operation.completed = first
    before = operation.completed
    for again in (None, print):
        with pytest.raises(IllegalDelegateAssignment) as refusal:
            operation.completed = again
        assert refusal.value.winerror == signed(E_ILLEGAL_DELEGATE_ASSIGNMENT)
    assert operation.completed is before
    producer.disconnect()


def test_the_getter_gives_the_handler_until_it_has_run() -> None:
    """It reads as the handler while it waits and while it runs, and as None afterwards."""
    operation, producer = AsyncOperation[int].create()
    seen: list[Any] = []

    def handler(sender: AsyncOperation[int], _status: AsyncStatus) -> None:
        seen.append(sender.completed)

    operation.completed = handler
    seen.append(operation.completed)
    producer.complete(5)
    seen.append(operation.completed)
    assert seen == [handler, handler, None]


@pytest.mark.parametrize("late", [False, True])
def test_everything_is_published_before_the_handler_runs(late: bool) -> None:
    """Inside the handler the status is final, the result is there, and close is allowed."""
    operation, producer = AsyncOperation[int].create()
    seen: list[Any] = []

    def handler(sender: AsyncOperation[int], status: AsyncStatus) -> None:
        seen.append((sender.status is status, sender.get_results(), sender.error_code))
        sender.cancel()
        with pytest.raises(IllegalDelegateAssignment):
            sender.completed = handler
        sender.close()

    if late:
        producer.complete(5)
    operation.completed = handler
    if not late:
        producer.complete(5)
    assert seen == [(True, 5, 0)]
    assert "closed" in repr(operation)


@pytest.mark.parametrize("late", [False, True])
def test_a_handler_that_raises_is_logged(late: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Its exception is logged as concurrent.futures does, and neither producer nor caller sees it."""
    operation, producer = AsyncOperation[int].create()

    def handler(_sender: object, _status: AsyncStatus) -> None:
        raise LookupError("in the handler")

    with caplog.at_level(logging.ERROR, "iasyncinfo"):
        if late:
            assert producer.complete(5)
            operation.completed = handler
        else:
            operation.completed = handler
            assert producer.complete(5)
    assert operation.get_results() == 5
    assert operation.completed is None
    [record] = caplog.records
    assert record.getMessage() == f"exception calling callback for {operation!r}"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


def test_an_interrupt_in_a_handler_reaches_the_thread_that_called_it() -> None:
    """KeyboardInterrupt is not swallowed; the operation has ended all the same, once."""
    operation, producer = AsyncOperation[int].create()

    def handler(_sender: object, _status: AsyncStatus) -> None:
        raise KeyboardInterrupt

    operation.completed = handler
    with pytest.raises(KeyboardInterrupt):
        producer.complete(5)
    assert operation.get_results() == 5
    assert operation.completed is None
    with pytest.raises(WorkEnded):
        producer.complete(6)


@pytest.mark.parametrize("member", ["completed", "progress"])
def test_a_handler_that_is_not_callable_is_refused_at_the_assignment(member: str) -> None:
    """A handler is a callable or None; the slot is still free afterwards."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    with pytest.raises(TypeError, match="callable or None"):
        setattr(operation, member, 5)
    operation.completed = None
    producer.complete(5)
