"""Waiting in asyncio. Imported by the first ``await`` of a running operation, when asyncio is loaded anyway."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from iasyncinfo.gates import LOOK
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from iasyncinfo.awaited import Awaited


_NOT_IN_ASYNCIO: Final = (
    "no running event loop: await works in a task of asyncio; elsewhere wait on another thread, "
    "in trio with await trio.to_thread.run_sync(operation.get)"
)


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that runs on this thread; raises RuntimeError where none does, as under trio."""
    refuse_in_trio()
    loop = asyncio._get_running_loop()
    if loop is None:
        raise RuntimeError(_NOT_IN_ASYNCIO)
    return loop


def refuse_in_trio() -> None:
    """Raise RuntimeError in a task of trio, which drives neither asyncio's futures nor a loop of asyncio."""
    lowlevel = getattr(sys.modules.get("trio"), "lowlevel", None)
    if lowlevel is None:
        return
    try:
        lowlevel.current_task()
    except RuntimeError:  # no task of trio runs on this thread
        return
    raise RuntimeError(_NOT_IN_ASYNCIO)


def on_loop(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """Call the function on the thread of the loop: now if this is it, never if the loop is closed."""
    if asyncio._get_running_loop() is loop:
        function(*arguments)
        return
    with suppress(RuntimeError):  # the loop is closed, and the task that waited is gone with it
        loop.call_soon_threadsafe(function, *arguments)


class LoopGate:
    """The waiter of a task. All but the call itself happens on the thread of its loop.

    Raises RuntimeError when no loop is running.
    """

    __slots__ = ("_future", "_given_up", "_loop", "_status")

    def __init__(self) -> None:
        self._loop = running_loop()
        self._future = self._closed()
        self._status: AsyncStatus | None = None
        self._given_up = False

    def _closed(self) -> asyncio.Future[None]:
        """Return the future that is waited for next."""
        future: asyncio.Future[None] = self._loop.create_future()
        if LOOK:
            self._look_up(future)
        return future

    def _look_up(self, future: asyncio.Future[None]) -> None:
        """Have the loop run a little for as long as somebody waits."""
        if not future.done():
            self._loop.call_later(LOOK, self._look_up, future)

    def __call__(self, operation: Awaited[Any], status: AsyncStatus) -> None:
        on_loop(self._loop, self._open, operation, status)

    def _open(self, operation: Awaited[Any], status: AsyncStatus) -> None:
        self._status = status
        if not self._future.done():
            self._future.set_result(None)
        if self._given_up and status is AsyncStatus.ERROR:
            self._report(operation, "canceled twice")

    def _report(self, operation: Awaited[Any], why: str) -> None:
        """Hand the error that no task is told of to the loop's exception handler."""
        try:
            operation.get_results()
        except OSError as error:
            message = f"{operation!r} failed after its awaiting task was {why}"
            self._loop.call_exception_handler({"message": message, "exception": error})

    def pass_through(self, operation: Awaited[Any]) -> Generator[Any, None, AsyncStatus]:
        """Wait for the end and return the status told; cancel the operation when the task is canceled."""
        try:
            yield from self._future
        except asyncio.CancelledError:
            operation.cancel()
            yield from self._drain()
            if self._status is AsyncStatus.ERROR:
                self._report(operation, "canceled")
            raise
        assert self._status is not None
        return self._status

    def _drain(self) -> Generator[Any, None, None]:
        """Wait for the end on behalf of a task that was canceled; another cancel ends that too."""
        if self._status is not None:
            return
        self._future = self._closed()
        try:
            yield from self._future
        except asyncio.CancelledError:
            self._given_up = self._status is None
            raise
