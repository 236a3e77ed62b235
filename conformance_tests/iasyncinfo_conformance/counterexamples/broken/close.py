"""Wrong implementations of Close and of what comes after it."""

import threading
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    S_OK,
)


class _NeverCloses(Plain):
    def close(self) -> None:
        if not self._working:
            raise Refused(E_ILLEGAL_STATE_CHANGE)
        super().close()


class _FailedNeverCloses(Plain):
    def close(self) -> None:
        if self._status == AsyncStatus.ERROR and not self._closed:
            raise Refused(self._code)
        super().close()


class _CanceledNeverCloses(Plain):
    def close(self) -> None:
        if self._status == AsyncStatus.CANCELED and not self._working and not self._closed:
            raise Refused(E_ILLEGAL_STATE_CHANGE)
        super().close()


class _ClosesWhenHandled(Plain):
    def close(self) -> None:
        if not self._working and not self._assigned:
            raise Refused(E_ILLEGAL_STATE_CHANGE)
        super().close()


class _ClosesOnce(Plain):
    def close(self) -> None:
        if self._closed:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super().close()


class _Toggles(Plain):
    def close(self) -> None:
        closed = self._closed
        super().close()
        self._closed = not closed


class _AwaitsWorker(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._ended = threading.Event()

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        self._ended.set()
        super()._end(status, result, code)

    def close(self) -> None:
        if self._status != AsyncStatus.STARTED:
            self._ended.wait()
        super().close()


class _AwaitsHandler(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._idle = threading.Event()
        self._idle.set()

    def _call(self, handler: Handler, argument: Any) -> None:
        self._idle.clear()
        super()._call(handler, argument)
        self._idle.set()

    def close(self) -> None:
        self._idle.wait()
        super().close()


class _ResultsAfterAll(Plain):
    def get_results(self) -> Any:
        closed, self._closed = self._closed, False
        try:
            return super().get_results()
        finally:
            self._closed = closed


class _StatusAfterAll(Plain):
    @property
    def status(self) -> Any:
        return self._status


class _IdAfterAll(Plain):
    @property
    def id(self) -> int:
        return 1


class _CompletedAfterAll(Plain):
    @property
    def completed(self) -> Handler | None:
        return self._handler

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._enter()
        self._put_completed(handler)


class _OnlyStatusClosed(Plain):
    def _enter(self) -> None:
        pass

    @property
    def status(self) -> Any:
        if self._closed:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        return self._status


class _SecondFirst(Plain):
    @property
    def completed(self) -> Handler | None:
        return super().completed

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        if self._closed and self._assigned:
            raise Refused(E_ILLEGAL_DELEGATE_ASSIGNMENT)
        self._enter()
        self._put_completed(handler)


class _SecondAlways(_SecondFirst):
    @property
    def completed(self) -> Handler | None:
        return super().completed

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        if self._closed:
            raise Refused(E_ILLEGAL_DELEGATE_ASSIGNMENT)
        self._put_completed(handler)


@breaks("CLOSE-TERMINAL", "complete(5) close", "0x8000000D")
def close_after_end_refused(kind: Kind) -> Subject:
    """Close after the end is refused."""
    return subject(_NeverCloses, kind)


@breaks("CLOSE-TERMINAL", "fail(0x80070057) close", "fails with 0x80004005")
def close_of_failed_fails(kind: Kind) -> Subject:
    """Close of a failed operation fails with the operation's code."""
    return subject(_FailedNeverCloses, kind)


@breaks("CLOSE-TERMINAL", "cancel acknowledge_cancel close", "0x8000000D")
def close_of_canceled_refused(kind: Kind) -> Subject:
    """Close of an operation that was canceled is refused."""
    return subject(_CanceledNeverCloses, kind)


@breaks("CLOSE-TERMINAL", "complete(5) close", "0x8000000D")
def close_needs_handler(kind: Kind) -> Subject:
    """Close after the end is refused while no handler has been set."""
    return subject(_ClosesWhenHandled, kind)


@breaks("CLOSE-IDEMP", "complete(5) close close", "0x8000000E")
def second_close_refused(kind: Kind) -> Subject:
    """A second Close is refused."""
    return subject(_ClosesOnce, kind)


@breaks("CLOSE-IDEMP", "complete(5) close status close status", "returns Completed")
def second_close_reopens(kind: Kind) -> Subject:
    """A second Close opens the operation again."""
    return subject(_Toggles, kind)


@breaks("CLOSE-NOBLOCK", "cancel close", "hang", hangs=True)
def close_waits_for_worker(kind: Kind) -> Subject:
    """Close while a cancel is pending waits for the worker."""
    return subject(_AwaitsWorker, kind)


@breaks("CLOSE-NOBLOCK", "put_completed(h1{close}) complete(5)", "hang", hangs=True)
def close_waits_for_handler(kind: Kind) -> Subject:
    """Close waits until no handler runs, so that a close inside a handler waits for itself."""
    return subject(_AwaitsHandler, kind)


@breaks("CLOSED-ALIKE", "complete(5) close get_results status", "returns 5")
def results_after_close(kind: Kind) -> Subject:
    """After Close every member is refused but GetResults."""
    return subject(_ResultsAfterAll, kind)


@breaks("CLOSED-ALIKE", "complete(5) close status id", "fails with 0x8000000E E_ILLEGAL_METHOD_CALL")
def status_after_close(kind: Kind) -> Subject:
    """After Close every member is refused but Status."""
    return subject(_StatusAfterAll, kind)


@breaks("CLOSED-ALIKE", "complete(5) close id status", "1")
def id_after_close(kind: Kind) -> Subject:
    """After Close every member is refused but Id."""
    return subject(_IdAfterAll, kind)


@breaks("CLOSED-ALIKE", "complete(5) close get_completed status", "null")
def completed_after_close(kind: Kind) -> Subject:
    """After Close every member is refused but reading Completed."""
    return subject(_CompletedAfterAll, kind)


@breaks("CLOSED-ALIKE", "complete(5) close status id", "0x8000000E")
def only_status_closed(kind: Kind) -> Subject:
    """After Close nothing is refused but Status."""
    return subject(_OnlyStatusClosed, kind)


@breaks(
    "CLOSED-FIRST",
    "put_completed(h1) complete(5) close status put_completed(h2)",
    "fails with 0x80000018 E_ILLEGAL_DELEGATE_ASSIGNMENT; calls nobody",
)
def second_before_closed(kind: Kind) -> Subject:
    """Setting a second handler after Close is refused as a second one."""
    return subject(_SecondFirst, kind)


@breaks(
    "CLOSED-FIRST",
    "complete(5) close status put_completed(h1)",
    "fails with 0x80000018 E_ILLEGAL_DELEGATE_ASSIGNMENT; calls nobody",
)
def closed_means_second(kind: Kind) -> Subject:
    """Setting any handler after Close is refused as a second one."""
    return subject(_SecondAlways, kind)
