"""Right implementations that have the manners of two whole families."""

from collections import deque
from typing import Any, ClassVar

from iasyncinfo_conformance.counterexamples.correct.manners import IgnoresNull, Patient, Propagates, Retains
from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import ERROR_CANCELLED


class _Coroutine(Plain):
    """Close does nothing, the result is moved out, and the canceled code is seen everywhere."""

    @property
    def error_code(self) -> Any:
        return ERROR_CANCELLED if self._status == AsyncStatus.CANCELED else self._code

    def close(self) -> None:
        pass

    def get_results(self) -> Any:
        if self._kind.has_progress and self._status == AsyncStatus.STARTED:
            return None
        result = super().get_results()
        if not self._kind.has_progress:
            self._result = type(self._result)() if isinstance(self._result, str) else self._result
        return result

    def _why_no_results(self) -> int:
        return ERROR_CANCELLED if self._status == AsyncStatus.CANCELED else super()._why_no_results()

    def _fire(self, status: AsyncStatus) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            self._call(handler, status)

    def _fail(self, hresult: int) -> None:
        if hresult == ERROR_CANCELLED:
            self._end(AsyncStatus.CANCELED)
        else:
            super()._fail(hresult)

    def _acknowledge_cancel(self) -> None:
        self._end(AsyncStatus.CANCELED)

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        if self._status == AsyncStatus.STARTED or status == AsyncStatus.ERROR:
            self._status, self._result, self._code = status, result, code


class _CoroutineReporting(_Coroutine, Reporting):
    def _report_progress(self, value: Any) -> None:
        self._report(value)


class _Kotlin(IgnoresNull, Retains, Patient, Propagates):
    """GetResults tells a pending cancel from an operation that was canceled."""

    def _why_no_results(self) -> int:
        ended = self._status == AsyncStatus.CANCELED and not self._working
        return ERROR_CANCELLED if ended else super()._why_no_results()


class _KotlinReporting(_Kotlin, Reporting):
    def _stop_listening(self) -> None:
        pass


@correct("cppwinrt-like")
def start_cppwinrt_like(kind: Kind) -> Subject:
    """The manners of a C++/WinRT coroutine."""
    return subject(_CoroutineReporting if kind.has_progress else _Coroutine, kind)


@correct("kotlin-like")
def start_kotlin_like(kind: Kind) -> Subject:
    """The manners of kotlin-winrt."""
    return subject(_KotlinReporting if kind.has_progress else _Kotlin, kind)


class _Remembers(Plain):
    """An operation that keeps the last few that have ended, as a cache does."""

    _last: ClassVar[deque[Any]] = deque(maxlen=32)

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result, code)
        self._last.append((self, result))


@correct("remembers-a-few")
def start_remembering(kind: Kind) -> Subject:
    """A cache of a bounded size keeps what has ended: it does not grow."""
    return subject(_Remembers, kind)
