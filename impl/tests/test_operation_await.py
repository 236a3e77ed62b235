"""await in asyncio: results, cancellation both ways, and loops that are gone."""

import asyncio
import sys
import threading
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    IllegalDelegateAssignment,
    OperationCanceled,
    OperationFailed,
    Promise,
    as_task,
)
from iasyncinfo_spec.hresults import E_FAIL, ERROR_CANCELLED, signed


async def result_of(operation: AsyncOperation[int]) -> int:
    """Await inside a task."""
    return await operation


async def claimed(operation: AsyncOperation[int]) -> "asyncio.Task[int]":
    """Return a task that is waiting for the operation."""
    task = asyncio.create_task(result_of(operation))
    while operation.completed is None:
        await asyncio.sleep(0)
    return task


def test_an_ended_operation_answers_without_a_loop_turn() -> None:
    """Its awaitable ends without yielding, without a loop, repeatedly, and leaves the slot free."""
    operation, producer = AsyncOperation[int].create()
    producer.complete(5)
    for _ in range(2):
        with pytest.raises(StopIteration) as end:
            next(operation.__await__())
        assert end.value.value == 5
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    assert told == [AsyncStatus.COMPLETED]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_running_operation_wakes_the_task(elsewhere: bool) -> None:
    """The end comes from the loop's own thread or from another."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> int:
        task = await claimed(operation)
        if elsewhere:
            threading.Thread(target=producer.complete, args=(5,)).start()
        else:
            producer.complete(5)
        return await task

    assert asyncio.run(main()) == 5


def test_a_failure_is_raised() -> None:
    """await raises what get_results raises."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        producer.fail(E_FAIL)
        with pytest.raises(OperationFailed):
            await task
        with pytest.raises(OperationFailed):
            await operation

    asyncio.run(main())


@pytest.mark.parametrize("begun", ["started", "pending", "ended"])
def test_a_canceled_operation_raises_operation_canceled(begun: str) -> None:
    """It is an OSError with ERROR_CANCELLED and no CancelledError, once the work has ended."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        if begun == "started":
            task = await claimed(operation)
            operation.cancel()
        else:
            operation.cancel()
            if begun == "ended":
                producer.acknowledge_cancel()
                task = asyncio.create_task(result_of(operation))
            else:
                task = await claimed(operation)
        assert not task.done()
        if begun != "ended":
            producer.acknowledge_cancel()
        with pytest.raises(OperationCanceled) as canceled:
            await task
        assert canceled.value.winerror == signed(ERROR_CANCELLED)

    asyncio.run(main())


def test_a_second_waiter_is_refused() -> None:
    """A running operation can be awaited once."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> int:
        task = await claimed(operation)
        with pytest.raises(IllegalDelegateAssignment):
            await operation
        producer.complete(5)
        return await task + await operation

    assert asyncio.run(main()) == 10


@pytest.mark.parametrize("end", ["acknowledge", "complete"])
def test_canceling_the_task_cancels_the_operation_and_waits_for_its_end(end: str) -> None:
    """CancelledError is raised when the work has ended, even if that brought a result."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        task.cancel()
        while not producer.cancel_requested:
            await asyncio.sleep(0)
        assert not task.done()
        if end == "complete":
            producer.complete(5, from_canceled=True)
        else:
            threading.Thread(target=producer.acknowledge_cancel).start()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_the_work_may_end_while_the_task_is_being_canceled() -> None:
    """A producer that ends the work inside cancel lets the task end at once."""
    operation, producer = AsyncOperation[int].create()
    producer.on_cancel(producer.acknowledge_cancel)

    async def main() -> None:
        task = await claimed(operation)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert operation.status is AsyncStatus.CANCELED


def test_canceling_the_task_after_the_end_raises_cancelled_error() -> None:
    """The cancel of a task that was about to be woken is not lost."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        producer.complete(5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert operation.get_results() == 5


@pytest.mark.parametrize("fails", [False, True])
def test_canceling_the_task_twice_gives_up(fails: bool) -> None:
    """The task ends while the work runs; an error that comes later goes to the loop's exception handler."""
    operation, producer = AsyncOperation[int].create()
    reported: list[dict[str, Any]] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context))
        task = await claimed(operation)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert producer.cancel_requested
        if fails:
            producer.fail(E_FAIL, from_canceled=True)
        else:
            producer.acknowledge_cancel()

    asyncio.run(main())
    assert [type(context["exception"]) for context in reported] == [OperationFailed] * fails


def test_an_end_after_the_loop_has_closed_harms_nothing() -> None:
    """The operation ends as if nobody had waited."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)

    asyncio.run(main())
    assert producer.complete(5, from_canceled=True)
    assert operation.get_results() == 5


def test_an_error_after_the_loop_has_closed_harms_nothing() -> None:
    """There is no exception handler left to report it to; the operation still has it."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)

    asyncio.run(main())
    assert producer.fail(E_FAIL, from_canceled=True)
    with pytest.raises(OperationFailed):
        operation.get()


def test_an_operation_closed_while_awaited_is_canceled() -> None:
    """The waiter goes by the status that it was told."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = await claimed(operation)
        operation.cancel()
        operation.close()
        producer.acknowledge_cancel()
        with pytest.raises(OperationCanceled):
            await task

    asyncio.run(main())


def test_awaiting_a_running_operation_needs_a_running_loop() -> None:
    """Without one RuntimeError is raised and nothing is claimed."""
    operation, producer = AsyncOperation[int].create()
    with pytest.raises(RuntimeError, match="no running event loop"):
        next(operation.__await__())
    assert operation.completed is None
    producer.complete(5)


class FakeTrio:
    """As much of trio as tells whether one of its tasks runs."""

    def __init__(self, runs: bool) -> None:
        self.lowlevel = self
        self._runs = runs

    def current_task(self) -> None:
        """Raise as trio does where none of its tasks runs."""
        if not self._runs:
            raise RuntimeError("must be called from async context")


@pytest.mark.parametrize(
    "await_it", [lambda operation: operation, as_task, Promise], ids=["await", "as_task", "Promise"]
)
def test_awaiting_in_trio_is_refused_with_a_sentence(await_it: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where trio is a guest of asyncio's loop, and nothing is claimed."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        monkeypatch.setitem(sys.modules, "trio", FakeTrio(runs=True))
        with pytest.raises(RuntimeError, match=r"in trio with await trio\.to_thread\.run_sync\(operation\.get\)"):
            await await_it(operation)

    asyncio.run(main())
    producer.complete(5)


def test_one_that_has_ended_is_refused_in_trio_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What works or not by chance is worse."""
    monkeypatch.setitem(sys.modules, "trio", FakeTrio(runs=True))
    with pytest.raises(RuntimeError, match="in trio"):
        next(AsyncOperation.from_result(5).__await__())


def test_a_program_that_has_loaded_trio_awaits_in_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is who runs."""
    monkeypatch.setitem(sys.modules, "trio", FakeTrio(runs=False))

    async def main() -> int:
        operation, producer = AsyncOperation[int].create()
        asyncio.get_running_loop().call_soon(producer.complete, 5)
        return await operation

    assert asyncio.run(main()) == 5


def test_a_coroutine_that_is_closed_while_it_waits_gives_the_claim_back() -> None:
    """Somebody else may wait."""
    operation, producer = AsyncOperation[int].create()

    async def wait() -> int:
        return await operation

    async def main() -> None:
        waiting = wait()
        waiting.send(None)
        waiting.close()
        asyncio.get_running_loop().call_soon(producer.complete, 5)
        assert await operation == 5

    asyncio.run(main())
