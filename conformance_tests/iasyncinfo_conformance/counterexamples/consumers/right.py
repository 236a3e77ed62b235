"""Right consumers, each built in another way: none of them may cause an alarm."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import right, right_as
from iasyncinfo_spec.abi import AsyncStatus

_HERE: Final = __name__


def settled(operation: Any, status: int) -> Any:
    """Return the result of an operation that has ended so, or raise what stands for it."""
    if status == AsyncStatus.ERROR:
        raise OSError(None, "the operation failed", None, int(operation.error_code))
    if status != AsyncStatus.COMPLETED:
        raise asyncio.CancelledError
    return operation.get_results()


@right
def callback_and_event(operation: Any) -> Any:
    """A handler that sets an event, and a thread that waits for it."""
    told: list[int] = []
    over = threading.Event()

    def ended(_sender: object, status: int) -> None:
        if status != AsyncStatus.STARTED:
            told.append(status)
            over.set()

    operation.completed = ended
    over.wait()
    return settled(operation, told[0])


@right
async def future(operation: Any) -> Any:
    """A future of asyncio that the handler sets through the loop; a cancel goes at once."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()

    def ended(_sender: object, status: int) -> None:
        if status != AsyncStatus.STARTED:
            loop.call_soon_threadsafe(lambda: None if told.done() else told.set_result(status))

    operation.completed = ended
    try:
        status = await told
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return settled(operation, status)


@right
def polling(operation: Any) -> Any:
    """Reads Status until it is not Started, and never sets a handler."""
    while (status := operation.status) == AsyncStatus.STARTED:
        time.sleep(0.05)
    return settled(operation, status)


@right
async def polling_in_asyncio(operation: Any) -> Any:
    """Reads Status with pauses that are asyncio's, which grow."""
    pause = 0.01
    try:
        while (status := operation.status) == AsyncStatus.STARTED:
            await asyncio.sleep(pause)
            pause = min(1.0, 2 * pause)
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return settled(operation, status)


@right
async def shaped_as_pywinrt(operation: Any) -> Any:
    """An event of asyncio, a cancel that waits for the end, and GetResults for whatever has ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    told: list[int] = []

    def ended(_sender: object, status: int) -> None:
        if status != AsyncStatus.STARTED:
            told.append(status)
            loop.call_soon_threadsafe(over.set)

    operation.completed = ended
    try:
        await over.wait()
    except asyncio.CancelledError:
        operation.cancel()
        await over.wait()
        raise
    if told[0] not in (AsyncStatus.COMPLETED, AsyncStatus.ERROR):
        raise asyncio.CancelledError
    return operation.get_results()


@right
async def closes_at_last(operation: Any) -> Any:
    """Closes the operation once it has ended, and leaves one that runs alone."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()

    def ended(_sender: object, status: int) -> None:
        loop.call_soon_threadsafe(lambda: None if told.done() else told.set_result(status))

    operation.completed = ended
    try:
        status = await told
    except asyncio.CancelledError:
        operation.cancel()
        raise
    try:
        return settled(operation, status)
    finally:
        operation.close()


@right
async def fetches_in_the_handler(operation: Any) -> Any:
    """Fetches the result where it is told of it, and hands it to the loop."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[Callable[[], Any]] = loop.create_future()

    def ended(sender: Any, status: int) -> None:
        end = _end_of(sender, status)
        loop.call_soon_threadsafe(lambda: None if came.done() else came.set_result(end))

    operation.completed = ended
    try:
        end = await came
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return end()


def _end_of(operation: Any, status: int) -> Callable[[], Any]:
    """Return what returns the result of an operation, or raises what stands for it, wherever it is called."""
    try:
        value = settled(operation, status)
    except (OSError, asyncio.CancelledError) as error:
        return partial(_raise, error)
    return lambda: value


def _raise(error: BaseException) -> None:
    raise error


@right
async def in_a_thread(operation: Any) -> Any:
    """Has another thread wait, and gives the operation up with the task."""
    try:
        return await asyncio.to_thread(callback_and_event, operation)
    except asyncio.CancelledError:
        operation.cancel()
        raise


_POOL: Final = ThreadPoolExecutor(1, "a pool of its own")


@right
def in_a_pool(operation: Any) -> Any:
    """Has a thread of a pool that stays wait."""
    return _POOL.submit(polling, operation).result()


@right
def runs_asyncio(operation: Any) -> Any:
    """A function that runs a loop of its own."""
    return asyncio.run(shaped_as_pywinrt(operation))


@right
async def awaits_it(operation: Any) -> Any:
    """Awaits the operation itself, as users of PyWinRT do."""
    return await operation


def _with_progress(operation: Any, report: Any) -> Any:
    operation.progress = lambda _sender, value: report(value)
    return callback_and_event(operation)


def _within_time(operation: Any) -> Any:
    deadline = time.monotonic() + 5.0
    while operation.status == AsyncStatus.STARTED:
        if time.monotonic() > deadline:
            operation.cancel()
            raise TimeoutError("the operation took more than 5 s")
        time.sleep(0.1)
    return settled(operation, operation.status)


_EVENTS: Final[dict[int, threading.Event]] = {}


def _given_up(operation: Any) -> Any:
    over, told = _EVENTS.setdefault(id(operation), threading.Event()), list[int]()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        over.set()

    operation.completed = ended
    over.wait()
    del _EVENTS[id(operation)]
    if not told:
        raise CancelledError
    return settled(operation, told[0])


def _give_up(operation: Any) -> None:
    operation.cancel()
    over = _EVENTS.get(id(operation))
    if over is not None:
        over.set()


with_progress: Consumer = Consumer(_with_progress, progress=True)
right_as(f"{_HERE}:with_progress", "Forwards what is reported.")
within_time: Consumer = Consumer(_within_time, time_limit=5.0)
right_as(f"{_HERE}:within_time", "Gives up by itself after five seconds.")
given_up: Consumer = Consumer(_given_up, cancel=_give_up)
right_as(f"{_HERE}:given_up", "Can be told to give up from another thread, and goes at once.")
