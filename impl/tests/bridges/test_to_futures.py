"""as_task and as_future: any operation as a future."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    IllegalDelegateAssignment,
    OperationCanceled,
    OperationClosed,
    OperationFailed,
    as_future,
    as_task,
)
from iasyncinfo_conformance import Kind, families
from iasyncinfo_spec.hresults import E_FAIL

WAYS: list[Callable[..., Any]] = [as_task, as_future]


async def in_loop(way: Callable[..., Any], *arguments: Any) -> Any:
    """Return the future, made while a loop runs."""
    return way(*arguments)


def test_a_task_can_be_awaited_many_times() -> None:
    """Each await has the result, and the operation's one slot is used once."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> int:
        task = as_task(operation)
        threading.Thread(target=producer.complete, args=(5,)).start()
        return await task + await task + await operation

    assert asyncio.run(main()) == 15


@pytest.mark.parametrize("way", WAYS)
def test_an_ended_operation_makes_a_finished_future_and_keeps_its_slot(way: Callable[..., Any]) -> None:
    """As often as asked; Completed can still be set."""

    async def main() -> None:
        operation = AsyncOperation.from_result(5)
        for _ in range(2):
            future = way(operation)
            assert future.done()
            assert future.result() == 5
        told: list[AsyncStatus] = []
        operation.completed = lambda _sender, status: told.append(status)
        assert told == [AsyncStatus.COMPLETED]
        assert isinstance(way(AsyncAction.from_error(E_FAIL)).exception(), OperationFailed)

    asyncio.run(main())


def test_canceling_the_task_cancels_the_operation_and_is_over_at_once() -> None:
    """The work need not have ended; an error that it comes to reaches the loop's exception handler."""
    operation, producer = AsyncOperation[int].create()
    reported: list[Any] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context["exception"]))
        task = as_task(operation)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert producer.cancel_requested
        producer.fail(E_FAIL, from_canceled=True)

    asyncio.run(main())
    assert [type(error) for error in reported] == [OperationFailed]


def test_a_result_after_the_task_was_canceled_is_dropped() -> None:
    """Nothing is reported of it."""
    operation, producer = AsyncOperation[int].create()

    async def main() -> None:
        task = as_task(operation)
        task.cancel()
        producer.complete(5, from_canceled=True)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_a_canceled_operation_makes_the_task_raise_operation_canceled() -> None:
    """A bare CancelledError would look like a cancel of whoever awaits."""

    async def main() -> None:
        operation, producer = AsyncOperation[int].create()
        task = as_task(operation)
        operation.cancel()
        assert not task.done()
        producer.acknowledge_cancel()
        with pytest.raises(OperationCanceled):
            await task

    asyncio.run(main())


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_task_gets_progress_on_its_loop(elsewhere: bool) -> None:
    """Whatever thread reports, and before the result."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    seen: list[Any] = []

    def work() -> None:
        producer.report_progress(1)
        producer.report_progress(2)
        producer.complete(5)

    async def main() -> None:
        task = as_task(operation, lambda value: seen.append((value, threading.current_thread())))
        if elsewhere:
            threading.Thread(target=work).start()
        else:
            work()
        seen.append(await task)

    asyncio.run(main())
    assert seen == [(1, threading.main_thread()), (2, threading.main_thread()), 5]


def test_a_future_gets_progress_where_it_is_reported() -> None:
    """There is no loop to go to."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    seen: list[int] = []
    future = as_future(operation, seen.append)
    producer.report_progress(1)
    assert seen == [1]
    producer.complete(5)
    assert future.result() == 5


def test_canceling_the_future_cancels_the_operation() -> None:
    """On the same thread; those who wait for several futures see it; a late result is dropped."""
    operation, producer = AsyncOperation[int].create()
    future = as_future(operation)
    assert future.cancel()
    assert producer.cancel_requested
    assert concurrent.futures.wait([future]).done == {future}
    producer.complete(5, from_canceled=True)
    assert future.cancelled()


def test_a_canceled_operation_cancels_the_future() -> None:
    """And wakes those who wait for several futures."""
    operation, producer = AsyncOperation[int].create()
    future = as_future(operation)
    operation.cancel()
    assert not future.done()
    producer.acknowledge_cancel()
    assert future.cancelled()
    assert concurrent.futures.wait([future]).done == {future}


@pytest.mark.parametrize("end", ["complete", "fail"])
def test_a_future_ends_as_the_operation_does(end: str) -> None:
    """Also one that a thread waits for."""
    operation, producer = AsyncOperation[int].create()
    future = as_future(operation)
    if end == "complete":
        threading.Thread(target=producer.complete, args=(5,)).start()
        assert future.result() == 5
    else:
        threading.Thread(target=producer.fail, args=(E_FAIL,)).start()
        assert isinstance(future.exception(), OperationFailed)


@pytest.mark.parametrize("way", WAYS)
def test_a_taken_slot_and_a_closed_operation_are_refused_at_the_call(way: Callable[..., Any]) -> None:
    """As by every waiter."""
    operation, producer = AsyncOperation[int].create()
    operation.completed = lambda _sender, _status: None
    with pytest.raises(IllegalDelegateAssignment):
        asyncio.run(in_loop(way, operation))
    producer.fail(E_FAIL)
    operation.close()
    with pytest.raises(OperationClosed):
        asyncio.run(in_loop(way, operation))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("operation", "progress", "said"),
    [
        ("no operation", None, "takes an IAsyncInfo object"),
        (AsyncOperation.from_result(5), print, "reports none"),
        (AsyncOperationWithProgress[int, int].from_result(5), 7, "callable or None for progress"),
    ],
)
def test_misuse_is_told_at_the_call(way: Callable[..., Any], operation: Any, progress: Any, said: str) -> None:
    """Wrong types are TypeErrors that name the input."""
    with pytest.raises(TypeError, match=said):
        asyncio.run(in_loop(way, operation, progress))


def test_as_task_needs_a_running_loop() -> None:
    """Without one nothing is claimed."""
    operation, producer = AsyncOperation[int].create()
    with pytest.raises(RuntimeError, match="no running event loop"):
        as_task(operation)
    assert operation.completed is None
    producer.complete(5)


def test_an_end_after_the_loop_has_closed_harms_nothing() -> None:
    """Nobody is left to be told."""
    operation, producer = AsyncOperation[int].create()
    asyncio.run(in_loop(as_task, operation))
    assert producer.complete(5)


class Disconnected(AsyncOperation[int]):
    """An operation whose server is gone."""

    code = 0x80010108

    def cancel(self) -> None:
        """Fail as a proxy does."""
        raise OperationFailed(self.code)


def test_a_server_that_is_gone_has_nothing_to_cancel() -> None:
    """RPC_E_DISCONNECTED of Cancel is swallowed; the future is canceled all the same."""
    operation, producer = Disconnected.create()
    assert as_future(operation).cancel()
    producer.complete(5)


def test_foreign_operations_are_accepted() -> None:
    """The classes of another implementation, by their members alone."""

    async def main() -> None:
        foreign, worker = families.create("cppwinrt", Kind.OPERATION_WITH_PROGRESS)
        seen: list[Any] = []
        task = as_task(foreign, seen.append)
        worker.report_progress(1)
        worker.complete("done")
        assert (await task, seen) == ("done", [1])
        foreign, worker = families.create("wrl", Kind.OPERATION)
        future = as_future(foreign)
        foreign.cancel()
        foreign.close()
        worker.complete("late")
        assert future.cancelled()

    asyncio.run(main())


@pytest.mark.parametrize("elsewhere", [False, True], ids=["on the loop", "from another thread"])
def test_progress_of_as_task_runs_in_the_context_of_the_caller(elsewhere: bool) -> None:
    """Not in that of the thread or task that reports."""
    variable: ContextVar[str] = ContextVar("variable", default="nobody's")
    seen: list[tuple[str, int]] = []

    async def main() -> None:
        operation, producer = AsyncOperationWithProgress[int, int].create()
        variable.set("caller's")
        task = as_task(operation, lambda value: seen.append((variable.get(), value)))
        variable.set("another")

        def work() -> None:
            variable.set("worker's")
            producer.report_progress(1)
            producer.report_progress(2)
            producer.complete(5)

        if elsewhere:
            threading.Thread(target=work).start()
        else:
            work()
        await task

    asyncio.run(main())
    assert seen == [("caller's", 1), ("caller's", 2)]


def test_progress_within_progress_keeps_the_context_too() -> None:
    """A report may come from what a report makes the client do."""
    seen: list[int] = []

    async def main() -> None:
        operation, producer = AsyncOperationWithProgress[int, int].create()

        def progress(value: int) -> None:
            seen.append(value)
            if value:
                producer.report_progress(value - 1)

        task = as_task(operation, progress)
        producer.report_progress(2)
        producer.complete(5)
        await task

    asyncio.run(main())
    assert seen == [2, 1, 0]
