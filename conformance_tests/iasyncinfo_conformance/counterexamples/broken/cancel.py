"""Wrong implementations of Cancel."""

from typing import Any

from iasyncinfo_conformance.counterexamples.correct.manners import Waits
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Plain, Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ABORT, E_ILLEGAL_METHOD_CALL, S_OK


class _EndsAs(Plain):
    _status_after = AsyncStatus.COMPLETED
    _code_after = S_OK

    def _acknowledge_cancel(self) -> None:
        if self._status == AsyncStatus.CANCELED:
            self._status, self._code = self._status_after, self._code_after
            self._working = False
            self._fire(self._status)


class _EndsAsError(_EndsAs):
    _status_after = AsyncStatus.ERROR
    _code_after = E_ABORT


class _Stuck(Waits):
    def _acknowledge_cancel(self) -> None:
        self._fire(self._status)


class _Invisible(Plain):
    @property
    def status(self) -> Any:
        self._enter()
        pending = self._working and self._status == AsyncStatus.CANCELED
        return AsyncStatus.STARTED if pending else self._status


class _NoCancel(Plain):
    def cancel(self) -> None:
        pass


class _OnlyWithHandler(Plain):
    def cancel(self) -> None:
        if self._assigned:
            super().cancel()


class _Inverted(Plain):
    def cancel(self) -> None:
        if self._status != AsyncStatus.STARTED:
            self._status = AsyncStatus.CANCELED
            self._tell_worker()


class _RaisesAgain(Plain):
    def cancel(self) -> None:
        if self._working and self._cancels_told:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super().cancel()


class _RaisesAfterEnd(Plain):
    def cancel(self) -> None:
        if not self._working and not self._closed:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super().cancel()


class _RaisesAfterFailure(Plain):
    def cancel(self) -> None:
        if self._status == AsyncStatus.ERROR and not self._closed:
            raise Refused(self._code)
        super().cancel()


class _TellsAgain(Plain):
    def cancel(self) -> None:
        if self._status == AsyncStatus.CANCELED and self._working:
            self._tell_worker()
        super().cancel()


class _TellsAfterEnd(Plain):
    def cancel(self) -> None:
        if not self._working:
            self._tell_worker()
        super().cancel()


class _TellsAtClose(Plain):
    def close(self) -> None:
        pending = self._working and self._status == AsyncStatus.CANCELED and not self._closed
        super().close()
        if pending:
            self._tell_worker()


class _FiresAtCancel(Plain):
    def _tell_worker(self) -> None:
        super()._tell_worker()
        self._fire(self._status)


class _FiresAtSecondCancel(Plain):
    def cancel(self) -> None:
        if self._working and self._status == AsyncStatus.CANCELED:
            self._fire(self._status)
        super().cancel()


class _FiresAtClose(Plain):
    def close(self) -> None:
        super().close()
        self._fire(self._status)


class _AfterSuccess(Plain):
    def cancel(self) -> None:
        if self._status == AsyncStatus.COMPLETED:
            self._status = AsyncStatus.CANCELED
        super().cancel()


class _AfterFailure(Plain):
    def cancel(self) -> None:
        if self._status == AsyncStatus.ERROR:
            self._status, self._code = AsyncStatus.CANCELED, S_OK
        super().cancel()


class _ClearsCode(Plain):
    def cancel(self) -> None:
        if self._status == AsyncStatus.ERROR:
            self._code = S_OK
        super().cancel()


class _ClearsResult(Plain):
    def cancel(self) -> None:
        if not self._working:
            self._result = None
        super().cancel()


@breaks("CANCEL-REQ", "cancel acknowledge_cancel status", "returns Completed", also=("STATUS",))
def acknowledged_as_success(kind: Kind) -> Subject:
    """A worker that honours a cancel ends the operation Completed."""
    return subject(_EndsAs, kind)


@breaks("CANCEL-REQ", "cancel acknowledge_cancel status", "returns Error", also=("STATUS",))
def acknowledged_as_error(kind: Kind) -> Subject:
    """A worker that honours a cancel ends the operation in Error with E_ABORT."""
    return subject(_EndsAsError, kind)


@breaks(
    "LATE-SET",
    "cancel acknowledge_cancel put_completed(h1)",
    "calls nobody",
    also=("FIRE-ONCE",),
)
def cancel_pending_for_ever(kind: Kind) -> Subject:
    """A cancel stays pending though the worker has honoured it: a late handler waits for ever."""
    return subject(_Stuck, kind)


@breaks("CANCEL-VISIBLE", "cancel status", "returns Started")
def cancel_seen_at_end(kind: Kind) -> Subject:
    """Status reads Started until the worker has honoured the cancel."""
    return subject(_Invisible, kind)


@breaks(
    "CANCEL-VISIBLE",
    "cancel status",
    "returns Started",
    also=("CANCEL-REQ",),
)
def cancel_does_nothing(kind: Kind) -> Subject:
    """Cancel has no effect at all."""
    return subject(_NoCancel, kind)


@breaks("CANCEL-VISIBLE", "cancel status", "returns Started", also=("CANCEL-REQ",))
def cancel_lost_without_handler(kind: Kind) -> Subject:
    """Cancel has no effect until a handler has been set."""
    return subject(_OnlyWithHandler, kind)


@breaks(
    "CANCEL-VISIBLE",
    "cancel status",
    "returns Started",
    also=("CANCEL-REQ", "CANCEL-ONCE", "TERMINAL-CANCEL"),
)
def cancel_inverted(kind: Kind) -> Subject:
    """Cancel acts only when the operation is not started."""
    return subject(_Inverted, kind)


@breaks("CANCEL-OK", "cancel cancel", "0x8000000E")
def second_cancel_refused(kind: Kind) -> Subject:
    """A second Cancel is refused."""
    return subject(_RaisesAgain, kind)


@breaks("CANCEL-OK", "complete(5) cancel", "0x8000000E", also=("TERMINAL-CANCEL",))
def cancel_after_end_refused(kind: Kind) -> Subject:
    """Cancel after the end is refused."""
    return subject(_RaisesAfterEnd, kind)


@breaks("CANCEL-OK", "fail(0x80070057) cancel", "fails with 0x80004005", also=("TERMINAL-CANCEL",))
def cancel_after_failure_refused(kind: Kind) -> Subject:
    """Cancel of a failed operation fails with the operation's own code."""
    return subject(_RaisesAfterFailure, kind)


@breaks("CANCEL-ONCE", "cancel cancel cancel_notifications", "2")
def worker_told_again(kind: Kind) -> Subject:
    """The worker is told of every Cancel."""
    return subject(_TellsAgain, kind)


@breaks("CANCEL-ONCE", "complete(5) cancel cancel_notifications", "returns 1")
def worker_told_after_end(kind: Kind) -> Subject:
    """A worker that has ended is told of a Cancel."""
    return subject(_TellsAfterEnd, kind)


@breaks("CANCEL-ONCE", "cancel close cancel_notifications", "2")
def worker_told_at_close(kind: Kind) -> Subject:
    """Close while a cancel is pending tells the worker once more."""
    return subject(_TellsAtClose, kind)


@breaks(
    "CANCEL-NOFIRE",
    "put_completed(h1) cancel acknowledge_cancel",
    "succeeds; calls h1(Canceled)",
)
def cancel_fires(kind: Kind) -> Subject:
    """Cancel calls the handler though the worker still runs."""
    return subject(_FiresAtCancel, kind)


@breaks("CANCEL-NOFIRE", "put_completed(h1) cancel cancel", "succeeds; calls h1(Canceled)")
def second_cancel_fires(kind: Kind) -> Subject:
    """A second Cancel calls the handler though the worker still runs."""
    return subject(_FiresAtSecondCancel, kind)


@breaks("CANCEL-NOFIRE", "put_completed(h1) cancel close", "succeeds; calls h1(Canceled)")
def close_fires(kind: Kind) -> Subject:
    """Close while a cancel is pending calls the handler though the worker still runs."""
    return subject(_FiresAtClose, kind)


@breaks("TERMINAL-CANCEL", "complete(5) cancel status", "2", also=("STATUS",))
def cancel_overturns_success(kind: Kind) -> Subject:
    """Cancel after a success turns Status to Canceled."""
    return subject(_AfterSuccess, kind)


@breaks("TERMINAL-CANCEL", "fail(0x80004005) cancel status", "returns Canceled", also=("STATUS", "ERR"))
def cancel_overturns_failure(kind: Kind) -> Subject:
    """Cancel after a failure turns Status to Canceled."""
    return subject(_AfterFailure, kind)


@breaks("TERMINAL-CANCEL", "fail(0x80004005) cancel error_code", "returns S_OK", also=("ERR",))
def cancel_clears_code(kind: Kind) -> Subject:
    """Cancel after a failure clears ErrorCode."""
    return subject(_ClearsCode, kind)


@breaks("TERMINAL-CANCEL", "complete(5) cancel get_results", "null", also=("RESULTS",))
def cancel_clears_result(kind: Kind) -> Subject:
    """Cancel after a success drops the result."""
    return subject(_ClearsResult, kind)
