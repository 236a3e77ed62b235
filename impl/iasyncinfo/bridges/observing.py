"""Seeing the end of any operation that fits the Protocols, ours or foreign.

Ours are waited for like ``await`` waits: until the work has ended, and without touching Completed where it
has. A foreign one is asked for its status and, if that is Started, given a Completed handler; what it does with
that handler, and when, is its family's manner. The first call that tells of an end counts: one with Started does not.

Results are fetched on the thread that told of the end, within that call, or where it was over already on the one that
asked.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from iasyncinfo.errors import OperationCanceled, OperationFailed
from iasyncinfo.operations.failures import code_of, failure_of, is_failure
from iasyncinfo.operations.handlers import require_handler
from iasyncinfo.operations.operation import AsyncInfo
from iasyncinfo.reporting import INTERRUPTS
from iasyncinfo.states import CANCELED, COMPLETED, ERROR
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import DISCONNECTED, E_FAIL, signed, unsigned

if TYPE_CHECKING:
    from iasyncinfo_spec.protocols import IAsyncInfo, IAsyncOperation

R = TypeVar("R")

_MEMBERS = ("status", "completed", "get_results", "cancel")


def is_operation(value: object) -> bool:
    """Whether ``value`` or its class has an operation's members; no property is run."""
    return not _missing(value)


def require_operation(operation: object, who: str) -> None:
    """Raise TypeError unless ``operation`` is one."""
    missing = _missing(operation)
    if missing:
        raise TypeError(f"{who} takes an IAsyncInfo object, not {operation!r}, which has no {missing[0]}")


def _missing(value: object) -> list[str]:
    own = () if isinstance(value, type) else getattr(value, "__dict__", ())
    return [name for name in _MEMBERS if not hasattr(type(value), name) and name not in own]


def require_progress(operation: object, progress: object, who: str) -> None:
    """Raise TypeError unless ``progress`` is None, or a callable that ``operation`` can report to."""
    if progress is None:
        return
    if not callable(progress):
        raise TypeError(f"{who} takes a callable or None for progress, not {progress!r}")
    require_handler(progress, f"the progress that {who} takes")
    if not hasattr(type(operation), "progress"):
        raise TypeError(f"{who} cannot forward the progress of {operation!r}, which reports none")


# -- the end --------------------------------------------------------------------------------------


def watch(operation: IAsyncOperation[Any, int], told: Callable[[Any, int], None]) -> int | None:
    """Have ``told(operation, status)`` called once, at the end; if that is over by now, return the status instead.

    Raises what the operation raises: IllegalDelegateAssignment where Completed is taken.
    """
    if isinstance(operation, AsyncInfo):
        return operation._claim(told)
    status = status_if_over(operation)
    if status is not None:
        return status
    handler = _ForeignEnd(told)
    operation.completed = handler
    return handler.was_put()


def status_if_over(operation: IAsyncInfo[int]) -> int | None:
    """Return the status of an operation that has ended; None while it runs, of ours also after a cancel."""
    if isinstance(operation, AsyncInfo) and operation._life < COMPLETED:
        return None
    status = operation.status
    return None if status == AsyncStatus.STARTED else status


class _ForeignEnd:
    """The handler of a foreign operation, which may call it within the put, with Started, or again."""

    def __init__(self, told: Callable[[Any, int], None]) -> None:
        self._told = told
        self._over = Lock()  # taken by the first call that tells of an end, and never released
        self._putter: int | None = get_ident()
        self._within: int | None = None

    def __call__(self, operation: Any, status: int) -> None:
        if status == AsyncStatus.STARTED:  # no end, unless the operation knows better
            status = operation.status
        if status == AsyncStatus.STARTED or not self._over.acquire(blocking=False):
            return
        if self._putter == get_ident():
            self._within = status
        else:
            self._told(operation, status)

    def was_put(self) -> int | None:
        """Return the status that this thread was told within the put, if it was; from now on ``told`` is called."""
        self._putter = None
        return self._within


# -- what it came to ------------------------------------------------------------------------------


def result_of(operation: IAsyncOperation[R, int], status: int) -> R:
    """Return the result of an operation whose end was told as ``status``, or raise what stands for it.

    Raises OperationCanceled for Canceled and for a 4, which some families tell after Cancel and Close. For Error it
    raises what GetResults raises, if that carries the ErrorCode; otherwise OperationFailed with the ErrorCode.
    """
    if status not in (AsyncStatus.COMPLETED, AsyncStatus.ERROR):
        raise OperationCanceled(f"this {type(operation).__qualname__} was canceled")
    if isinstance(operation, AsyncInfo):
        ours: R = operation.get_results()
        return ours
    if status == AsyncStatus.COMPLETED:
        return _fetched(operation)
    code = _error_code(operation)
    try:
        _fetched(operation)
    except Exception as error:
        if code is None or code == code_of(error):
            raise
        raise _failed(operation, code) from error
    raise _failed(operation, code or signed(E_FAIL))


def _fetched(operation: IAsyncOperation[R, int]) -> R:
    """Return what GetResults of a foreign operation returns; what it raises comes as an Exception."""
    try:
        return operation.get_results()
    except (Exception, *INTERRUPTS):
        raise
    except BaseException as error:
        if type(error).__name__ == "CancelledError":  # asyncio's, without importing it
            raise OperationCanceled(f"this {type(operation).__qualname__} was canceled") from error
        raise RuntimeError(f"the results of this {type(operation).__qualname__} could not be fetched") from error


def outcome_of(operation: IAsyncOperation[R, int], status: int) -> tuple[R, None] | tuple[None, Exception]:
    """Return the result, or what ``result_of`` raises, without the traceback.

    Its frames would lead to whoever keeps the error, which would be a cycle; it gets others when raised again.
    """
    try:
        return result_of(operation, status), None
    except Exception as error:
        return None, error.with_traceback(None)


def ending_of(operation: IAsyncOperation[Any, int], status: int) -> tuple[int, Any]:
    """Return the state in which one of ours ends as ``operation`` has, and the value that belongs to it.

    A failure is passed on as it is, however many operations end like one another.
    """
    if isinstance(operation, AsyncInfo) and (failure := operation._see()) is not None:
        return ERROR, failure.passed_on()
    try:
        return COMPLETED, result_of(operation, status)
    except OperationCanceled:
        return CANCELED, None
    except Exception as error:
        return ERROR, failure_of(error.with_traceback(None))


def _error_code(operation: Any) -> int | None:
    """Return the signed ErrorCode of a foreign operation, an int or what has one as ``value``; None if it is none."""
    try:
        code = hresult_of(operation)
    except Exception:  # it has none, or was closed meanwhile
        return None
    return code if is_failure(code) else None


def hresult_of(operation: IAsyncInfo[int]) -> int:
    """Return the ErrorCode of any operation as a signed 32-bit number; 0 where it has not failed.

    It is an int in some projections and in others a structure with ``value``, signed or not. Raises what reading
    ``error_code`` raises, as after Close. ``OSError.winerror`` of what an operation raises is the same number.
    """
    code = operation.error_code
    return signed(code if isinstance(code, int) else code.value)


def _failed(operation: object, code: int) -> OperationFailed:
    return OperationFailed(code, f"this {type(operation).__qualname__} failed")


def ask_to_cancel(operation: IAsyncInfo[int]) -> None:
    """Cancel the operation; one whose server is gone has nothing left to cancel."""
    try:
        operation.cancel()
    except OSError as error:
        if unsigned(getattr(error, "winerror", None) or 0) not in DISCONNECTED:
            raise
