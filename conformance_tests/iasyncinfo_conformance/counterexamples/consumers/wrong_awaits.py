"""Asynchronous consumers that are right until the loop's thread and the worker's take turns in one unlucky way."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import wrong
from iasyncinfo_conformance.counterexamples.consumers.right import future, settled

_HERE: Final = __name__
_COMPLETES: Final = "reference: wait publish complete(5) call"


@wrong("CONSUME-ENDS", _COMPLETES, switched=True)
async def looks_then_makes_what_is_set(operation: Any) -> Any:
    """Looks whether it was told before it makes the future that its handler sets where there is one."""
    loop = asyncio.get_running_loop()
    told: list[int] = []
    waiting: list[asyncio.Future[None]] = []

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        for each in waiting:
            loop.call_soon_threadsafe(_set, each)

    operation.completed = ended
    if not told:
        waiting.append(loop.create_future())
        await _or_cancel(operation, waiting[0])
    return settled(operation, told[0])


@wrong("CONSUME-VALUE", _COMPLETES, switched=True)
async def wakes_the_loop_before_it_writes(operation: Any) -> Any:
    """Wakes the loop, and writes down for it afterwards how the operation ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    told: list[int] = []

    def ended(_sender: object, status: int) -> None:
        loop.call_soon_threadsafe(over.set)
        told.append(status)

    operation.completed = ended
    await _or_cancel(operation, over.wait())
    return settled(operation, told[0])


@wrong("CONSUME-ENDS", _COMPLETES, switched=True)
async def sets_what_nobody_waits_for(operation: Any) -> Any:
    """Sets the loop's event from the worker's thread, as long as nobody waits for it, which it has looked at before."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    told: list[int] = []
    waits: list[bool] = []

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        if waits:
            loop.call_soon_threadsafe(over.set)
        else:
            over.set()

    operation.completed = ended
    if not over.is_set():
        waits.append(True)
        await _or_cancel(operation, over.wait())
    return settled(operation, told[0])


@wrong("CONSUME-PROGRESS", "reference: wait report_progress(1) report_progress(2) publish complete(5) call",
       switched=True, target=f"{_HERE}:empties_a_list_of_both")  # fmt: skip
async def _collects_progress(operation: Any, report: Callable[[Any], None]) -> Any:
    """Has the loop empty a list to which the worker's thread appends what it reports."""
    loop = asyncio.get_running_loop()
    reported: list[Any] = []

    def hand_on() -> None:
        for value in reported:
            report(value)
        reported.clear()

    def progressed(_sender: object, value: Any) -> None:
        reported.append(value)
        loop.call_soon_threadsafe(hand_on)

    operation.progress = progressed
    return await future(operation)


empties_a_list_of_both: Consumer = Consumer(_collects_progress, progress=True)


@wrong("CONSUME-ENDS", "reference: begin(scan_async) publish complete(5) call", switched=True,
       target=f"{_HERE}:counts_on_two_threads")  # fmt: skip
async def _counts_down(begin: Callable[..., Any]) -> None:
    """An application that counts the calls under way down on whatever thread its handlers are called."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    left = 0

    def ended(_sender: object, _status: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            loop.call_soon_threadsafe(over.set)

    for name in ("scan_async", "pair_async"):
        operation = begin(name)
        left += 1
        operation.completed = ended
    await over.wait()


counts_on_two_threads: Consumer = Consumer(application=_counts_down)


def _set(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def _or_cancel(operation: Any, end: Any) -> None:
    """Wait for an end; a cancel of the task is passed on, and goes at once."""
    try:
        await end
    except asyncio.CancelledError:
        operation.cancel()
        raise
