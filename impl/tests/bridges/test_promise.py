"""then and done: chains of handlers."""

import asyncio
import sys
import threading
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncOperationWithProgress,
    IllegalDelegateAssignment,
    OperationCanceled,
    OperationFailed,
    Promise,
)
from iasyncinfo_spec.hresults import E_FAIL


@pytest.fixture
def unhandled(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Return what sys.excepthook is given."""
    errors: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _type, error, _traceback: errors.append(error))
    return errors


@pytest.mark.parametrize("ended", [False, True])
def test_a_value_goes_down_the_chain(ended: bool) -> None:
    """Each handler is given what the one before returned."""
    operation, producer = AsyncOperation[int].create()
    if ended:
        producer.complete(5)
    seen: list[str] = []
    Promise(operation).then(lambda value: value + 1).then().then(str).done(seen.append)
    if not ended:
        producer.complete(5)
    assert seen == ["6"]


def test_an_error_goes_to_the_first_error_handler() -> None:
    """Past those that only take values; what it returns is a value again."""
    operation, producer = AsyncOperation[int].create()
    seen: list[Any] = []
    Promise(operation).then(seen.append).then(None, lambda error: type(error)).done(seen.append)
    producer.fail(E_FAIL)
    assert seen == [OperationFailed]


def test_an_exception_of_a_handler_is_the_error_of_what_then_returned() -> None:
    """And no other handler of the same promise hears of it."""
    seen: list[Any] = []
    promise = Promise(AsyncOperation.from_result(0))
    promise.then(lambda value: 1 // value).done(None, lambda error: seen.append(type(error)))
    promise.done(seen.append)
    assert seen == [ZeroDivisionError, 0]


def test_a_returned_operation_or_promise_is_waited_for() -> None:
    """Its end is the end of what then returned."""
    inner, producer = AsyncOperation[int].create()
    seen: list[int] = []
    promise = Promise(AsyncOperation.from_result(0))
    promise.then(lambda _: inner).then(lambda value: Promise(AsyncOperation.from_result(value + 1))).done(seen.append)
    assert seen == []
    producer.complete(5)
    assert seen == [6]


def test_progress_goes_on_where_no_other_handler_is_given() -> None:
    """An exception of a progress handler is logged and stops nobody."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    seen: list[Any] = []

    def fail(_value: int) -> None:
        raise ValueError

    promise = Promise(operation)
    promise.then(progress=fail).then(progress=lambda value: seen.append(("passed on", value)))
    promise.then(lambda value: value).then(progress=lambda value: seen.append(("never", value)))
    promise.done(progress=lambda value: seen.append(("done", value)))
    producer.report_progress(1)
    assert seen == [("passed on", 1), ("done", 1)]
    producer.complete(5)


def test_canceling_any_promise_of_a_chain_cancels_the_operation() -> None:
    """Every promise has OperationCanceled at once, though the work runs; a late result is dropped."""
    operation, producer = AsyncOperation[int].create()
    seen: list[Any] = []
    promise = Promise(operation)
    end = promise.then(lambda value: value).then(lambda value: value)
    promise.then(None, lambda error: seen.append(type(error)))
    end.cancel()
    assert producer.cancel_requested
    assert seen == [OperationCanceled]
    end.cancel()
    end.done(seen.append, lambda error: seen.append(type(error)))
    assert seen == [OperationCanceled] * 2
    producer.complete(5, from_canceled=True)


def test_a_cancel_reaches_the_operation_that_is_waited_for() -> None:
    """What a handler returned is the source by then."""
    inner, producer = AsyncOperation[int].create()
    promise = Promise(AsyncOperation.from_result(0)).then(lambda _: inner)
    promise.cancel()
    assert producer.cancel_requested
    producer.acknowledge_cancel()


def test_done_gives_what_nobody_handles_to_the_interpreter(unhandled: list[BaseException]) -> None:
    """An error, and what a handler of done raises, but no cancellation."""
    Promise(AsyncOperation[int].from_error(E_FAIL)).done(print)
    Promise(AsyncOperation.from_result(0)).done(lambda value: 1 // value)
    Promise(AsyncOperation[int].canceled()).done(print)
    Promise(AsyncOperation.from_result(0)).done(lambda _: AsyncOperation[int].from_error(E_FAIL))
    assert [type(error) for error in unhandled] == [OperationFailed, ZeroDivisionError, OperationFailed]


def test_a_promise_can_be_awaited_many_times() -> None:
    """From any loop; an error is raised."""
    operation, producer = AsyncOperation[int].create()
    promise = Promise(operation).then(lambda value: value + 1)

    async def main() -> int:
        threading.Thread(target=producer.complete, args=(5,)).start()
        with pytest.raises(ZeroDivisionError):
            await promise.then(lambda value: value // 0)
        return await promise + await promise

    assert asyncio.run(main()) == 12


def test_canceling_the_awaiting_task_cancels_the_promise() -> None:
    """And the operation with it."""
    operation, producer = AsyncOperation[int].create()

    async def wait(promise: Promise[int]) -> int:
        return await promise

    async def main() -> None:
        task = asyncio.create_task(wait(Promise(operation).then(lambda value: value)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert producer.cancel_requested
        producer.acknowledge_cancel()

    asyncio.run(main())


def test_handlers_of_one_promise_run_once_each_whatever_threads_do() -> None:
    """then on many threads while the work ends on another."""
    for _ in range(50):
        operation, producer = AsyncOperation[int].create()
        promise = Promise(operation)
        seen: list[int] = []
        threads = [threading.Thread(target=promise.done, args=(seen.append,)) for _ in range(4)]
        threads.insert(2, threading.Thread(target=producer.complete, args=(5,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [5] * 4


def test_misuse_is_told_at_the_call() -> None:
    """What is no operation, what is not callable, and a slot that is taken."""
    wrong: Any = 7
    with pytest.raises(TypeError, match="IAsyncInfo object"):
        Promise(wrong)
    promise = Promise(AsyncOperation.from_result(1))
    for call in (promise.then, promise.done):
        with pytest.raises(TypeError, match="callable or None"):
            call(wrong)
    operation, producer = AsyncOperation[int].create()
    Promise(operation)
    with pytest.raises(IllegalDelegateAssignment):
        Promise(operation)
    producer.complete(1)
