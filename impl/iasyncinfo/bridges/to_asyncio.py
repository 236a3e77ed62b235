"""Any operation as a future of asyncio: .NET's AsTask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from iasyncinfo.awaiting import on_loop, running_loop
from iasyncinfo.bridges.observing import ask_to_cancel, outcome_of, require_operation, require_progress, watch
from iasyncinfo.bridges.relaying import hand_on, take_over
from iasyncinfo.errors import OperationCanceled

if TYPE_CHECKING:
    from iasyncinfo_spec.protocols import (
        IAsyncActionWithProgress,
        IAsyncInfo,
        IAsyncOperation,
        IAsyncOperationWithProgress,
    )

R = TypeVar("R")
P = TypeVar("P")


@overload
def as_task(operation: IAsyncOperation[R, int], progress: None = None) -> asyncio.Future[R]: ...
@overload
def as_task(
    operation: IAsyncOperationWithProgress[R, P, int], progress: Callable[[P], object]
) -> asyncio.Future[R]: ...
@overload
def as_task(operation: IAsyncActionWithProgress[P, int], progress: Callable[[P], object]) -> asyncio.Future[None]: ...
def as_task(operation: Any, progress: Callable[[Any], object] | None = None) -> asyncio.Future[Any]:
    """Return a future of the running loop that ends as the operation does and can be awaited many times.

    ``progress(value)`` is called on the loop's thread for each report, in the context of this call. Results are
    fetched on the thread that tells of the end. Canceling the future cancels the
    operation and is over at once; an error that comes later goes to the loop's exception handler. An
    operation canceled otherwise makes the future raise OperationCanceled. One that has ended makes a finished
    future and keeps its Completed slot.

    Raises RuntimeError without a running loop, TypeError for what is no operation or has no progress to
    forward, and what the operation raises where its Completed is taken (IllegalDelegateAssignment) or it is
    closed. Source: System.WindowsRuntimeSystemExtensions.AsTask.
    """
    require_operation(operation, "as_task")
    require_progress(operation, progress, "as_task")
    loop = running_loop()
    future = _OperationFuture(operation, loop)
    succeed, fail = ends_of(future)

    def told(_sender: object, status: int) -> None:
        result, error = outcome_of(operation, status)
        if error is None:
            succeed(result)
        else:
            fail(error)

    status = watch(operation, told)
    if status is not None:
        told(operation, status)
    elif progress is not None:
        context = copy_context()
        operation.progress = lambda _sender, value: on_loop(loop, context.copy().run, progress, value)
    return future


class _OperationFuture(asyncio.Future[Any]):
    """A future whose cancel reaches its operation at once: a done callback would come a turn of the loop later."""

    def __init__(self, operation: IAsyncInfo[int], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._operation = operation

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the future, then the operation."""
        canceled = super().cancel(msg)
        if canceled:
            take_over(self, partial(hand_on, self._operation, partial(ask_to_cancel, self._operation)))
        return canceled


def ends_of(future: asyncio.Future[Any]) -> tuple[Callable[[Any], None], Callable[[Exception], None]]:
    """Return two functions, for any thread, that end the future with a result and with an error."""
    loop = future.get_loop()
    return partial(on_loop, loop, _succeed, future), partial(on_loop, loop, _fail, future)


def _succeed(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    """Give the error to the future, or to the loop's exception handler if the future was canceled."""
    if not future.done():
        future.set_exception(error)
    elif not isinstance(error, OperationCanceled):
        message = "an operation failed after the future made of it was canceled"
        future.get_loop().call_exception_handler({"message": message, "exception": error, "future": future})
