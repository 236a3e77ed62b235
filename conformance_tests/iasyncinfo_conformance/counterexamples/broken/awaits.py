"""Wrong implementations of ``await``."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import suppress
from contextvars import Context
from typing import Any

from iasyncinfo_conformance.counterexamples.correct.waits import Later, Waited
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind


class _AwaitsNothing(Waited):
    async def _wait_in_task(self) -> Any:
        await super()._wait_in_task()


class _AsksForNoLoop(Waited):
    def __await__(self) -> Generator[Any, Any, Any]:
        raise RuntimeError("There is no current event loop in this thread.")


class _PendingIsEnd(Later):
    async def _wait_in_task(self) -> Any:
        if self._status == AsyncStatus.CANCELED:
            raise asyncio.CancelledError
        return await super()._wait_in_task()


class _ClosesBehind(Waited):
    async def _wait_in_task(self) -> Any:
        try:
            return await super()._wait_in_task()
        finally:
            self.close()


class _LateTask(Waited):
    async def _wait_in_task(self) -> Any:
        if self._status != AsyncStatus.STARTED:
            await asyncio.Event().wait()
        return await super()._wait_in_task()


class _Asleep(Waited):
    """Whoever ends the work sets the event itself, and no loop wakes up for that."""

    def _wake(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:  # noqa: ARG002
        ended.set()


class _OneAwait(Waited):
    _awaited = False

    def __await__(self) -> Generator[Any, Any, Any]:
        if self._awaited:
            raise RuntimeError("cannot reuse what was awaited before")
        self._awaited = True
        return super().__await__()


class _Bell:
    """Something awaited that wakes its task on the thread that rings."""

    _asyncio_future_blocking = False

    def __init__(self, loop: asyncio.AbstractEventLoop, on_cancel: Callable[[], object]) -> None:
        self._loop, self._on_cancel = loop, on_cancel
        self._wakes: list[tuple[Callable[[Any], object], Context]] = []
        self._rung = False

    def __await__(self) -> Generator[Any, None, None]:
        if not self._rung:
            self._asyncio_future_blocking = True
            yield self

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def add_done_callback(self, callback: Callable[[Any], object], *, context: Context) -> None:
        self._wakes.append((callback, context))

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002
        self._on_cancel()
        return False

    def result(self) -> None:
        return None

    def ring(self) -> None:
        """Wake the task here; since CPython 3.14 only a thread that says to run its loop can."""
        self._rung = True
        here = asyncio._get_running_loop()
        asyncio._set_running_loop(self._loop)
        try:
            for callback, context in self._wakes:
                context.run(callback, self)
        finally:
            asyncio._set_running_loop(here)
        self._loop.call_soon_threadsafe(lambda: None)


class _Elsewhere(Waited):
    """The task is resumed by whoever ends the work."""

    async def _wait_in_task(self) -> Any:
        bell = _Bell(asyncio.get_running_loop(), self.cancel)
        self.completed = lambda _sender, _status: bell.ring()
        await bell
        return self._results()


class _WakesTheDead(Waited):
    """A task leaves at once, and its loop may be closed when it is woken."""

    async def _give_up(self, ended: asyncio.Event) -> None:  # noqa: ARG002
        self.cancel()
        raise asyncio.CancelledError


class _EndsTheDone(_WakesTheDead):
    """A future that was canceled is given a result."""

    async def _wait_in_task(self) -> Any:
        loop, told = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def wake(_sender: object, status: AsyncStatus) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(told.set_result, status)

        self.completed = wake
        try:
            await told
        except asyncio.CancelledError:
            self.cancel()
            raise
        return self._results()


class _Swallows(Waited):
    _given_up = False

    async def _give_up(self, ended: asyncio.Event) -> None:
        self._given_up = True
        self.cancel()
        await ended.wait()

    def _results(self) -> Any:
        return None if self._given_up else super()._results()


class _Unasked(Waited):
    async def _give_up(self, ended: asyncio.Event) -> None:
        await ended.wait()
        raise asyncio.CancelledError


class _OwnError(Waited):
    """A cancel of the task is told as one of the operation."""

    async def _give_up(self, ended: asyncio.Event) -> None:
        self.cancel()
        await ended.wait()
        self._results()
        raise asyncio.CancelledError


@breaks("WAIT-RESULT", "await{complete(5)}", "returns null", also=("WAIT-AGAIN",))
def await_gives_nothing(kind: Kind) -> Subject:
    """What is awaited has no value."""
    return subject(_AwaitsNothing, kind)


@breaks(
    "WAIT-RESULT",
    "await{complete(5)}",
    "raises RuntimeError",
    also=("WAIT-AGAIN", "WAIT-ERROR", "AWAIT-CANCEL", "AWAIT-REQUEST"),
)
def await_asks_for_no_loop(kind: Kind) -> Subject:
    """The loop that runs is none that it looks for."""
    return subject(_AsksForNoLoop, kind)


@breaks("WAIT-PENDING", "cancel await{complete(5)}", "raises CancelledError", also=("AWAIT-CANCEL",))
def await_takes_pending_for_end(kind: Kind) -> Subject:
    """A task that comes while a cancel is pending is told that it has been canceled, and the work completes."""
    return subject(_PendingIsEnd, kind)


@breaks("WAIT-LEAVES", "complete(5) await status", "fails with 0x8000000E", also=("WAIT-AGAIN",))
def await_closes_behind(kind: Kind) -> Subject:
    """What has been awaited is closed."""
    return subject(_ClosesBehind, kind)


@breaks("WAIT-ENDS", "complete(5) await", "never answers", hangs=True)
def await_comes_too_late(kind: Kind) -> Subject:
    """A task that comes after the end waits for ever."""
    return subject(_LateTask, kind)


@breaks("WAIT-ENDS", "await{complete(5)}", "never answers", hangs=True)
def await_is_not_woken(kind: Kind) -> Subject:
    """The end comes from another thread, and does not wake the loop."""
    return subject(_Asleep, kind)


@breaks("WAIT-AGAIN", "complete(5) await await", "raises RuntimeError")
def await_works_once(kind: Kind) -> Subject:
    """Who awaits for a second time is told nothing of the operation."""
    return subject(_OneAwait, kind)


@breaks("AWAIT-LOOP", "await{complete(5)}", "on another thread")
def await_goes_on_elsewhere(kind: Kind) -> Subject:
    """A task goes on on the thread that ends the work."""
    return subject(_Elsewhere, kind)


@breaks("AWAIT-QUIET", "await{give_up complete(5)}", "its handler raises")
def await_wakes_closed_loop(kind: Kind) -> Subject:
    """Who ends the work wakes a loop that has been closed."""
    return subject(_WakesTheDead, kind)


@breaks("AWAIT-QUIET", "await{give_up on_loop{complete(5)}}", "InvalidStateError")
def await_ends_what_is_done(kind: Kind) -> Subject:
    """The end is handed to a future that its canceled task has left."""
    return subject(_EndsTheDone, kind)


@breaks("AWAIT-CANCEL", "await{give_up complete(5)}", "returns null")
def await_swallows_cancel(kind: Kind) -> Subject:
    """A task that is canceled goes on with nothing."""
    return subject(_Swallows, kind)


@breaks("AWAIT-CANCEL", "await{give_up cancel acknowledge_cancel}", "fails with 0x8000000E")
def await_tells_refusal_for_cancel(kind: Kind) -> Subject:
    """A task that is canceled fails as whoever asks a canceled operation for its result."""
    return subject(_OwnError, kind)


@breaks("AWAIT-REQUEST", "await{give_up status complete(5)}", "meanwhile give_up succeeds, status returns Started")
def await_asks_for_no_cancel(kind: Kind) -> Subject:
    """A task that is canceled leaves the operation to itself."""
    return subject(_Unasked, kind)
