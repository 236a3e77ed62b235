"""Wrong implementations of the members with which Python programs wait."""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextvars import Context
from typing import Any, ClassVar

from iasyncinfo_conformance.counterexamples.correct.waits import Waited
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_UNEXPECTED


class _GivesStatus(Waited):
    def get(self) -> Any:
        super().get()
        return self.status


class _FalsyIsNothing(Waited):
    def _results(self) -> Any:
        return super()._results() or None


class _AwaitsNothing(Waited):
    async def _wait_in_task(self) -> Any:
        await super()._wait_in_task()


class _AsksForNoLoop(Waited):
    def __await__(self) -> Generator[Any, Any, Any]:
        raise RuntimeError("There is no current event loop in this thread.")


class _OneCode(Waited):
    def _results(self) -> Any:
        try:
            return super()._results()
        except Refused:
            raise Refused(E_UNEXPECTED) from None


class _CodeInText(Waited):
    def _results(self) -> Any:
        try:
            return super()._results()
        except Refused as refused:
            raise RuntimeError(f"failed with {refused.winerror:#x}") from refused


class _NullForCanceled(Waited):
    def _results(self) -> Any:
        return None if self.status == AsyncStatus.CANCELED else super()._results()


class _AlwaysStarted(Waited):
    def wait(self, seconds: float, /) -> Any:
        super().wait(seconds)
        return AsyncStatus.STARTED


class _SucceededOrNot(Waited):
    def wait(self, seconds: float, /) -> Any:
        return super().wait(seconds) == AsyncStatus.COMPLETED


class _CancelsWhenOver(Waited):
    def wait(self, seconds: float, /) -> Any:
        status = super().wait(seconds)
        if status == AsyncStatus.STARTED:
            self.cancel()
        return status


class _WaitsOn(Waited):
    def wait(self, seconds: float, /) -> Any:
        return self._wait_on_thread(None if seconds == 0 else seconds)


class _Late(Waited):
    """Who comes after the end waits for the next one."""

    def get(self) -> Any:
        if self._status != AsyncStatus.STARTED:
            threading.Event().wait()
        return super().get()


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


class _TakesOver(Waited):
    """Who waits second is called, and who waits first is forgotten: it comes back with nothing."""

    _waiting: ClassVar[dict[int, threading.Event]] = {}

    def get(self) -> Any:
        before = self._waiting.get(id(self))
        if before is not None and self._status == AsyncStatus.STARTED:
            before.set()
            self._assigned = False
        ended = self._waiting[id(self)] = threading.Event()
        self.completed = lambda _sender, _status: ended.set()
        ended.wait()
        return None if self._status == AsyncStatus.STARTED else self._results()


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
        self._rung = True
        for callback, context in self._wakes:
            context.run(callback, self)
        self._loop.call_soon_threadsafe(lambda: None)


class _Elsewhere(Waited):
    """The task is resumed by whoever ends the work."""

    async def _wait_in_task(self) -> Any:
        bell = _Bell(asyncio.get_running_loop(), self.cancel)
        self.completed = lambda _sender, _status: bell.ring()
        await bell
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


@breaks("WAIT-RESULT", "complete(5) get", "returns 1", also=("WAIT-AGAIN",))
def get_gives_status(kind: Kind) -> Subject:
    """What get returns is the status."""
    return subject(_GivesStatus, kind)


@breaks("WAIT-RESULT", "complete(0) await", "returns null")
def falsy_result_is_nothing(kind: Kind) -> Subject:
    """A result that is false is none."""
    return subject(_FalsyIsNothing, kind)


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


@breaks("WAIT-ERROR", "fail(0x80004005) get", "fails with 0x8000FFFF", also=("WAIT-AGAIN",))
def wait_has_one_code(kind: Kind) -> Subject:
    """Whatever the work failed with, who waits is told E_UNEXPECTED."""
    return subject(_OneCode, kind)


@breaks("WAIT-ERROR", "await{fail(0x80070057)}", "carries no HRESULT", also=("WAIT-AGAIN",))
def wait_tells_code_as_text(kind: Kind) -> Subject:
    """The code of a failure is in the text of an exception, and nowhere else."""
    return subject(_CodeInText, kind)


@breaks("WAIT-CANCELED", "get{cancel acknowledge_cancel}", "returns null", also=("WAIT-AGAIN",))
def canceled_is_null(kind: Kind) -> Subject:
    """Who waits for an operation that is canceled gets a null."""
    return subject(_NullForCanceled, kind)


@breaks("WAIT-STATUS", "complete(5) wait_for(60)", "returns Started")
def wait_says_started(kind: Kind) -> Subject:
    """However it ended, wait says that it has not."""
    return subject(_AlwaysStarted, kind)


@breaks("WAIT-STATUS", "wait_for(60){fail(0x80004005)}", "returns Started")
def wait_says_yes_or_no(kind: Kind) -> Subject:
    """What wait returns is whether the work has succeeded."""
    return subject(_SucceededOrNot, kind)


@breaks("WAIT-TIMEOUT", "wait_for(0) status", "returns Canceled")
def wait_cancels_when_over(kind: Kind) -> Subject:
    """A wait whose seconds are over cancels the operation."""
    return subject(_CancelsWhenOver, kind)


@breaks("WAIT-ENDS", "wait_for(0)", "never answers", hangs=True)
def wait_takes_zero_for_ever(kind: Kind) -> Subject:
    """No seconds are taken for no limit."""
    return subject(_WaitsOn, kind)


@breaks("WAIT-ENDS", "complete(5) get", "never answers", hangs=True)
def get_comes_too_late(kind: Kind) -> Subject:
    """Who comes after the end waits for ever."""
    return subject(_Late, kind)


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


@breaks("WAIT-AGAIN", "get{get{complete(5)}}", "returns null")
def get_is_taken_over(kind: Kind) -> Subject:
    """Who waits second takes the place of who waits first."""
    return subject(_TakesOver, kind)


@breaks("AWAIT-LOOP", "await{complete(5)}", "on another thread")
def await_goes_on_elsewhere(kind: Kind) -> Subject:
    """A task goes on on the thread that ends the work."""
    return subject(_Elsewhere, kind)


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
