"""The classes of ``winrt.windows.foundation``: any operation, in the spelling of PyWinRT 3 or 4.

Facts on PyWinRT were read in its wheels for Windows: winrt-runtime 3.2.1 and 4.1.0 (winrt/runtime/_internals.py),
winrt-Windows.Foundation 3.2.1 and 4!10.0.28000.2705 (their stubs). ``get`` and ``wait`` are compiled there; what stands
here is what C++/WinRT's ``wait_get`` and ``wait_for`` do.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Generator
from enum import IntEnum
from threading import TIMEOUT_MAX, Event
from typing import Any, Generic, TypeVar

from iasyncinfo.errors import OperationCanceled
from iasyncinfo_spec.abi import Kind

R = TypeVar("R")
P = TypeVar("P")
Handler = Callable[[Any, Any], object]


class AsyncStatus(IntEnum):
    """How far an operation has come; an enumeration of its own, as PyWinRT's is."""

    STARTED = 0
    COMPLETED = 1
    CANCELED = 2
    ERROR = 3


class HResultStruct:
    """PyWinRT 3's HResult: a structure with one field."""

    __slots__ = ("_value",)

    def __init__(self, value: int = 0) -> None:
        self._value = value

    @property
    def value(self) -> int:
        """The signed code."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, HResultStruct) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"HResult(value={self._value})"


class HResultNumber(int):
    """PyWinRT 4's HResult: the signed code itself."""

    @property
    def value(self) -> int:
        """The number, with the warning that PyWinRT 4 gives."""
        warnings.warn("HResult.value is deprecated, the value is the HResult itself", DeprecationWarning, stacklevel=2)
        return int(self)


class IAsyncInfo:
    """An operation of anybody's, with the members that PyWinRT gives every one."""

    _hresult: Callable[[int], Any] = HResultNumber
    _answers_ended: bool = True
    """Whether one that has ended is awaited without a look at its slot, as PyWinRT 4 does."""

    def __init__(self, operation: Any) -> None:
        self._operation = operation

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation!r}>"

    def __eq__(self, other: object) -> bool:
        return self._operation is other._operation if isinstance(other, IAsyncInfo) else NotImplemented

    def __hash__(self) -> int:
        return id(self._operation)

    @property
    def id(self) -> int:
        """The operation's number."""
        return int(self._operation.id)

    @property
    def status(self) -> AsyncStatus:
        """How far it has come; ValueError for a number that is no status."""
        return AsyncStatus(int(self._operation.status))

    @property
    def error_code(self) -> Any:
        """The code with which it failed, as an HResult."""
        code = self._operation.error_code
        number = int(code if isinstance(code, int) else code.value)
        return self._hresult((number + 2**31) % 2**32 - 2**31)

    def cancel(self) -> None:
        """Request a cancel."""
        self._operation.cancel()

    def close(self) -> None:
        """Close the operation."""
        self._operation.close()

    @property
    def completed(self) -> Handler | None:
        """The handler that is called at the end with an operation and its status, or None."""
        handler: Handler | None = self._operation.completed
        return handler

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._operation.completed = None if handler is None else self._told(handler, AsyncStatus)

    def get_results(self) -> Any:
        """Return the result, or raise why there is none."""
        return self._operation.get_results()

    def get(self) -> Any:
        """Wait for the end and return the result; raises OperationCanceled, or what GetResults raises."""
        if self.status == AsyncStatus.STARTED:
            status = self.wait(TIMEOUT_MAX)
        else:
            status = self.status
        if status == AsyncStatus.CANCELED:
            raise OperationCanceled(f"{self!r} was canceled")
        return self.get_results()

    def wait(self, timeout: float, /) -> AsyncStatus:
        """Wait for the end, at most so many seconds, and return the status; sets Completed whatever the status is."""
        told: list[AsyncStatus] = []
        ended = Event()

        def completed(_operation: Any, status: AsyncStatus) -> None:
            told.append(status)
            ended.set()

        self.completed = completed
        ended.wait(timeout)
        return told[0] if told else AsyncStatus.STARTED

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait in asyncio; a cancel of the task cancels the operation and waits for its end."""
        return self._wait_in_task().__await__()

    async def _wait_in_task(self) -> Any:
        if self._answers_ended and self.status != AsyncStatus.STARTED:
            return self.get_results()
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        self.completed = lambda _operation, _status: loop.call_soon_threadsafe(ended.set)
        try:
            await ended.wait()
        except asyncio.CancelledError:
            self.cancel()
            await ended.wait()
            raise
        return self.get_results()

    def _told(self, handler: Handler, reading: Callable[[Any], Any]) -> Handler:
        """Return a handler that tells another in this spelling."""
        return lambda _sender, value: handler(self, reading(value))


class _Reporting(IAsyncInfo):
    @property
    def progress(self) -> Handler | None:
        """The handler of reports, or None."""
        handler: Handler | None = self._operation.progress
        return handler

    @progress.setter
    def progress(self, handler: Handler | None) -> None:
        self._operation.progress = None if handler is None else self._told(handler, lambda value: value)


class IAsyncAction(IAsyncInfo):
    """Work without a result."""


class IAsyncActionWithProgress(_Reporting, Generic[P]):
    """Work without a result that reports."""


class IAsyncOperation(IAsyncInfo, Generic[R]):
    """Work with a result."""


class IAsyncOperationWithProgress(_Reporting, Generic[R, P]):
    """Work with a result that reports."""


INTERFACES: dict[Kind, type[IAsyncInfo]] = {
    Kind.ACTION: IAsyncAction,
    Kind.ACTION_WITH_PROGRESS: IAsyncActionWithProgress,
    Kind.OPERATION: IAsyncOperation,
    Kind.OPERATION_WITH_PROGRESS: IAsyncOperationWithProgress,
}
"""The class of each kind."""


def dressed(operation: Any, kind: Kind, spelling: int) -> IAsyncInfo:
    """Return an operation in the spelling of PyWinRT 3 or 4; one that is dressed already as it is."""
    if isinstance(operation, IAsyncInfo):
        return operation
    found = INTERFACES[kind](operation)
    if spelling == 3:
        found._hresult, found._answers_ended = HResultStruct, False
    return found
