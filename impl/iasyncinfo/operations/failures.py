"""The failure of one operation: its code, what caused it, and whether anybody has looked."""

from __future__ import annotations

import sys
from collections.abc import Callable

from iasyncinfo.errors import HResult, OperationFailed
from iasyncinfo.generics import TYPE_CHECKING
from iasyncinfo.reporting import report_failure
from iasyncinfo_spec.hresults import E_FAIL, hresult_name, signed

if TYPE_CHECKING:
    from typing import TypeGuard

_FACILITY_WIN32 = 0x80070000


class Failure:
    """What an operation in Error holds. Dropped before anybody has looked at it, it is reported: once, as it ends once.

    Looking is reading the status, the error code or the results, waiting, and being told by a handler.
    """

    __slots__ = ("cause", "code", "is_news", "whose")

    code: HResult
    cause: BaseException | None
    whose: str
    is_news: bool

    def __init__(self, code: int, cause: BaseException | None, whose: str = "an operation") -> None:
        """Begin as news; ``code`` is the HRESULT, signed or not."""
        self.code = HResult(signed(code))
        self.cause = cause
        self.whose = whose
        self.is_news = True

    def seen(self) -> Failure:
        """Return this failure, which is news no more."""
        self.is_news = False
        return self

    def passed_on(self) -> Failure:
        """Return the same failure for an operation that ends as this one's has; from now on it is news of that."""
        self.is_news = False
        return Failure(self.code, self.cause)

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        if self.is_news and not is_finalizing():
            error = self.cause or OperationFailed(self.code)
            report_failure(f"{self.whose} failed with {hresult_name(self.code)}, and nobody looked at it", error)


def failure_of(reason: int | BaseException) -> Failure:
    """Return the failure that ``reason`` stands for, an HRESULT or an exception.

    Raises ValueError for a code that is not a failure, TypeError for anything else.
    """
    if is_failure(reason):
        return Failure(reason, None)
    if isinstance(reason, BaseException):
        return Failure(code_of(reason) or E_FAIL, reason)
    if not isinstance(reason, int):
        raise TypeError(f"an operation fails with an HRESULT or an exception, not {reason!r}")
    raise ValueError(f"{reason:#x} is not the HRESULT of a failure: 0x80000000 to 0xFFFFFFFF, or signed")


def code_of(error: BaseException) -> int | None:
    """Return the signed HRESULT that an exception carries, or None.

    That is its ``winerror`` or ``hresult`` where it is a failure. An OSError of Windows' own functions carries one of
    Win32's error codes instead, 1 to 0xFFFF, which is made into the HRESULT as HRESULT_FROM_WIN32 does.
    """
    code = getattr(error, "winerror", None)
    if isinstance(error, OSError) and isinstance(code, int) and 0 < code <= 0xFFFF:
        return signed(_FACILITY_WIN32 | code)
    codes = (code, getattr(error, "hresult", None))
    return next((signed(code) for code in codes if is_failure(code)), None)


def is_failure(code: object) -> TypeGuard[int]:
    """Whether a code is the HRESULT of a failure, signed or not."""
    return isinstance(code, int) and (-(2**31) <= code < 0 or 2**31 <= code < 2**32)
