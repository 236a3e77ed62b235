"""Consumers that come to what is right, and do on the way what a caller may not."""

import asyncio
import contextlib
import threading
import time
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import wrong
from iasyncinfo_conformance.counterexamples.consumers.right import callback_and_event, future, settled
from iasyncinfo_spec.abi import AsyncStatus

_HERE: Final = __name__


@wrong("AWAIT-ONCE", "reference: wait complete(5)")
async def claims_again(operation: Any) -> Any:
    """Sets a second handler, for a log, and overlooks that it is refused."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    with contextlib.suppress(OSError):
        operation.completed = print
    await told.wait()
    return settled(operation, operation.status)


@wrong("CONSUME-RESULTS-EARLY", "reference: wait complete(5)")
def tries_until_it_succeeds(operation: Any) -> Any:
    """Asks for the result until it is not refused as too early."""
    while True:
        try:
            return operation.get_results()
        except OSError:
            status = operation.status
            if status != AsyncStatus.STARTED:
                return settled(operation, status)
            time.sleep(0.1)


@wrong("CONSUME-RESULTS-ONCE", "cppwinrt: wait complete(5)")
async def fetches_twice(operation: Any) -> Any:
    """Looks at the result, for a log, before it returns it."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    operation.completed = lambda *_: loop.call_soon_threadsafe(told.set)
    await told.wait()
    status = operation.status
    if status == AsyncStatus.COMPLETED and operation.get_results() is not None:
        pass
    return settled(operation, status)


@wrong("CONSUME-CANCEL-ASKED", "reference: put_completed(h2) wait complete(5)")
async def cancels_on_any_error(operation: Any) -> Any:
    """Cancels the operation whatever goes wrong, so also where it is somebody else's."""
    try:
        return await future(operation)
    except asyncio.CancelledError:
        raise
    except BaseException:
        operation.cancel()
        raise


@wrong("CONSUME-CANCEL-ONCE", "reference: wait give_up acknowledge_cancel")
async def cancels_twice(operation: Any) -> Any:
    """Cancels the operation once more to be sure."""
    try:
        return await future(operation)
    except asyncio.CancelledError:
        if operation.status != AsyncStatus.STARTED:
            operation.cancel()
        raise


@wrong("CONSUME-PASSES-ON", "reference: wait give_up complete(5)", only_hazard=True)
async def keeps_a_cancel_to_itself(operation: Any) -> Any:
    """Goes when its task is canceled, and lets the operation run."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()
    operation.completed = lambda _sender, status: loop.call_soon_threadsafe(
        lambda: None if told.done() else told.set_result(status)
    )
    return settled(operation, await told)


@wrong("CONSUME-LETS-GO", "reference: wait give_up give_up")
async def never_lets_go(operation: Any) -> Any:
    """Waits for the work however often its task is canceled."""
    loop, over, told = asyncio.get_running_loop(), asyncio.Event(), list[int]()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        loop.call_soon_threadsafe(over.set)

    operation.completed = ended
    canceled = False
    while not over.is_set():
        try:
            await over.wait()
        except asyncio.CancelledError:
            if not canceled:
                operation.cancel()
            canceled = True
    if canceled:
        raise asyncio.CancelledError
    return settled(operation, told[0])


@wrong("CONSUME-LOOP", "reference: wait complete(5)")
async def blocks_its_loop(operation: Any) -> Any:
    """Waits in a coroutine as a thread does."""
    return callback_and_event(operation)


@wrong("CONSUME-LEAVES-NOTHING", "reference: wait complete(5)")
async def leaves_a_task(operation: Any) -> Any:
    """Starts a task that watches the time, and forgets it."""
    asyncio.get_running_loop().create_task(_watch_for_ever())  # that is what is wrong
    return await future(operation)


async def _watch_for_ever() -> None:
    await asyncio.Event().wait()


@wrong("CONSUME-LEAVES-NOTHING", "reference: wait fail(0x80070005)")
async def leaves_an_exception(operation: Any) -> Any:
    """Has a second task wait for the same future, and never looks at what that raised."""
    loop = asyncio.get_running_loop()
    first = loop.create_task(future(operation))
    loop.create_task(_follow(first))  # noqa: RUF006  # that is what is wrong
    return await first


async def _follow(task: "asyncio.Task[Any]") -> None:
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


@wrong("CONSUME-LEAVES-NOTHING", "reference: wait fail(0x80070005)")
async def leaves_a_future(operation: Any) -> Any:
    """Hands the failure to a future that its handler keeps, and then asks the operation itself."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    kept: asyncio.Future[None] = loop.create_future()

    def ended(_sender: object, status: int) -> None:
        loop.call_soon_threadsafe(deliver, status)

    def deliver(status: int) -> None:
        if status == AsyncStatus.ERROR:
            kept.set_exception(OSError(None, "the operation failed", None, int(operation.error_code)))
        over.set()

    operation.completed = ended
    try:
        await over.wait()
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return settled(operation, operation.status)


@wrong("CONSUME-LEAVES-NOTHING", "reference: wait complete(5)")
def leaves_a_thread(operation: Any) -> Any:
    """Starts a thread that waits for something else for ever."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    return callback_and_event(operation)


@wrong("CONSUME-HANDLERS-QUIET", "reference: wait give_up complete(5)")
async def sets_what_is_canceled(operation: Any) -> Any:
    """Sets the result of its future without asking whether it was canceled meanwhile."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()
    operation.completed = lambda _sender, status: loop.call_soon_threadsafe(told.set_result, status)
    try:
        status = await told
    except asyncio.CancelledError:
        operation.cancel()
        raise
    return settled(operation, status)


@wrong("CONSUME-HANDLERS-QUIET", "reference: wait fail(0x80070005)")
def raises_in_its_handler(operation: Any) -> Any:
    """Fetches the result in its handler, which fails with the operation, and waits for the end all the same."""
    over = threading.Event()

    def ended(sender: Any, _status: int) -> None:
        over.set()
        if sender.status == AsyncStatus.ERROR:
            raise OSError("it failed")

    operation.completed = ended
    over.wait()
    return settled(operation, operation.status)


@wrong("CONSUME-REPORTED", "cswinrt: wait give_up fail(0x80070005)", only_hazard=True)
async def drops_a_late_failure(operation: Any) -> Any:
    """Goes when it is canceled, and tells nobody what the operation failed with."""
    return await future(operation)


@wrong("CLOSE-EARLY", "reference: wait complete(5)")
def closes_while_it_runs(operation: Any) -> Any:
    """Closes the operation as soon as its handler is set."""
    told: list[int] = []
    over = threading.Event()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        over.set()

    operation.completed = ended
    with contextlib.suppress(OSError):
        operation.close()
    over.wait()
    return settled(operation, told[0])


@wrong("CLOSE-USE", "cppwinrt: wait complete(5)")
async def uses_what_it_has_closed(operation: Any) -> Any:
    """Closes the operation, and looks at its Status again."""
    try:
        return await future(operation)
    finally:
        if operation.status in (AsyncStatus.COMPLETED, AsyncStatus.ERROR):
            operation.close()
            with contextlib.suppress(OSError):
                print(operation.status)


def _skips(operation: Any, report: Any) -> Any:
    last: list[Any] = []

    def heard(_sender: object, value: Any) -> None:
        if value not in last:
            report(value)
        last.append(value)

    operation.progress = heard
    return callback_and_event(operation)


@wrong(
    "CONSUME-PROGRESS", "reference: wait report_progress(1) report_progress(1) complete(5)",
    target=f"{_HERE}:skips_repeated",
)  # fmt: skip
def _skips_repeated(operation: Any) -> Any:
    """Forwards a value once only, though it is reported again."""
    return _skips(operation, print)


skips_repeated: Consumer = Consumer(_skips, progress=True)


def _rounds(operation: Any, report: Any) -> Any:
    operation.progress = lambda _sender, value: report(round(value, 2) if isinstance(value, float) else value)
    return callback_and_event(operation)


@wrong(
    "CONSUME-PROGRESS", "reference: wait report_progress(0.125) report_progress(0.1259) complete(5)",
    target=f"{_HERE}:rounds_progress",
)  # fmt: skip
def _rounds_progress(operation: Any) -> Any:
    """Rounds what it forwards, as if every bar had a hundred steps."""
    return _rounds(operation, print)


rounds_progress: Consumer = Consumer(_rounds, progress=True)
