"""Things that went wrong for users who did nothing wrong: each has its smallest program."""

import asyncio
import copy
import logging
import os
import signal
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    CoreDispatcher,
    CoreDispatcherPriority,
    CoreProcessEventsOption,
    OperationCanceled,
    OperationClosed,
    OperationFailed,
    Promise,
    ThreadPool,
    run_operation,
)
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_FAIL, RPC_E_DISCONNECTED, signed


def test_a_work_item_that_raises_somebody_elses_exception_leaves_his_coroutine_alone() -> None:
    """The traceback leads to a coroutine that is suspended, and that goes on."""

    async def worker(reply: Future[None]) -> str:
        try:
            raise KeyError("missing")
        except KeyError as error:
            reply.set_exception(error)
            await asyncio.sleep(0.05)
        return "went on"

    async def main() -> list[Any]:
        reply: Future[None] = Future()
        with ThreadPool(1) as pool:
            task = asyncio.create_task(worker(reply))
            action = pool.run_async(lambda _action: reply.result())
            async with asyncio.timeout(30):
                return list(await asyncio.gather(task, action, return_exceptions=True))

    went_on, error = asyncio.run(main())
    assert went_on == "went on"
    assert isinstance(error, OperationFailed)


def test_an_interrupt_after_a_callback_was_handed_over_is_raised() -> None:
    """And the callback is the next to run."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background may ignore it
    dispatcher, ran = CoreDispatcher(), list[int]()

    def work() -> None:
        dispatcher.run_async(CoreDispatcherPriority.NORMAL, lambda: ran.append(1))
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Timer(0.1, work)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        dispatcher.process_events(CoreProcessEventsOption.PROCESS_UNTIL_QUIT)
    thread.join()
    dispatcher.process_events(CoreProcessEventsOption.PROCESS_ALL_IF_PRESENT)
    assert ran == [1]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_producer_that_acknowledges_by_itself_is_dropped_like_any_other() -> None:
    """Its operation does not keep it alive, nor does the operation of a callback that is dropped with its queue."""
    operation, producer = AsyncOperation[int].create()
    producer.on_cancel(producer.acknowledge_cancel)
    del producer
    assert operation.wait(30) is AsyncStatus.ERROR
    assert operation.error_code == signed(RPC_E_DISCONNECTED)
    dispatcher = CoreDispatcher()
    action = dispatcher.run_async(CoreDispatcherPriority.NORMAL, print)
    del dispatcher
    assert action.wait(30) is AsyncStatus.ERROR


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_producer_that_another_thread_drops_ends_what_its_maker_waits_for() -> None:
    """Without the global lock its maker has to run to finalize it: whoever waits does, on a thread and in a loop."""

    async def main() -> None:
        operation, *held = AsyncOperation[int].create()
        threading.Timer(0.05, held.clear).start()
        with pytest.raises(OperationFailed):
            await operation

    operation, *held = AsyncOperation[int].create()
    threading.Timer(0.05, held.clear).start()
    assert operation.wait(30) is AsyncStatus.ERROR
    asyncio.run(asyncio.wait_for(main(), 30))


def test_a_cancel_is_acknowledged_by_the_producers_own_method() -> None:
    """As long as the producer is there."""
    operation, producer = AsyncOperation[int].create()
    producer.on_cancel(producer.acknowledge_cancel)
    operation.cancel()
    with pytest.raises(OperationCanceled):
        operation.get()


def test_a_promise_whose_handler_is_canceled_is_canceled() -> None:
    """And its siblings are told all the same."""

    async def main() -> tuple[Any, Any]:
        dead = asyncio.get_running_loop().create_future()
        dead.cancel()
        operation, producer = AsyncOperation[int].create()
        promise = Promise(operation)
        first, second = promise.then(lambda _: dead.result()), promise.then(lambda value: value + 1)
        threading.Timer(0.05, producer.complete, [1]).start()
        async with asyncio.timeout(30):
            with pytest.raises(OperationCanceled):
                await first
            return await second, first

    assert asyncio.run(main())[0] == 2


def test_an_interrupt_in_a_handler_is_raised_once_all_are_told() -> None:
    """What is no Exception is not lost, and nobody waits for ever."""
    operation, producer = AsyncOperation[int].create()
    promise, told = Promise(operation), list[object]()

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    promise.then(interrupt).done(error=told.append)
    promise.then(told.append)
    with pytest.raises(KeyboardInterrupt):
        producer.complete(1)
    assert len(told) == 2


def test_a_promise_whose_handler_raises_stop_iteration_has_an_error() -> None:
    """As a coroutine that raises it has."""

    async def main() -> None:
        async with asyncio.timeout(30):
            await Promise(AsyncOperation.from_result(1)).then(lambda _: next(iter(())))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(main())


def test_a_promise_that_failed_keeps_nothing_of_those_who_await_it() -> None:
    """The traceback of its error does not grow."""

    async def use(promise: Promise[int]) -> None:
        buffer = bytearray(100_000)
        with pytest.raises(OperationFailed):
            await promise
        del buffer

    async def main() -> int:
        promise: Promise[int] = Promise(AsyncOperation[int].from_error(E_FAIL))
        tracemalloc.start()
        for _ in range(100):
            await use(promise)
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return kept

    assert asyncio.run(main()) < 2_000_000


def test_a_long_chain_is_canceled() -> None:
    """However deep it is."""
    operation, producer = AsyncOperation[int].create()
    promise: Promise[int] = Promise(operation)
    for _ in range(5_000):
        promise = promise.then(lambda value: value)
    promise.cancel()
    assert operation.status is AsyncStatus.CANCELED
    producer.acknowledge_cancel()


def test_an_exception_of_a_work_item_that_was_canceled_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The action is Canceled and has no place for it."""
    started, canceled = threading.Event(), threading.Event()

    def work(_action: object) -> None:
        started.set()
        canceled.wait(30)
        raise ValueError("late")

    with ThreadPool(1) as pool, caplog.at_level(logging.ERROR):
        action = pool.run_async(work)
        started.wait(30)
        action.cancel()
        canceled.set()
    assert action.status is AsyncStatus.CANCELED
    assert "late" in caplog.text


def test_a_thread_that_cannot_be_started_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is refused, and the next one finds a pool without threads."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with ThreadPool(1) as pool:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            with pytest.raises(RuntimeError, match="can't start"):
                pool.run_async(print)
        assert pool.run_async(lambda _: None).wait(30) is AsyncStatus.COMPLETED


def test_run_until_refuses_where_a_loop_runs() -> None:
    """Before it runs any callback."""
    dispatcher, ran = CoreDispatcher(), list[int]()
    action = dispatcher.run_async(CoreDispatcherPriority.NORMAL, lambda: ran.append(1))

    async def main() -> None:
        dispatcher.run_until(action)

    with pytest.raises(RuntimeError, match="event loop"):
        asyncio.run(main())
    assert ran == []
    dispatcher.run_until(action)


def test_run_until_settles_by_the_status_that_it_was_told() -> None:
    """An operation that is closed right after its cancel was canceled, not closed."""
    dispatcher = CoreDispatcher()
    operation, producer = AsyncOperation[int].create()

    def cancel_and_close() -> None:
        operation.cancel()
        operation.close()
        producer.acknowledge_cancel()

    dispatcher.run_async(CoreDispatcherPriority.NORMAL, cancel_and_close)
    with pytest.raises(OperationCanceled):
        dispatcher.run_until(operation)
    with pytest.raises(OperationClosed):
        operation.get_results()


def test_nothing_is_copied() -> None:
    """A copy would be an operation that nobody ends, or a second end of one."""
    operation, producer = AsyncOperation[int].create()
    with ThreadPool(1) as pool:
        for thing in (operation, producer, pool):
            with pytest.raises(TypeError, match="cannot be copied"):
                copy.copy(thing)
    producer.complete(1)


def test_a_generator_is_nothing_to_await() -> None:
    """On every Python."""

    def provider(_token: object) -> Iterator[None]:
        yield

    async def main() -> None:
        run_operation(provider)  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="cannot be awaited"):
        asyncio.run(main())
