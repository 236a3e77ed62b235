"""Any operation as a future of concurrent.futures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from iasyncinfo.bridges.observing import ask_to_cancel, outcome_of, require_operation, require_progress, watch
from iasyncinfo.bridges.relaying import hand_on, take_over
from iasyncinfo.errors import OperationCanceled
from iasyncinfo.reporting import report_failure

if TYPE_CHECKING:
    from iasyncinfo_spec.protocols import IAsyncActionWithProgress, IAsyncOperation, IAsyncOperationWithProgress

R = TypeVar("R")
P = TypeVar("P")


@overload
def as_future(operation: IAsyncOperation[R, int], progress: None = None) -> Future[R]: ...
@overload
def as_future(operation: IAsyncOperationWithProgress[R, P, int], progress: Callable[[P], object]) -> Future[R]: ...
@overload
def as_future(operation: IAsyncActionWithProgress[P, int], progress: Callable[[P], object]) -> Future[None]: ...
def as_future(operation: Any, progress: Callable[[Any], object] | None = None) -> Future[Any]:
    """Return a ``concurrent.futures.Future`` that ends as the operation does.

    ``progress(value)`` is called on the reporting thread. Canceling the future cancels the operation, on the
    same thread; an error that comes later is reported. A canceled operation cancels the future. One that has ended
    makes a finished future and keeps its Completed slot. Results are fetched on the thread that tells of the end.

    Raises TypeError for what is no operation or has no progress to forward, and what the operation raises where
    its Completed is taken (IllegalDelegateAssignment) or it is closed.
    """
    require_operation(operation, "as_future")
    require_progress(operation, progress, "as_future")
    bridge = _Bridge(operation)
    status = watch(operation, bridge.told)
    if status is not None:
        bridge.told(operation, status)
    elif progress is not None:
        operation.progress = lambda _sender, value: progress(value)
    bridge.future.add_done_callback(bridge.canceled)
    return bridge.future


class _Bridge:
    """Between an operation and its future, which both can be canceled."""

    def __init__(self, operation: Any) -> None:
        self.future: Future[Any] = Future()
        self._operation = operation
        self._ended = False

    def told(self, _sender: object, status: int) -> None:
        """End the future as the operation has ended, unless it was canceled."""
        take_over(self._operation, partial(self._end, status))

    def _end(self, status: int) -> None:
        self._ended = True
        result, error = outcome_of(self._operation, status)
        if isinstance(error, OperationCanceled):
            hand_on(self.future, self.future.cancel)
        elif error is None:
            hand_on(self.future, partial(self._succeed, result))
        else:
            hand_on(self.future, partial(self._fail, error))

    def _succeed(self, result: object) -> None:
        with suppress(InvalidStateError):  # the future was canceled
            self.future.set_result(result)

    def _fail(self, error: Exception) -> None:
        """Give the error to the future, or report it if that was canceled."""
        try:
            self.future.set_exception(error)
        except InvalidStateError:
            report_failure("an operation failed after the future made of it was canceled", error)

    def canceled(self, future: Future[Any]) -> None:
        """Pass on a cancel that came to the future, and wake those who wait for several futures."""
        if not future.cancelled():
            return
        future.set_running_or_notify_cancel()
        if not self._ended:
            take_over(future, partial(hand_on, self._operation, partial(ask_to_cancel, self._operation)))
