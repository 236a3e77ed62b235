"""Awaiting in asyncio: operations, and Futures that ``asyncio.wrap_future`` makes awaitable."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from queue import SimpleQueue
from time import perf_counter
from typing import Any, Final

from benchmarks.rounds import Bound, Measure, Scenario
from iasyncinfo import AsyncOperation

REPEATS: Final = 300


async def operation_finished() -> float:
    """Await one operation that has ended, again and again."""
    operation, producer = AsyncOperation[int].create()
    producer.complete(5)
    started = perf_counter()
    for _ in range(REPEATS):
        await operation
    return perf_counter() - started


async def future_finished() -> float:
    """Await one Future that has a result, again and again."""
    future: Future[int] = Future()
    future.set_result(5)
    started = perf_counter()
    for _ in range(REPEATS):
        await asyncio.wrap_future(future)
    return perf_counter() - started


async def operation_on_loop() -> float:
    """Await operations that the loop's own thread completes."""
    loop = asyncio.get_running_loop()
    started = perf_counter()
    for _ in range(REPEATS):
        operation, producer = AsyncOperation[int].create()
        loop.call_soon(producer.complete, 5)
        await operation
    return perf_counter() - started


async def future_on_loop() -> float:
    """Await Futures that the loop's own thread completes."""
    loop = asyncio.get_running_loop()
    started = perf_counter()
    for _ in range(REPEATS):
        future: Future[int] = Future()
        loop.call_soon(future.set_result, 5)
        await asyncio.wrap_future(future)
    return perf_counter() - started


async def operation_across_threads() -> float:
    """Await operations that another thread completes."""
    with Worker() as worker:
        started = perf_counter()
        for _ in range(REPEATS):
            operation, producer = AsyncOperation[int].create()
            worker.calls.put(producer.complete)
            await operation
        return perf_counter() - started


async def future_across_threads() -> float:
    """Await Futures that another thread completes."""
    with Worker() as worker:
        started = perf_counter()
        for _ in range(REPEATS):
            future: Future[int] = Future()
            worker.calls.put(future.set_result)
            await asyncio.wrap_future(future)
        return perf_counter() - started


class Worker:
    """A thread that calls whatever it is sent with a result."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[Callable[[int], object] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Worker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (call := self.calls.get()) is not None:
            call(5)


def in_a_loop(work: Callable[[], Coroutine[Any, Any, float]]) -> Measure:
    """Return what runs ``work`` in a fresh loop and returns its seconds for each await."""
    return lambda: asyncio.run(work()) / REPEATS


SCENARIOS: Final = tuple(
    Scenario(name, in_a_loop(ours), (Bound("asyncio.wrap_future", in_a_loop(theirs), at_most),), threads=True)
    for name, ours, theirs, at_most in (
        ("await a finished operation", operation_finished, future_finished, 0.10),
        ("await one completed on the loop's own thread", operation_on_loop, future_on_loop, 0.5),
        ("await one completed by another thread", operation_across_threads, future_across_threads, 1.0),
    )
)
