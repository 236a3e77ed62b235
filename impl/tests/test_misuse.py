"""Mistakes that a program can make are told where it makes them."""

from collections.abc import Callable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    WorkEnded,
)
from iasyncinfo_spec.hresults import E_FAIL, S_OK


@pytest.mark.parametrize(
    ("misuse", "error", "says"),
    [
        (lambda _operation, producer: producer.fail(S_OK), ValueError, "0x0 is not the HRESULT of a failure"),
        (lambda _operation, producer: producer.fail("E_FAIL"), TypeError, "an HRESULT or an exception, not 'E_FAIL'"),
        (lambda _operation, producer: producer.complete(), TypeError, "result"),
        (lambda _operation, producer: producer.complete(1, True), TypeError, "positional"),
        (lambda _operation, producer: producer.on_cancel(1), TypeError, "callable or None, not 1"),
        (lambda operation, _producer: setattr(operation, "completed", 1), TypeError, "callable or None, not 1"),
        (lambda operation, _producer: operation.wait(-1), ValueError, "not negative: -1"),
        (lambda operation, _producer: operation.wait("1"), TypeError, "number of seconds, not '1'"),
        (lambda operation, _producer: next(operation.__await__()), RuntimeError, "no running event loop"),
        (lambda operation, _producer: setattr(operation, "status", 1), AttributeError, "status"),
    ],
)
def test_the_mistake_is_told_and_changes_nothing(
    misuse: Callable[[Any, Any], object], error: type[Exception], says: str
) -> None:
    """The message names what was given, and the operation goes on as if nothing had been called."""
    operation, producer = AsyncOperation[int].create()
    with pytest.raises(error, match=says):
        misuse(operation, producer)
    assert (operation.status, operation.completed) == (AsyncStatus.STARTED, None)
    assert producer.complete(5)
    assert operation.get() == 5


def test_an_action_completes_without_a_result() -> None:
    """Giving it one is a mistake, as is a progress handler that cannot be called."""
    action, producer = AsyncAction.create()
    wrong: Any = producer
    with pytest.raises(TypeError, match="positional"):
        wrong.complete(5)
    assert producer.complete()
    reporting, reporter = AsyncActionWithProgress[int].create()
    with pytest.raises(TypeError, match="Progress handler is a callable or None, not 1"):
        setattr(reporting, "progress", 1)  # noqa: B010  (type checkers refuse the statement)
    assert reporter.complete()
    assert action.status is reporting.status is AsyncStatus.COMPLETED


@pytest.mark.parametrize("end", ["complete", "fail", "acknowledge_cancel"])
def test_ending_the_work_twice_is_told_and_changes_nothing(end: str) -> None:
    """Whoever cleans up what may have ended says disconnect."""
    operation, producer = AsyncOperation[int].create()
    assert producer.complete(5) is True
    arguments = {"complete": (6,), "fail": (E_FAIL,), "acknowledge_cancel": ()}[end]
    with pytest.raises(WorkEnded, match="OperationProducer has ended the work before; use disconnect"):
        getattr(producer, end)(*arguments)
    producer.disconnect()
    assert (operation.status, operation.get()) == (AsyncStatus.COMPLETED, 5)


@pytest.mark.parametrize("kind", [AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress])
def test_an_operation_made_without_create_is_refused_at_once(kind: Any) -> None:
    """Nobody could end it. A subclass may have a constructor of its own, which create calls."""

    class Mine(kind):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.ready = True

    for made in (kind, kind[int] if hasattr(kind, "__class_getitem__") else kind, Mine):
        with pytest.raises(TypeError, match=r"create\(\) returns one with its producer"):
            made()
    operation, producer = Mine.create()
    assert operation.ready
    producer.disconnect()
