"""Wrong implementations of ErrorCode, and of GetResults after a failure."""

from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_FAIL, ERROR_CANCELLED, S_OK, signed

_E_PENDING = 0x8000000A
_S_FALSE = 1


class _NoCode(Plain):
    @property
    def error_code(self) -> Any:
        return 0 * super().error_code


class _AlwaysFail(Plain):
    @property
    def error_code(self) -> Any:
        return E_FAIL if super().error_code else S_OK


class _Truncated(Plain):
    @property
    def error_code(self) -> Any:
        return super().error_code & 0xFFFF


class _MinusOneIsNone(Plain):
    def _fail(self, hresult: int) -> None:
        super()._fail(E_FAIL if signed(hresult) == -1 else hresult)


class _ReadOnce(Plain):
    _read = False

    @property
    def error_code(self) -> Any:
        code = super().error_code
        self._read, read = bool(code), self._read
        return S_OK if read else code


class _CodeOnceRefused(Plain):
    _refused = False

    @property
    def error_code(self) -> Any:
        code = super().error_code
        return ERROR_CANCELLED if self._refused and self._status == AsyncStatus.CANCELED else code

    def _why_no_results(self) -> int:
        self._refused = self._refused or not self._working
        return super()._why_no_results()


class _Pending(Plain):
    @property
    def error_code(self) -> Any:
        code = super().error_code
        return _E_PENDING if self._status == AsyncStatus.STARTED else code


class _False(Plain):
    @property
    def error_code(self) -> Any:
        code = super().error_code
        return _S_FALSE if self._status == AsyncStatus.COMPLETED else code


class _LastRefusal(Plain):
    _last = S_OK

    def _refusal(self, hresult: int) -> Exception:
        self._last = hresult
        return super()._refusal(hresult)

    @property
    def error_code(self) -> Any:
        code = super().error_code
        return code or (self._last if self._status in (AsyncStatus.STARTED, AsyncStatus.COMPLETED) else S_OK)


@breaks("ERR", "fail(0x80004005) error_code", "returns S_OK")
def failure_without_code(kind: Kind) -> Subject:
    """ErrorCode of a failed operation is S_OK."""
    return subject(_NoCode, kind)


@breaks("ERR", "fail(0x80070057) error_code", "0x80004005")
def every_failure_is_e_fail(kind: Kind) -> Subject:
    """ErrorCode of every failed operation is E_FAIL."""
    return subject(_AlwaysFail, kind)


@breaks("ERR", "fail(0x80070057) error_code", "0x00000057")
def code_truncated(kind: Kind) -> Subject:
    """ErrorCode keeps the lower half of the code."""
    return subject(_Truncated, kind)


@breaks("ERR", "put_completed(h1) fail(0xFFFFFFFF) error_code status", "returns 0x80004005")
def minus_one_is_no_code(kind: Kind) -> Subject:
    """-1 stands for no code, so a failure with that very code is E_FAIL."""
    return subject(_MinusOneIsNone, kind)


@breaks("ERR", "fail(0x80004005) error_code error_code", "returns S_OK")
def code_read_once(kind: Kind) -> Subject:
    """ErrorCode is S_OK at a second read."""
    return subject(_ReadOnce, kind)


@breaks("END-STABLE", "cancel acknowledge_cancel error_code get_results error_code", "then fails with 0x8000000E")
def canceled_code_flickers(kind: Kind) -> Subject:
    """ErrorCode of a canceled operation is S_OK until GetResults has been refused, and ERROR_CANCELLED from then on."""
    return subject(_CodeOnceRefused, kind)


@breaks("ERR-ZERO", "error_code", "0x8000000A")
def code_pending(kind: Kind) -> Subject:
    """ErrorCode is E_PENDING while the operation is started."""
    return subject(_Pending, kind)


@breaks("ERR-ZERO", "complete(5) error_code", "returns 0x00000001")
def code_after_success(kind: Kind) -> Subject:
    """ErrorCode is S_FALSE after a success."""
    return subject(_False, kind)


@breaks("ERR-ZERO", "close error_code", "returns 0x8000000E")
def last_refusal_leaks(kind: Kind) -> Subject:
    """ErrorCode is the code of the last call that was refused."""
    return subject(_LastRefusal, kind)
