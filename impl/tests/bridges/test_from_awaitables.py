"""as_async_action and as_async_operation: futures and awaitables as operations."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncOperation,
    AsyncStatus,
    OperationCanceled,
    OperationFailed,
    as_async_action,
    as_async_operation,
    as_future,
)

WAYS: list[Callable[[Any], Any]] = [as_async_action, as_async_operation]


@pytest.mark.parametrize("way", WAYS)
def test_a_future_of_concurrent_futures_becomes_an_operation(way: Callable[[Any], Any]) -> None:
    """Without a loop; it ends as the future does, on the thread that ends that."""
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    operation = way(future)
    threading.Thread(target=future.set_result, args=(5,)).start()
    assert operation.get() == (5 if way is as_async_operation else None)
    assert type(operation) is (AsyncOperation if way is as_async_operation else AsyncAction)


@pytest.mark.parametrize("how", ["result", "error", "cancel"])
def test_a_future_that_is_done_makes_an_operation_that_has_ended(how: str) -> None:
    """A future of asyncio, too, without a turn of the loop."""

    async def main() -> None:
        for future in (concurrent.futures.Future[int](), asyncio.get_running_loop().create_future()):
            match how:
                case "result":
                    future.set_result(5)
                    assert as_async_operation(future).get_results() == 5
                case "error":
                    future.set_exception(ValueError("mine"))
                    with pytest.raises(OperationFailed):
                        as_async_operation(future).get_results()
                case _:
                    future.cancel()
                    assert as_async_operation(future).status is AsyncStatus.CANCELED

    asyncio.run(main())


def test_canceling_the_operation_cancels_its_task() -> None:
    """Also from another thread; the operation ends when the task does."""

    async def main() -> None:
        task = asyncio.create_task(asyncio.sleep(3600))
        action = as_async_action(task)
        threading.Thread(target=action.cancel).start()
        with pytest.raises(OperationCanceled):
            await action
        assert task.cancelled()

    asyncio.run(main())


def test_a_future_canceled_by_itself_cancels_the_operation() -> None:
    """Its handler is told Canceled."""
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    operation = as_async_operation(future)
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    future.cancel()
    assert told == [AsyncStatus.CANCELED]


def test_canceling_the_operation_of_a_coroutine_reaches_what_it_awaits() -> None:
    """As canceling a task of it would."""

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def work() -> int:
            return await gate

        operation = as_async_operation(work())
        operation.cancel()
        with pytest.raises(OperationCanceled):
            await operation
        assert gate.cancelled()

    asyncio.run(main())


def test_an_error_of_a_future_after_the_cancel_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A running future cannot be canceled; what it comes to is not lost."""
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    operation = as_async_operation(future)
    operation.cancel()
    with caplog.at_level(logging.ERROR, "iasyncinfo"):
        future.set_exception(ValueError("too late"))
    assert operation.status is AsyncStatus.CANCELED
    assert "too late" in caplog.text


def test_there_and_back() -> None:
    """An operation made of the future of an operation."""
    inner, producer = AsyncOperation[int].create()
    outer = as_async_operation(as_future(inner))
    outer.cancel()
    assert producer.cancel_requested
    assert outer.status is AsyncStatus.CANCELED
    producer.acknowledge_cancel()


@pytest.mark.parametrize("way", WAYS)
def test_misuse_is_told_at_the_call(way: Callable[[Any], Any]) -> None:
    """No awaitable; no running loop; the loop of another thread."""
    with pytest.raises(TypeError, match="awaitable or a future"):
        way(5)
    operation, producer = AsyncOperation[int].create()
    with pytest.raises(RuntimeError, match="running event loop"):
        way(operation)
    producer.complete(5)
    loop = asyncio.new_event_loop()

    async def main() -> None:
        with pytest.raises(RuntimeError, match="on the thread of the loop"):
            way(loop.create_future())

    asyncio.run(main())
    loop.close()
