"""Right implementations that Python programs can wait for, in the manners of different projections."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import suppress
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Plain, Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_STATE_CHANGE, ERROR_CANCELLED


class Waited(Plain):
    """Every wait takes the Completed slot: whoever waits a second time is refused."""

    def get(self) -> Any:
        """Wait for the end and return the result."""
        self._wait_on_thread(None)
        return self._results()

    def wait(self, seconds: float, /) -> Any:
        """Wait for the end, or so long, and return the status."""
        return self._wait_on_thread(seconds)

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait in asyncio; a cancel of the task cancels the operation, and waits for its end."""
        return self._wait_in_task().__await__()

    def _wait_on_thread(self, seconds: float | None) -> AsyncStatus:
        ended = threading.Event()
        self.completed = lambda _sender, _status: ended.set()
        return self.status if ended.wait(seconds) else AsyncStatus.STARTED

    async def _wait_in_task(self) -> Any:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        self.completed = lambda _sender, _status: self._wake(loop, ended)
        try:
            await ended.wait()
        except asyncio.CancelledError:
            await self._give_up(ended)
        return self._results()

    def _wake(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        loop.call_soon_threadsafe(ended.set)

    async def _give_up(self, ended: asyncio.Event) -> None:
        """Go on from a cancel of the task."""
        self.cancel()
        await ended.wait()
        raise asyncio.CancelledError

    def _results(self) -> Any:
        """Return the result, or raise why there is none."""
        return self.get_results()


class _ReadyAtOnce(Waited):
    """What has ended is answered without a look at the slot, and a cancel has an error of its own."""

    def get(self) -> Any:
        return super().get() if self._status == AsyncStatus.STARTED else self._results()

    def wait(self, seconds: float, /) -> Any:
        return super().wait(seconds) if self._status == AsyncStatus.STARTED else self.status

    async def _wait_in_task(self) -> Any:
        return (await super()._wait_in_task()) if self._status == AsyncStatus.STARTED else self._results()

    def _results(self) -> Any:
        if self.status == AsyncStatus.CANCELED:
            raise Refused(ERROR_CANCELLED)
        return super()._results()


class _LeavesAtOnce(_ReadyAtOnce):
    """A cancel of the task ends it at once; one of the operation is a cancel to everybody."""

    async def _give_up(self, ended: asyncio.Event) -> None:  # noqa: ARG002
        self.cancel()
        raise asyncio.CancelledError

    def _wake(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        with suppress(RuntimeError):  # the loop was closed when the task had left
            super()._wake(loop, ended)

    def _results(self) -> Any:
        if self.status == AsyncStatus.CANCELED:
            raise asyncio.CancelledError
        return super()._results()


class Later(Waited):
    """A pending cancel is no end to anybody: who comes then waits for the worker, who may still succeed."""

    def _is_due(self) -> bool:
        return not self._working

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        self._status, self._result, self._code = status, result, code

    def close(self) -> None:
        """End the use of the operation; refused while the worker runs."""
        if self._working:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        super().close()


class _Polling(_ReadyAtOnce):
    """Nobody takes the slot: whoever waits looks at Status now and then, so that any number can."""

    def _wait_on_thread(self, seconds: float | None) -> AsyncStatus:
        asked = threading.Event()
        for _ in range(10**9 if seconds is None else int(seconds * 1000)):
            if self._status != AsyncStatus.STARTED:
                return self._status
            asked.wait(0.001)
        return AsyncStatus.STARTED

    async def _wait_in_task(self) -> Any:
        try:
            while self._status == AsyncStatus.STARTED:
                await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            self.cancel()
            raise
        return self._results()


class _OtherMembers(Plain):
    """Members of these names that are none of these: one wants a key, and one nothing."""

    def get(self, key: str) -> Any:
        """Return what stands under a key."""
        return {"name": "x"}[key]

    def wait(self) -> None:
        """Wait for nobody knows what."""
        raise AssertionError("nobody calls this")


@correct("waits-in-the-slot")
def start_waits_in_the_slot(kind: Kind) -> Subject:
    """Every wait sets Completed, so that there is one; GetResults says how it ended."""
    return subject(Waited, kind)


@correct("waits-ready-at-once")
def start_waits_ready_at_once(kind: Kind) -> Subject:
    """A wait for what has ended sets nothing; a cancel is told by a code of its own."""
    return subject(_ReadyAtOnce, kind)


@correct("waits-leave-at-once")
def start_waits_leave_at_once(kind: Kind) -> Subject:
    """A task that is canceled leaves at once; who waits for what others cancel is canceled."""
    return subject(_LeavesAtOnce, kind)


@correct("waits-later")
def start_waits_later(kind: Kind) -> Subject:
    """Who comes while a cancel is pending waits for the worker; a wait that is over says Started."""
    return subject(Later, kind)


@correct("waits-poll")
def start_waits_poll(kind: Kind) -> Subject:
    """Every wait looks at Status again and again."""
    return subject(_Polling, kind)


@correct("waits-of-other-sorts")
def start_waits_of_other_sorts(kind: Kind) -> Subject:
    """Members called get and wait that take other arguments are nobody's business."""
    return subject(_OtherMembers, kind)
