"""Consumers that come to what is wrong: too early, never, or with another result than the operation's."""

import asyncio
import contextlib
import threading
import time
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import wrong
from iasyncinfo_conformance.counterexamples.consumers.right import callback_and_event, future, settled
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, signed

_HERE: Final = __name__


@wrong("CONSUME-ENDS", "kotlin: wait complete(5)")
async def wakes_no_loop(operation: Any) -> Any:
    """Sets its future from the worker's thread, which does not wake the loop."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    operation.completed = lambda _sender, status: told.set_result(status)
    return settled(operation, await told)


@wrong("CONSUME-ENDS", "reference: wait fail(0x80070005)")
def waits_for_completed_only(operation: Any) -> Any:
    """Polls until Status is Completed, which a failure never is."""
    while operation.status != AsyncStatus.COMPLETED:
        time.sleep(0.1)
    return operation.get_results()


@wrong("CONSUME-ENDS", "reference: wait fail(0x80070005)")
async def hears_of_success_only(operation: Any) -> Any:
    """Sets its future where the operation has completed, and forgets the other ends."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()

    def ended(_sender: object, status: int) -> None:
        if status == AsyncStatus.COMPLETED:
            loop.call_soon_threadsafe(told.set_result, status)

    operation.completed = ended
    return settled(operation, await told)


@wrong("CONSUME-ENDS", "wrl: wait cancel acknowledge_cancel")
def dies_of_a_cancel(operation: Any) -> Any:
    """Raises in its handler where it is told Canceled, before it sets its event."""
    over = threading.Event()

    def ended(_sender: object, status: int) -> None:
        if status == AsyncStatus.CANCELED:
            raise RuntimeError("canceled")
        over.set()

    operation.completed = ended
    over.wait()
    return operation.get_results()


@wrong("CONSUME-NOT-EARLY", "reference: wait pause complete(5)")
async def loses_patience(operation: Any) -> Any:
    """Waits for half a second, and takes what is there."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    try:
        await asyncio.wait_for(told.wait(), 0.5)
    except TimeoutError:
        return None
    return settled(operation, operation.status)


@wrong("CONSUME-NOT-EARLY", "cswinrt: cancel wait complete(5)")
async def takes_a_pending_cancel_for_the_end(operation: Any) -> Any:
    """Asks for the result of whatever is not Started when it looks first."""
    if operation.status != AsyncStatus.STARTED:
        return operation.get_results()
    return await future(operation)


@wrong("CONSUME-VALUE", "reference: wait complete(0)")
async def asserts_a_result(operation: Any) -> Any:
    """Takes 0, false and empty results for none."""
    result = await future(operation)
    assert result
    return result


@wrong("CONSUME-VALUE", "reference: wait complete(null)")
async def wants_a_result(operation: Any) -> Any:
    """Takes null for no result yet, and fails."""
    result = await future(operation)
    if result is None:
        raise RuntimeError("no result")
    return result


@wrong("CONSUME-VALUE", 'reference: wait complete("")')
async def makes_null_of_nothing(operation: Any) -> Any:
    """Returns None for whatever is empty."""
    return await future(operation) or None


@wrong("CONSUME-VALUE", "reference: wait complete(true)")
async def makes_numbers(operation: Any) -> Any:
    """Returns a number for a truth value."""
    result = await future(operation)
    return int(result) if isinstance(result, bool) else result


@wrong("CONSUME-CODE", "reference: wait fail(0x80070005)")
async def forgets_the_code(operation: Any) -> Any:
    """Raises an error that says nothing of the code."""
    try:
        return await future(operation)
    except OSError:
        raise RuntimeError("the operation failed") from None


@wrong("CONSUME-CODE", "reference: wait fail(0x80070005)")
def returns_null_for_a_failure(operation: Any) -> Any:
    """Returns None where the operation failed."""
    try:
        return callback_and_event(operation)
    except OSError:
        return None


@wrong("CONSUME-CODE", "reference: wait fail(0x8000000E)")
async def knows_a_cancel_by_a_code(operation: Any) -> Any:
    """Takes every failure with the code of a misuse for a cancel."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    await told.wait()
    try:
        return operation.get_results()
    except OSError as error:
        if getattr(error, "winerror", 0) == signed(E_ILLEGAL_METHOD_CALL):
            raise asyncio.CancelledError from None
        raise


@wrong("CONSUME-CANCELED", "reference: wait cancel acknowledge_cancel")
async def returns_null_for_a_cancel(operation: Any) -> Any:
    """Returns None where somebody else canceled the operation."""
    task = asyncio.current_task()
    try:
        return await future(operation)
    except asyncio.CancelledError:
        if task is not None and task.cancelling():
            raise
        return None


@wrong("CONSUME-CANCELED", "reference: wait cancel acknowledge_cancel")
def calls_a_cancel_a_bug(operation: Any) -> Any:
    """Raises an error of its own, which nobody can tell from another failure."""
    try:
        return callback_and_event(operation)
    except asyncio.CancelledError:
        raise ValueError("no result") from None


@wrong("CONSUME-REFUSED", "reference: put_completed(h2) wait complete(5)")
def overlooks_a_refusal(operation: Any) -> Any:
    """Waits for its handler, which was refused."""
    over = threading.Event()
    with contextlib.suppress(OSError):
        operation.completed = lambda *_: over.set()
    over.wait()
    return operation.get_results()


@wrong("REENTRANT-SET", "reference: complete(5) wait")
def holds_a_lock(operation: Any) -> Any:
    """Sets its handler under a lock for which the handler waits."""
    lock, over = threading.Lock(), threading.Event()

    def ended(*_: object) -> None:
        with lock:
            over.set()

    with lock:
        operation.completed = ended
    over.wait()
    return settled(operation, operation.status)


@wrong("REENTRANT-SET", "reference: complete(5) wait")
async def is_not_ready(operation: Any) -> Any:
    """Makes the event that its handler sets after it has set the handler."""
    loop = asyncio.get_running_loop()
    told: list[asyncio.Event] = []
    operation.completed = lambda *_: [loop.call_soon_threadsafe(event.set) for event in told]
    told.append(asyncio.Event())
    await told[0].wait()
    return settled(operation, operation.status)


@wrong("CONSUME-STARTED", "reference: wait tell(0) complete(5)", only_hazard=True)
async def takes_started_for_the_end(operation: Any) -> Any:
    """Ends at the first call of its handler, whatever that tells."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    try:
        await told.wait()
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return settled(operation, operation.status)


def _waits_longer(operation: Any) -> Any:
    return callback_and_event(operation)


@wrong("NO-GUARANTEE", "reference: wait pause", target=f"{_HERE}:waits_longer")
def _waits_longer_than_it_says(operation: Any) -> Any:
    """Says that it gives up after a tenth of a second, and waits for ever."""
    return _waits_longer(operation)


waits_longer: Consumer = Consumer(_waits_longer, time_limit=0.1)


async def _gives_nothing_in_time(operation: Any) -> Any:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    try:
        await asyncio.wait_for(told.wait(), 0.5)
    except TimeoutError:
        operation.cancel()
        return None
    return settled(operation, operation.status)


@wrong("CONSUME-NOT-EARLY", "reference: wait pause", target=f"{_HERE}:gives_nothing_in_time")
def _gives_nothing_where_its_time_is_over(operation: Any) -> Any:
    """Returns None where its time is over, as an operation does that completes with null."""
    return _gives_nothing_in_time(operation)


gives_nothing_in_time: Consumer = Consumer(_gives_nothing_in_time, time_limit=0.5)
