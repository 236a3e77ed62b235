"""What work in a coroutine sees of a cancel, and what becomes of it."""

import asyncio
import logging
import threading
from collections.abc import Awaitable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    CancellationToken,
    OperationCanceled,
    async_action,
    async_operation,
    get_cancellation_token,
    run_action,
)

from .gated import turns


def test_a_cancel_is_noticed_at_the_next_suspension() -> None:
    """As in C++/WinRT, what is awaited at that moment goes on to its end first."""

    @async_operation
    async def work(gate: "asyncio.Future[int]") -> int:
        await gate
        reached.append("past the gate")
        await asyncio.sleep(0)
        reached.append("never")
        return 1

    reached: list[str] = []

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        operation = work(gate)
        operation.cancel()
        await turns()
        assert operation.completed is None
        assert not gate.done()
        gate.set_result(1)
        with pytest.raises(OperationCanceled):
            await operation
        assert reached == ["past the gate"]

    asyncio.run(main())


@pytest.mark.parametrize("elsewhere", [False, True])
def test_with_propagation_a_cancel_reaches_what_is_awaited(elsewhere: bool) -> None:
    """An inner operation is canceled in turn, and its end awaited; the cancel may come from any thread."""
    inner, producer = AsyncOperation[int].create()

    @async_operation
    async def work() -> int:
        assert get_cancellation_token().enable_propagation() is False
        assert get_cancellation_token().enable_propagation() is True
        return await inner

    async def main() -> None:
        operation = work()
        await turns()
        if elsewhere:
            thread = threading.Thread(target=operation.cancel)
            thread.start()
            thread.join()
        else:
            operation.cancel()
        while not producer.cancel_requested:
            await asyncio.sleep(0)
        producer.acknowledge_cancel()
        with pytest.raises(OperationCanceled):
            await operation

    asyncio.run(main())


def test_with_propagation_a_cancel_before_the_first_turn_reaches_what_is_awaited() -> None:
    """The task has not been started by the loop when the first step awaits."""

    @async_operation
    async def work(gate: "asyncio.Future[int]") -> int:
        get_cancellation_token().enable_propagation()
        return await gate

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        operation = work(gate)
        operation.cancel()
        with pytest.raises(OperationCanceled):
            await operation
        assert gate.cancelled()

    asyncio.run(main())


def test_propagation_enabled_after_the_cancel_takes_effect() -> None:
    """The coroutine is canceled where it suspends next."""

    @async_action
    async def work(gate: "asyncio.Future[None]") -> None:
        await gate
        get_cancellation_token().enable_propagation()
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        action = work(gate)
        action.cancel()
        gate.set_result(None)
        with pytest.raises(OperationCanceled):
            await action

    asyncio.run(main())


def test_the_token_tells_of_the_request_once() -> None:
    """requested stays true; the callback runs once, on the thread that cancels, or at once if set later."""
    tokens: list[CancellationToken] = []
    told: list[Any] = []

    @async_operation
    async def work(gate: "asyncio.Future[int]") -> int:
        token = get_cancellation_token()
        tokens.append(token)
        token.callback(lambda: told.append("replaced"))
        token.callback(lambda: told.append(threading.current_thread()))
        return await gate

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        operation = work(gate)
        (token,) = tokens
        assert not token.requested

        def cancel_twice() -> None:
            operation.cancel()
            operation.cancel()

        thread = threading.Thread(target=cancel_twice)
        thread.start()
        thread.join()
        assert told == [thread]
        assert token.requested
        token.callback(lambda: told.append("late"))
        token.callback(None)
        assert told == [thread, "late"]
        gate.set_result(1)
        with pytest.raises(OperationCanceled):
            await operation
        assert token.requested
        token.callback(lambda: told.append("after the end"))
        assert told == [thread, "late"]

    asyncio.run(main())


def test_an_error_that_comes_after_a_cancel_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The operation is Canceled, and the error is not lost."""

    @async_action
    async def work(gate: "asyncio.Future[None]") -> None:
        await gate
        raise ValueError("in the clean-up")

    async def main() -> None:
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        action = work(gate)
        action.cancel()
        gate.set_result(None)
        with pytest.raises(OperationCanceled):
            await action

    with caplog.at_level(logging.ERROR, "iasyncinfo"):
        asyncio.run(main())
    assert "in the clean-up" in caplog.text


def test_a_cancel_after_the_loop_has_closed_harms_nothing() -> None:
    """There is no task to reach."""
    loop = asyncio.new_event_loop()
    made: list[Any] = []

    async def main() -> None:
        gate: asyncio.Future[int] = loop.create_future()

        @async_operation
        async def work() -> int:
            get_cancellation_token().enable_propagation()
            made.append(asyncio.current_task())
            return await gate

        made.append(work())
        made.append(gate)

    loop.run_until_complete(main())
    task, operation, gate = made
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    operation.cancel()
    assert operation.status is AsyncStatus.CANCELED
    assert gate.cancelled()


def test_the_token_is_for_coroutines_of_operations() -> None:
    """Elsewhere there is nothing to ask; and a callback has to be callable."""
    with pytest.raises(RuntimeError, match="made into an operation"):
        get_cancellation_token()

    async def main() -> None:
        def provider(token: CancellationToken) -> Awaitable[None]:
            wrong: Any = 7
            token.callback(wrong)
            raise AssertionError

        with pytest.raises(TypeError, match="cancel callback"):
            run_action(provider)

    asyncio.run(main())
