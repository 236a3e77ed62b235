"""What a client's handler raises is the client's: operation, worker and the pool's thread go on as if it had not."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError as FutureCancelledError
from typing import Any

import pytest

from iasyncinfo import (
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    CancellationToken,
    Promise,
    ThreadPool,
    as_future,
    as_task,
    async_operation_with_progress,
    run_operation,
)


class Unheard(BaseException):
    """Somebody's own, which no ``except Exception`` catches."""


RAISED = [ValueError, asyncio.CancelledError, FutureCancelledError, Unheard, RecursionError, StopIteration]
INTERRUPTS = [KeyboardInterrupt, SystemExit, GeneratorExit]

each_error = pytest.mark.parametrize("error", RAISED)
each_interrupt = pytest.mark.parametrize("error", INTERRUPTS)


def raiser(error: type[BaseException]) -> Callable[..., None]:
    """Return a handler that raises."""

    def handler(*_: object) -> None:
        raise error

    return handler


@each_error
def test_a_handler_that_raises_changes_nothing(error: type[BaseException], caplog: pytest.LogCaptureFixture) -> None:
    """Completed and Progress, put early and late, and the worker's own cancel callback."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    operation.progress = operation.completed = raiser(error)
    producer.report_progress(1)
    assert operation.status is AsyncStatus.STARTED
    assert producer.complete(5)
    assert operation.get() == 5
    late, producer = AsyncOperationWithProgress[int, int].create()
    producer.on_cancel(raiser(error))
    late.cancel()
    late.completed = raiser(error)
    producer.acknowledge_cancel()
    assert late.status is AsyncStatus.CANCELED
    assert len(caplog.records) == 4


@each_interrupt
def test_what_is_meant_for_the_thread_reaches_it(error: type[BaseException]) -> None:
    """And the operation has ended all the same."""
    operation, producer = AsyncOperation[int].create()
    operation.completed = raiser(error)
    with pytest.raises(error):
        producer.complete(5)
    assert operation.get_results() == 5


@each_error
def test_a_coroutine_goes_on_after_a_progress_handler_has_raised(error: type[BaseException]) -> None:
    """CancelledError too, which would have looked like a cancel of its task."""

    @async_operation_with_progress
    async def work(report: Callable[[int], None]) -> str:
        await asyncio.sleep(0)
        report(1)
        return "done"

    async def main() -> str:
        operation = work()
        operation.progress = raiser(error)
        return await operation

    assert asyncio.run(main()) == "done"


@each_error
def test_a_token_callback_that_raises_does_not_keep_the_cancel_from_the_work(error: type[BaseException]) -> None:
    """The coroutine sees the cancel where it suspends next."""

    async def main() -> AsyncStatus:
        gate = asyncio.get_running_loop().create_future()

        def provider(token: CancellationToken) -> Any:
            token.callback(raiser(error))
            token.enable_propagation()
            return gate

        operation = run_operation(provider)
        operation.cancel()
        await asyncio.sleep(0)
        return operation.status

    assert asyncio.run(main()) is AsyncStatus.CANCELED


@pytest.mark.parametrize("error", [*RAISED, *INTERRUPTS])
def test_the_pools_thread_survives_every_handler(error: type[BaseException]) -> None:
    """The one thread of the pool runs the next work item."""
    with ThreadPool(1) as pool:
        go, idents = threading.Event(), list[int]()
        first = pool.run_async(lambda _action: idents.append(threading.get_ident() if go.wait(30) else 0))
        first.completed = raiser(error)
        go.set()
        pool.run_async(lambda _action: idents.append(threading.get_ident())).get()
    assert first.status is AsyncStatus.COMPLETED
    assert len(set(idents)) == 1


@pytest.mark.parametrize("error", RAISED)
def test_a_done_callback_of_a_future_that_raises_does_not_reach_the_worker(error: type[BaseException]) -> None:
    """The future is finished, and complete returns."""
    operation, producer = AsyncOperation[int].create()
    future = as_future(operation)
    future.add_done_callback(raiser(error))
    assert producer.complete(5)
    assert future.result() == 5


@each_error
def test_progress_of_as_task_that_raises_does_not_reach_the_worker(error: type[BaseException]) -> None:
    """On the loop's own thread it is called within the report."""

    async def main() -> None:
        operation, producer = AsyncActionWithProgress[int].create()
        task = as_task(operation, raiser(error))
        producer.report_progress(1)
        producer.complete()
        await task

    asyncio.run(main())


@each_error
def test_a_promise_tells_the_next_after_one_that_raised(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers of done, whose error goes to the excepthook, and of progress."""
    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    operation, producer = AsyncOperationWithProgress[int, int].create()
    promise, told = Promise(operation), list[int]()
    promise.done(raiser(error), progress=raiser(error))
    promise.done(told.append, progress=told.append)
    producer.report_progress(1)
    assert producer.complete(2)
    assert told == [1, 2]
