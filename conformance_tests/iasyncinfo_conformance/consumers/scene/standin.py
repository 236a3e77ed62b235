"""The stand-in: an operation with a family's manners, in PyWinRT's spelling, that notices all that is done to it."""

import asyncio
import threading
from collections.abc import Generator
from typing import Any

from iasyncinfo_conformance.consumers.scene.journal import Threading
from iasyncinfo_conformance.consumers.scene.notice import Notice
from iasyncinfo_conformance.families.refusals import OperationCanceled
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import ERROR_CANCELLED


class Code(int):
    """An HRESULT as PyWinRT has it: 4 as a number, 3 as a structure with a value."""

    @property
    def value(self) -> int:
        """The signed number."""
        return int(self)


class StandIn:
    """One operation: its members are the consumer's, its ``notice`` the suite's."""

    def __init__(self, family: str, kind: Kind, threads: Threading = threading) -> None:
        self.notice: Notice = Notice(family, kind, self, threads)

    def __repr__(self) -> str:
        return "<operation>"  # the same whoever's manners it has: what is told of a consumer can be compared

    @property
    def id(self) -> int:
        """The operation's number."""
        return int(self.notice.made("id", lambda core: core.id))

    @property
    def status(self) -> AsyncStatus:
        """How far the operation has come."""
        return AsyncStatus(self.notice.made("status", lambda core: core.status))

    @property
    def error_code(self) -> Code:
        """The signed HRESULT with which the operation failed."""
        return Code(self.notice.made("error_code", lambda core: core.error_code))

    def cancel(self) -> None:
        """Request that the work stop."""
        self.notice.made("cancel", lambda core: core.cancel())

    def close(self) -> None:
        """Release what the operation holds."""
        self.notice.made("close", lambda core: core.close())

    @property
    def completed(self) -> Any:
        """The handler of the end."""
        return self.notice.original(self.notice.made("get_completed", lambda core: core.completed))

    @completed.setter
    def completed(self, handler: Any) -> None:
        self.notice.put("completed", handler)

    def get_results(self) -> Any:
        """Return the result."""
        return self.notice.made("get_results", self.notice.results)

    def get(self) -> Any:
        """Wait until the work has ended, return the result."""
        return self._settle(self._waited(None))

    def wait(self, seconds: float, /) -> AsyncStatus:
        """Wait at most so long and return the status."""
        status = self._waited(seconds)
        return AsyncStatus.STARTED if status is None else AsyncStatus(status)

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait in asyncio, as PyWinRT does; a cancel of the task cancels the operation and waits for its end."""
        return self._awaited().__await__()

    # -- waiting ----------------------------------------------------------------------------------------

    def _waited(self, seconds: float | None) -> int | None:
        told: list[int] = []
        over = self.notice.threads.Event()

        def ended(_operation: object, status: int) -> None:
            if status != AsyncStatus.STARTED:
                told.append(status)
                over.set()

        with self.notice.inner():
            self.completed = ended
        over.wait(seconds)
        return told[0] if told else None

    async def _awaited(self) -> Any:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        told: list[int] = []
        given_up: list[None] = []

        def deliver(status: int) -> None:
            told.append(status)
            over.set()
            if given_up and status == AsyncStatus.ERROR:
                message = f"{self!r} failed after its awaiting task was canceled"
                loop.call_exception_handler({"message": message, "exception": self.notice.failure()})

        def ended(_operation: object, status: int) -> None:
            if status != AsyncStatus.STARTED and not loop.is_closed():
                loop.call_soon_threadsafe(deliver, status)

        with self.notice.inner():
            self.completed = ended
        try:
            await over.wait()
        except asyncio.CancelledError:
            given_up.append(None)
            with self.notice.inner():
                self.cancel()
            await over.wait()
            raise
        return self._settle(told[0])

    def _settle(self, status: int | None) -> Any:
        if status not in (AsyncStatus.COMPLETED, AsyncStatus.ERROR):
            raise OperationCanceled(ERROR_CANCELLED, f"{self!r} was canceled")
        with self.notice.inner():
            if status == AsyncStatus.ERROR:
                raise self.notice.failure()
            return self.get_results()


class StandInWithProgress(StandIn):
    """One of the two kinds that report."""

    @property
    def progress(self) -> Any:
        """The handler of reports."""
        return self.notice.original(self.notice.made("get_progress", lambda core: core.progress))

    @progress.setter
    def progress(self, handler: Any) -> None:
        self.notice.put("progress", handler)


def stand_in(family: str, kind: Kind, threads: Threading = threading) -> StandIn:
    """Return a fresh, running operation with the manners of a family; ``threads`` is what stands for threading."""
    return (StandInWithProgress if kind.has_progress else StandIn)(family, kind, threads)
