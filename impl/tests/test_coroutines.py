"""Coroutines made into operations: hot start, tokens, progress, and what they come to."""

import asyncio
import contextvars
import gc
import logging
import threading
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    CancellationToken,
    OperationCanceled,
    OperationFailed,
    async_action,
    async_action_with_progress,
    async_operation,
    async_operation_with_progress,
    get_cancellation_token,
    run_action,
    run_action_with_progress,
    run_operation,
    run_operation_with_progress,
)
from iasyncinfo_spec.hresults import E_FAIL, signed


@async_operation
async def waiting(gate: "asyncio.Future[int]") -> int:
    """Return what the gate has."""
    return await gate


async def turns(number: int = 5) -> None:
    """Let what is due run."""
    for _ in range(number):
        await asyncio.sleep(0)


# -- hot start ------------------------------------------------------------------------------------


def test_the_four_decorators_make_the_four_kinds() -> None:
    """Parameters and results go through; report is the first parameter where there is progress."""

    @async_action
    async def act(value: int, *, more: int) -> None:
        assert (value, more) == (1, 2)

    @async_action_with_progress
    async def act_with_progress(report: Callable[[int], None], value: int) -> None:
        await asyncio.sleep(0)
        report(value)

    @async_operation
    async def operate(value: int) -> int:
        return value + 1

    @async_operation_with_progress
    async def operate_with_progress(report: Callable[[int], None], value: int) -> int:
        await asyncio.sleep(0)
        report(value)
        return value + 1

    async def main() -> None:
        seen: list[int] = []
        action, operation = act_with_progress(1), operate_with_progress(2)
        assert [type(action), type(operation)] == [AsyncActionWithProgress, AsyncOperationWithProgress]
        action.progress = lambda _sender, value: seen.append(value)
        operation.progress = lambda _sender, value: seen.append(value)
        assert (await act(1, more=2), await action, await operate(1), await operation) == (None, None, 2, 3)  # type: ignore[func-returns-value]
        assert (type(act(1, more=2)), type(operate(1))) == (AsyncAction, AsyncOperation)
        assert seen == [1, 2]
        assert operate.__name__ == "operate"

    asyncio.run(main())


def test_a_coroutine_that_never_suspends_makes_an_operation_that_has_ended() -> None:
    """It runs before the call returns."""

    @async_operation
    async def ready() -> int:
        return 5

    async def main() -> None:
        assert ready().get_results() == 5

    asyncio.run(main())


def test_the_first_step_runs_in_the_call_as_a_task_of_its_own() -> None:
    """current_task, a time-out and context variables belong to the coroutine from its first step on."""
    variable = contextvars.ContextVar("variable", default=0)
    seen: list[Any] = []

    @async_operation
    async def work() -> int:
        seen.append(asyncio.current_task())
        variable.set(1)
        async with asyncio.timeout(None):
            await asyncio.sleep(0)
        seen.append(asyncio.current_task())
        return variable.get()

    async def main() -> None:
        caller = asyncio.current_task()
        operation = work()
        assert len(seen) == 1
        assert asyncio.current_task() is caller
        assert variable.get() == 0
        assert await operation == 1
        assert seen[0] is seen[1] is not caller

    asyncio.run(main())


def test_a_call_from_a_callback_of_the_loop_starts_it() -> None:
    """No task has to be running."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        gate: asyncio.Future[int] = loop.create_future()
        made: asyncio.Future[AsyncOperation[int]] = loop.create_future()
        loop.call_soon(lambda: made.set_result(waiting(gate)))
        operation = await made
        gate.set_result(5)
        assert await operation == 5

    asyncio.run(main())


def test_without_a_running_loop_the_call_is_refused() -> None:
    """The error names the mend, and no coroutine is left unawaited."""

    @async_action
    async def act() -> None: ...

    with pytest.raises(RuntimeError, match="running event loop"):
        act()


@pytest.mark.parametrize(
    "decorator", [async_action, async_action_with_progress, async_operation, async_operation_with_progress]
)
def test_only_an_async_def_can_be_decorated(decorator: Any) -> None:
    """The mistake is told at the decoration."""
    with pytest.raises(TypeError, match="async def"):
        decorator(lambda: None)


def test_wrong_arguments_are_told_at_the_call() -> None:
    """As those of any function."""
    call: Any = waiting

    async def main() -> None:
        with pytest.raises(TypeError, match="gate"):
            call()

    asyncio.run(main())


# -- what it comes to -----------------------------------------------------------------------------


@pytest.mark.parametrize("suspends", [False, True])
def test_an_exception_fails_the_operation(suspends: bool) -> None:
    """With its HRESULT if it has one; it is the cause of what get_results raises."""

    @async_operation
    async def work() -> int:
        await turns(int(suspends))
        raise ValueError("mine")

    async def main() -> None:
        with pytest.raises(OperationFailed) as failure:
            await work()
        assert failure.value.winerror == signed(E_FAIL)
        assert isinstance(failure.value.__cause__, ValueError)

    asyncio.run(main())


@pytest.mark.parametrize("error", [asyncio.CancelledError, OperationCanceled])
def test_a_cancellation_raised_by_the_coroutine_cancels_the_operation(error: type[BaseException]) -> None:
    """Also one that nobody requested: of an inner operation, for example."""

    @async_action
    async def work() -> None:
        raise error

    async def main() -> None:
        assert work().status is AsyncStatus.CANCELED

    asyncio.run(main())


def test_the_end_of_the_loop_cancels_the_operation() -> None:
    """asyncio.run cancels what is left, and nobody hangs."""
    made: list[AsyncOperation[int]] = []

    async def main() -> None:
        made.append(waiting(asyncio.get_running_loop().create_future()))

    asyncio.run(main())
    with pytest.raises(OperationCanceled):
        made[0].get()


def test_dropping_every_reference_neither_cancels_nor_loses_the_end() -> None:
    """Not even the collector ends the work of a coroutine that waits."""
    told: list[int] = []

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        waiting(gate).completed = lambda sender, _status: told.append(sender.get_results())
        open_gate = gate.set_result
        del gate
        gc.collect()
        open_gate(5)
        await turns()

    asyncio.run(main())
    assert told == [5]


def test_an_operation_that_has_ended_holds_neither_coroutine_nor_task() -> None:
    """It goes with its last reference."""

    async def main() -> None:
        gate: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        operation = waiting(gate)
        gate.set_result(5)
        await operation
        await turns()
        released = weakref.ref(operation)
        gc.disable()
        del operation
        try:
            assert released() is None
        finally:
            gc.enable()

    asyncio.run(main())


# -- cancellation ---------------------------------------------------------------------------------


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


# -- AsyncInfo.Run --------------------------------------------------------------------------------


def test_a_provider_is_given_the_token_and_the_reporter() -> None:
    """The four shapes of AsyncInfo.Run; what it returns may be any awaitable."""

    async def main() -> None:
        seen: list[int] = []
        task = asyncio.create_task(asyncio.sleep(0, 5))
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def report_three(token: CancellationToken, report: Callable[[int], None]) -> str:
            assert token is get_cancellation_token()
            await gate
            report(3)
            return "three"

        action, operation = run_action_with_progress(report_three), run_operation_with_progress(report_three)
        action.progress = lambda _sender, value: seen.append(value)
        operation.progress = lambda _sender, value: seen.append(value)
        gate.set_result(None)
        await run_action(lambda _token: task)
        await action
        assert (await run_operation(lambda _token: task), await operation, seen) == (5, "three", [3, 3])

    asyncio.run(main())


@pytest.mark.parametrize("run", [run_action, run_action_with_progress, run_operation, run_operation_with_progress])
def test_misuse_of_run_is_told_at_the_call(run: Any) -> None:
    """What is not callable, what cannot be awaited, what the provider raises itself, and no loop."""

    async def main() -> None:
        with pytest.raises(TypeError, match="takes a callable"):
            run(5)
        with pytest.raises(TypeError, match="cannot be awaited"):
            run(lambda *_: 5)
        with pytest.raises(ZeroDivisionError):
            run(lambda *_: 1 / 0)

    asyncio.run(main())
    with pytest.raises(RuntimeError, match="running event loop"):
        run(lambda *_: None)
