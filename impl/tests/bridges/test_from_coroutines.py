"""Coroutines made into operations: hot start, tokens, progress, and what they come to."""

import asyncio
import contextvars
import gc
import weakref
from collections.abc import Callable
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

from .gated import turns, waiting

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


# -- locals ---------------------------------------------------------------------------------------


class Local:
    """Something that a coroutine has in a local."""


async def wait_deep(local: Local, gate: "asyncio.Future[None]") -> Local:
    """Await, and let pass what is raised there."""
    await gate
    return local


async def fail_deep(local: Local, gate: "asyncio.Future[None]") -> None:
    """Await, then raise, with a local that is the caller's too."""
    try:
        await wait_deep(local, gate)
    except ValueError as error:
        raise KeyError(repr(local)) from error
    raise LookupError(repr(local))


@pytest.mark.parametrize("how", ["returns", "raises", "is raised into", "is canceled", "swallows the cancel"])
def test_the_locals_of_a_coroutine_are_gone_when_its_handler_is_told(how: str) -> None:
    """Whatever ended it; its frames lead nowhere, though the error keeps its traceback."""
    alive: list[bool] = []
    locals_: list[weakref.ref[Local]] = []

    @async_action
    async def work(gate: "asyncio.Future[None]") -> None:
        get_cancellation_token().enable_propagation()
        local, other = Local(), Local()
        locals_.extend([weakref.ref(local), weakref.ref(other)])
        try:
            await (gate if how == "returns" else fail_deep(other, gate))
        except asyncio.CancelledError:
            if how == "swallows the cancel":
                raise ValueError(repr(local)) from None
            raise

    async def main() -> AsyncAction:
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        action = work(gate)
        action.completed = lambda _sender, _status: alive.extend(ref() is not None for ref in locals_)
        await asyncio.sleep(0)
        if "cancel" in how:
            action.cancel()
        elif how == "is raised into":
            gate.set_exception(ValueError("gate"))
        else:
            gate.set_result(None)
        await turns()
        return action

    gc.disable()
    try:
        action = asyncio.run(main())
    finally:
        gc.enable()
    assert action.status is not AsyncStatus.STARTED
    assert alive == [False, False]


def test_somebody_elses_coroutine_in_the_traceback_goes_on() -> None:
    """An error that is raised again leads to frames that wait at the very place where they caught it."""
    served: list[str] = []

    async def serve(requests: "asyncio.Queue[asyncio.Future[None]]") -> None:
        while True:
            reply = await requests.get()
            try:
                await asyncio.sleep(0)
                raise KeyError("missing")
            except KeyError as error:
                reply.set_exception(error)
            served.append("served")

    @async_action
    async def ask(requests: "asyncio.Queue[asyncio.Future[None]]") -> None:
        reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await requests.put(reply)
        await reply

    async def main() -> None:
        requests: asyncio.Queue[asyncio.Future[None]] = asyncio.Queue()
        server = asyncio.create_task(serve(requests))
        for _ in range(3):
            with pytest.raises(OperationFailed):
                await ask(requests)
        server.cancel()

    asyncio.run(main())
    assert served == ["served"] * 3
