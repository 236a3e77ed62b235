"""Wrong implementations of GetResults."""

import threading
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_UNEXPECTED


class _NoResult(Plain):
    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:  # noqa: ARG002
        super()._publish(status, None, code)


class _NoFalsyResult(Plain):
    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result or None, code)


class _ActionResult(Plain):
    def _complete(self, result: Any) -> None:
        self._end(AsyncStatus.COMPLETED, result=result)


class _LastReport(Reporting):
    def _report_progress(self, value: Any) -> None:
        self._last = value
        super()._report_progress(value)

    def get_results(self) -> Any:
        result = super().get_results()
        return getattr(self, "_last", result) if self._kind.has_result else result


class _LostAfterHandler(Plain):
    def _fire(self, status: AsyncStatus) -> None:
        super()._fire(status)
        if self._called:
            self._result = None


class _Answers(Plain):
    """An operation whose GetResults answers something in place of a refusal."""

    def get_results(self) -> Any:
        try:
            return super().get_results()
        except Refused as refusal:
            return self._instead(refusal)

    def _instead(self, refusal: Refused) -> Any:
        raise refusal


class _EarlyNull(_Answers):
    def _instead(self, refusal: Refused) -> Any:
        if not self._closed and self._status == AsyncStatus.STARTED:
            return None
        raise refusal


class _EarlyUnexpected(Plain):
    def _why_no_results(self) -> int:
        return E_UNEXPECTED if self._status == AsyncStatus.STARTED else super()._why_no_results()


class _EarlyWaits(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._ended = threading.Event()

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result, code)
        self._ended.set()

    def get_results(self) -> Any:
        if self._status == AsyncStatus.STARTED and not self._kind.has_progress:
            self._ended.wait()
        return super().get_results()


class _CanceledNull(_Answers):
    def _instead(self, refusal: Refused) -> Any:
        if not self._closed and not self._working and self._status == AsyncStatus.CANCELED:
            return None
        raise refusal


class _PendingNull(_Answers):
    def _instead(self, refusal: Refused) -> Any:
        if not self._closed and self._working and self._status == AsyncStatus.CANCELED:
            return None
        raise refusal


class _CanceledResult(_Answers):
    _kept: tuple[Any, ...] = ()

    def _complete(self, result: Any) -> None:
        self._kept = (result if self._kind.has_result else None,)
        super()._complete(result)

    def _instead(self, refusal: Refused) -> Any:
        if self._kept and not self._closed:
            return self._kept[0]
        raise refusal


@breaks("RESULTS", "complete(5) get_results", "null")
def result_lost(kind: Kind) -> Subject:
    """GetResults of a completed operation returns null."""
    return subject(_NoResult, kind)


@breaks("RESULTS", "complete(0) get_results", "null")
def falsy_result_lost(kind: Kind) -> Subject:
    """A result of zero, or an empty text, is returned as null."""
    return subject(_NoFalsyResult, kind)


@breaks("RESULTS", "complete(5) get_results", "returns 5", kind=Kind.ACTION)
def action_returns_result(kind: Kind) -> Subject:
    """GetResults of an action returns a value."""
    return subject(_ActionResult, kind)


@breaks("RESULTS", "report_progress(1) complete(5) get_results", "returns 1", kind=Kind.OPERATION_WITH_PROGRESS)
def report_for_result(kind: Kind) -> Subject:
    """GetResults returns the last report where there was one."""
    return subject(_LastReport, kind)


@breaks("RESULTS", "put_completed(h1) complete(5) get_results", "null")
def result_gone_after_handler(kind: Kind) -> Subject:
    """The result can be fetched inside the handler only."""
    return subject(_LostAfterHandler, kind)


@breaks("EARLY-RESULT", "get_results", "returns null")
def early_null(kind: Kind) -> Subject:
    """GetResults of a started operation returns null."""
    return subject(_EarlyNull, kind)


@breaks("EARLY-RESULT", "get_results", "0x8000FFFF")
def early_unexpected(kind: Kind) -> Subject:
    """GetResults of a started operation is refused with E_UNEXPECTED."""
    return subject(_EarlyUnexpected, kind)


@breaks("EARLY-RESULT", "get_results", "hang", hangs=True)
def early_waits(kind: Kind) -> Subject:
    """GetResults of a started operation waits for the worker."""
    return subject(_EarlyWaits, kind)


@breaks("CANCELED-RESULT", "cancel acknowledge_cancel get_results", "null")
def canceled_null(kind: Kind) -> Subject:
    """GetResults of an operation that was canceled returns null."""
    return subject(_CanceledNull, kind)


@breaks("CANCELED-RESULT", "cancel get_results", "null")
def pending_null(kind: Kind) -> Subject:
    """GetResults returns null while a cancel is pending."""
    return subject(_PendingNull, kind)


@breaks("CANCELED-RESULT", "cancel complete(5) status get_results", "returns 5")
def canceled_result(kind: Kind) -> Subject:
    """GetResults returns what the worker achieved after a cancel, though Status stays Canceled."""
    return subject(_CanceledResult, kind)


class _WaitsForItsHandler(Plain):
    """GetResults of a completed operation waits until the handler has returned."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._told_all = threading.Event()
        self._told_all.set()

    def _call(self, handler: Handler, argument: Any) -> None:
        self._told_all.clear()
        super()._call(handler, argument)
        self._told_all.set()

    def get_results(self) -> Any:
        self._told_all.wait()
        return super().get_results()


@breaks("FIRE-ORDER", "put_completed(h1{get_results}) complete(5)", "hang", hangs=True)
def results_wait_for_handler(kind: Kind) -> Subject:
    """GetResults waits until no handler runs, so that one inside a handler waits for itself."""
    return subject(_WaitsForItsHandler, kind)
