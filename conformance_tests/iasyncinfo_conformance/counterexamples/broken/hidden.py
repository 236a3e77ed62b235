"""Wrong implementations whose fault hides behind a state of their own, or inside a handler: no short word shows it."""

from dataclasses import replace
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_FAIL, E_ILLEGAL_METHOD_CALL, E_POINTER, S_OK

FACILITY_WIN32 = 7
"""The facility of HRESULTs that stand for Win32 errors (winerror.h)."""


class _ThirdCancelFails(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._cancels = 0

    def cancel(self) -> None:
        self._cancels += 1
        if self._cancels == 3:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super().cancel()


class _CountsInAByte(Plain):
    _cancels = 0

    def cancel(self) -> None:
        if self._working and not self._cancels and not self._closed:
            self._status = AsyncStatus.CANCELED
            self._tell_worker()
        self._cancels = (self._cancels + 1) % 256


class _Reopens(Plain):
    def cancel(self) -> None:
        self._closed = False
        super().cancel()


class _ReadsOnce(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._reads = 0

    def get_results(self) -> Any:
        result = super().get_results()
        self._reads += 1
        if self._reads > 4:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        return result


class _ForgetsAfterNull(Reporting):
    """Clearing Progress twice in a row clears the Completed handler too."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._cleared = 0

    def _put_progress(self, handler: Handler | None) -> None:
        self._cleared = self._cleared + 1 if handler is None else 0
        if self._cleared == 2:
            self._handler = None
        super()._put_progress(handler)


class _PolledUp(Plain):
    """The fifth look at Status takes the place of the call."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._polls = 0

    @property
    def status(self) -> Any:
        self._polls += 1
        return super().status

    def _is_due(self) -> bool:
        return self._polls < 5 and super()._is_due()

    def _fire(self, status: AsyncStatus) -> None:
        if self._polls < 5:
            super()._fire(status)


class _OneFacility(Plain):
    """Codes are kept as what they mean to Win32."""

    def _fail(self, hresult: int) -> None:
        super()._fail(hresult if hresult >> 16 & 0x7FFF <= FACILITY_WIN32 else E_FAIL)


class _ListenerSpoils(Reporting):
    """A Progress handler that fails takes the result with it."""

    _spoiled = False

    def _report(self, value: Any) -> None:
        if self._listener is not None:
            try:
                self._listener(self, value)
            except Exception:
                self._spoiled = True

    def get_results(self) -> Any:
        result = super().get_results()
        return None if self._spoiled else result


class _NeedsListener(Plain):
    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        super()._end(status, result, code)
        if not self._assigned:
            raise self._refusal(E_POINTER)


class _EndsInside(Reporting):
    """A Cancel ends the work; one that a Progress handler makes tells of a success."""

    _inside = False

    def _tell_worker(self) -> None:
        super()._tell_worker()
        self._acknowledge_cancel()

    def _report(self, value: Any) -> None:
        self._inside = True
        super()._report(value)
        self._inside = False

    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.COMPLETED if self._inside else status


@breaks("CANCEL-OK", "complete(5) cancel cancel cancel", "0x8000000E", also=("TERMINAL-CANCEL",))
def third_cancel_fails(kind: Kind) -> Subject:
    """The third Cancel is refused."""
    return subject(_ThirdCancelFails, kind)


@breaks("CANCEL-ONCE", "cancel " * 257 + "cancel_notifications", "returns 2", hidden=True)
def cancels_counted_in_a_byte(kind: Kind) -> Subject:
    """The first Cancel is known by a counter of eight bits, so the 257th is another first one."""
    return subject(_CountsInAByte, kind)


@breaks("CLOSED-ALIKE", "complete(5) close status cancel status", "returns", hidden=True)
def reopened_by_cancel(kind: Kind) -> Subject:
    """Cancel after Close opens the operation again."""
    return subject(_Reopens, kind)


@breaks("RESULTS", "complete(5)" + " get_results" * 5, "0x8000000E", hidden=True)
def results_read_up(kind: Kind) -> Subject:
    """The fifth GetResults is refused."""
    return subject(_ReadsOnce, kind)


@breaks(
    "FIRE-ONCE",
    "put_completed(h1) put_progress(null) put_progress(null) complete(5)",
    "calls nobody",
    kind=Kind.OPERATION_WITH_PROGRESS,
    hidden=True,
)
def forgets_after_null(kind: Kind) -> Subject:
    """Clearing Progress twice in a row loses the Completed handler."""
    return subject(_ForgetsAfterNull if kind.has_progress else Plain, kind)


@breaks("FIRE-ONCE", "put_completed(h1)" + " status" * 5 + " complete(5)", "calls nobody", hidden=True)
def call_polled_away(kind: Kind) -> Subject:
    """Who has looked at Status five times is not called any more."""
    return subject(_PolledUp, kind)


@breaks("ERR", "fail(0xC00D36B2) error_code", "returns 0x80004005")
def one_facility(kind: Kind) -> Subject:
    """Codes of other facilities than Win32's become E_FAIL."""
    return subject(_OneFacility, kind)


@breaks(
    "RESULTS",
    "put_progress(p1{raise(0x80070005)}) report_progress(1) complete(5) get_results",
    "returns null",
    kind=Kind.OPERATION_WITH_PROGRESS,
)
def listener_spoils_result(kind: Kind) -> Subject:
    """The failure of a Progress handler takes the result away."""
    return subject(_ListenerSpoils if kind.has_progress else Plain, kind)


@breaks("STATUS", "complete(5)", "0x80004003", hidden=True, also=("CANCEL-REQ",))
def end_needs_listener(kind: Kind) -> Subject:
    """The work cannot end while nobody listens."""
    return subject(_NeedsListener, kind)


@breaks(
    "FIRE-ARGS",
    "put_progress(p1{put_completed(h1) cancel}) report_progress(1)",
    "cancel succeeds; calls h1(Completed)",
    kind=Kind.ACTION_WITH_PROGRESS,
    hidden=True,
)
def end_inside_handler_told_wrong(kind: Kind) -> Subject:
    """Whoever listens to an end that a Progress handler asked for is told of a success."""
    return replace(subject(_EndsInside, kind), cancel_ends_work=True)
