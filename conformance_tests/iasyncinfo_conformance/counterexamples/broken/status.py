"""Wrong implementations of Status."""

from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

_CLOSED = 4
_CREATED = -1


class _Says(Plain):
    """An operation whose Status alone lies."""

    @property
    def status(self) -> Any:
        return self._said(super().status)

    def _said(self, status: AsyncStatus) -> int:
        return status


class _BornCompleted(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._status = AsyncStatus.COMPLETED


class _StartedForEver(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.STARTED if status == AsyncStatus.COMPLETED else status


class _FailureReadsCompleted(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.COMPLETED if status == AsyncStatus.ERROR else status


class _SuccessReadsError(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.ERROR if status == AsyncStatus.COMPLETED else status


class _SuccessReadsCanceled(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.CANCELED if status == AsyncStatus.COMPLETED else status


class _Reopens(_Says):
    _taken = False

    def get_results(self) -> Any:
        result = super().get_results()
        self._taken = True
        return result

    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.STARTED if self._taken else status


class _ForgetsFailure(_Says):
    _read = False

    @property
    def error_code(self) -> Any:
        self._read = self._status == AsyncStatus.ERROR
        return super().error_code

    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.COMPLETED if self._read else status


class _Lags(_Says):
    _last = AsyncStatus.STARTED

    def _said(self, status: AsyncStatus) -> int:
        if status == AsyncStatus.CANCELED:
            return status
        self._last, last = status, self._last
        return last


class _SettledByHandler(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return AsyncStatus.COMPLETED if self._called and status == AsyncStatus.ERROR else status


class _Four(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return _CLOSED if self._called and not self._working else status


class _MinusOne(_Says):
    def _said(self, status: AsyncStatus) -> int:
        return _CREATED if status == AsyncStatus.STARTED and not self._assigned else status


class _TellsFour(Plain):
    _late = False

    def _is_due(self) -> bool:
        self._late = not self._working
        return super()._is_due()

    def _told(self, status: AsyncStatus) -> Any:
        return _CLOSED if self._late else status


@breaks("STATUS", "status", "returns Completed", also=("EARLY-RESULT",))
def born_completed(kind: Kind) -> Subject:
    """The operation reads Completed while its worker still runs."""
    return subject(_BornCompleted, kind)


@breaks("STATUS", "complete(5) status", "returns Started")
def started_for_ever(kind: Kind) -> Subject:
    """Status reads Started after a success."""
    return subject(_StartedForEver, kind)


@breaks("STATUS", "fail(0x80004005) status", "returns Completed")
def failure_reads_completed(kind: Kind) -> Subject:
    """Status reads Completed after a failure."""
    return subject(_FailureReadsCompleted, kind)


@breaks("STATUS", "complete(5) status", "returns Error")
def success_reads_error(kind: Kind) -> Subject:
    """Status reads Error after a success."""
    return subject(_SuccessReadsError, kind)


@breaks("STATUS", "complete(5) status", "returns Canceled")
def success_reads_canceled(kind: Kind) -> Subject:
    """Status reads Canceled after a success, though nobody canceled."""
    return subject(_SuccessReadsCanceled, kind)


@breaks("STATUS", "complete(5) get_results status", "Started")
def reopens_after_results(kind: Kind) -> Subject:
    """Status reads Started again once the result has been fetched."""
    return subject(_Reopens, kind)


@breaks("STATUS", "fail(0x80004005) error_code status", "returns Completed")
def forgets_failure(kind: Kind) -> Subject:
    """Status reads Completed once the error code of a failure has been read."""
    return subject(_ForgetsFailure, kind)


@breaks("STATUS", "complete(5) status", "returns Started")
def status_lags(kind: Kind) -> Subject:
    """The first read of Status after the end still gives what was read before."""
    return subject(_Lags, kind)


@breaks("STATUS", "put_completed(h1) fail(0x80004005) status", "returns Completed")
def handled_failure_reads_completed(kind: Kind) -> Subject:
    """A failure reads Completed once a handler has been told of it."""
    return subject(_SettledByHandler, kind)


@breaks(
    "STATUS-VALUES",
    "put_completed(h1) complete(5) status",
    "returns 4, no AsyncStatus",
    also=("STATUS",),
)
def four_after_handler(kind: Kind) -> Subject:
    """Status reads 4 once a handler has been told of the end."""
    return subject(_Four, kind)


@breaks("STATUS-VALUES", "status", "-1", also=("STATUS",))
def minus_one_without_handler(kind: Kind) -> Subject:
    """Status reads -1 while no handler has been set."""
    return subject(_MinusOne, kind)


@breaks(
    "STATUS-VALUES",
    "complete(5) put_completed(h1)",
    "succeeds; calls h1(4, no AsyncStatus)",
    also=("FIRE-ARGS", "LATE-SET"),
)
def late_handler_told_four(kind: Kind) -> Subject:
    """A handler set after the end is told 4."""
    return subject(_TellsFour, kind)
