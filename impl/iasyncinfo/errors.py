"""What operations raise: one class for each kind of refusal, all of them ``OSError``s with an HRESULT."""

from __future__ import annotations

from iasyncinfo.generics import TYPE_CHECKING
from iasyncinfo_spec.hresults import (
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    ERROR_CANCELLED,
    hresult_name,
    signed,
)

if TYPE_CHECKING:
    from typing import Any


class HResult(int):
    """An error code as a signed number that also has ``value``, as PyWinRT's has."""

    __slots__ = ()

    @property
    def value(self) -> int:
        """The same as a plain int."""
        return int(self)


class AsyncInfoError(OSError):
    """The base of everything that an operation raises.

    ``winerror`` holds the HRESULT as a signed number, as in PyWinRT, on every platform.
    """

    winerror: int

    @property
    def hresult(self) -> int:
        """The HRESULT as a signed number: the same as ``winerror``."""
        return self.winerror

    def __str__(self) -> str:
        return f"{super().__str__()} [{hresult_name(self.winerror)}]"


class IllegalMethodCall(AsyncInfoError):
    """E_ILLEGAL_METHOD_CALL: the operation's state does not allow this call. Always one of its subclasses."""

    # A class attribute, because Windows' OSError keeps winerror where pickle does not look.
    winerror: int = signed(E_ILLEGAL_METHOD_CALL)


class ResultsNotReady(IllegalMethodCall):
    """``get_results`` was called before the operation had ended."""


class ResultsCanceled(IllegalMethodCall):
    """``get_results`` was called on an operation that was canceled and so has none."""


class OperationClosed(IllegalMethodCall):
    """A member was used after ``close``."""


class IllegalStateChange(AsyncInfoError):
    """E_ILLEGAL_STATE_CHANGE: ``close`` was called while the operation was running and not canceled."""

    winerror: int = signed(E_ILLEGAL_STATE_CHANGE)


class IllegalDelegateAssignment(AsyncInfoError):
    """E_ILLEGAL_DELEGATE_ASSIGNMENT: Completed was set, or claimed by a waiter, a second time."""

    winerror: int = signed(E_ILLEGAL_DELEGATE_ASSIGNMENT)


class OperationCanceled(AsyncInfoError):
    """``get`` or ``await`` found that the operation was canceled; ERROR_CANCELLED as an HRESULT."""

    winerror: int = signed(ERROR_CANCELLED)


class OperationFailed(AsyncInfoError):
    """The operation ended in Error, and this is asked of its result.

    ``winerror`` is its error code. Where the producer gave an exception, that is the ``__cause__``.
    """

    def __init__(self, hresult: int, text: str = "the operation failed") -> None:
        super().__init__(text)
        self.winerror: int = signed(hresult)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.winerror, *self.args), self.__dict__


class WorkEnded(RuntimeError):
    """A producer was asked to end work that had ended; nothing changes by it."""
