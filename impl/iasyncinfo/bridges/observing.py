"""Seeing the end of any operation that fits the Protocols, ours or foreign.

Ours are waited for like ``await`` waits: until the work has ended, and without touching Completed where it
has. A foreign one is asked for its status and, if that is Started, given a Completed handler; what it does with
that handler, and when, is its family's manner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from iasyncinfo.errors import OperationCanceled
from iasyncinfo.operation import AsyncInfo
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import DISCONNECTED, unsigned

if TYPE_CHECKING:
    from iasyncinfo_spec.protocols import IAsyncInfo, IAsyncOperation

R = TypeVar("R")

_MEMBERS = ("status", "completed", "get_results", "cancel")
_WITH_RESULTS = (AsyncStatus.COMPLETED, AsyncStatus.ERROR)


def is_operation(value: object) -> bool:
    """Whether the class of ``value`` has an operation's members; no property is run."""
    return not _missing(value)


def require_operation(operation: object, who: str) -> None:
    """Raise TypeError unless ``operation`` is one."""
    missing = _missing(operation)
    if missing:
        raise TypeError(f"{who} takes an IAsyncInfo object, not {operation!r}, which has no {missing[0]}")


def _missing(value: object) -> list[str]:
    return [name for name in _MEMBERS if not hasattr(type(value), name)]


def require_progress(operation: object, progress: object, who: str) -> None:
    """Raise TypeError unless ``progress`` is None, or a callable that ``operation`` can report to."""
    if progress is None:
        return
    if not callable(progress):
        raise TypeError(f"{who} takes a callable or None for progress, not {progress!r}")
    if not hasattr(type(operation), "progress"):
        raise TypeError(f"{who} cannot forward the progress of {operation!r}, which reports none")


def watch(operation: IAsyncOperation[Any, int], told: Callable[[Any, int], None]) -> int | None:
    """Have ``told(operation, status)`` called at the end; if that is over already, return the status instead.

    Raises what the operation raises: IllegalDelegateAssignment where Completed is taken.
    """
    if isinstance(operation, AsyncInfo):
        return operation._claim(told)
    status = operation.status
    if status != AsyncStatus.STARTED:
        return status
    operation.completed = told
    return None


def result_of(operation: IAsyncOperation[R, int], status: int) -> R:
    """Return the result of an operation whose end was told as ``status``, or raise what stands for it.

    Raises OperationCanceled for Canceled and for a 4, which some families tell after Cancel and Close.
    """
    if status not in _WITH_RESULTS:
        raise OperationCanceled(f"this {type(operation).__qualname__} was canceled")
    return operation.get_results()


def outcome_of(operation: IAsyncOperation[R, int], status: int) -> tuple[R, None] | tuple[None, Exception]:
    """Return the result, or what ``result_of`` raises, without the traceback.

    Its frames would lead to whoever keeps the error, which would be a cycle; it gets others when raised again.
    """
    try:
        return result_of(operation, status), None
    except Exception as error:
        return None, error.with_traceback(None)


def ask_to_cancel(operation: IAsyncInfo[int]) -> None:
    """Cancel the operation; one whose server is gone has nothing left to cancel."""
    try:
        operation.cancel()
    except OSError as error:
        if unsigned(getattr(error, "winerror", None) or 0) not in DISCONNECTED:
            raise
