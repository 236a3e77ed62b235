"""Several operations as one: C++/WinRT's when_all and when_any."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from iasyncinfo.bridges.adopting import adopt, end, end_canceled
from iasyncinfo.bridges.observing import ending_of, require_operation, watch
from iasyncinfo.bridges.relaying import take_over
from iasyncinfo.operations.failures import failure_of
from iasyncinfo.operations.kinds import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress
from iasyncinfo.states import COMPLETED, ERROR

if TYPE_CHECKING:
    from iasyncinfo.operations.producer import ActionProducer
    from iasyncinfo_spec.protocols import IAsyncOperation

R = TypeVar("R")
S = TypeVar("S")
P = TypeVar("P")

_KINDS: Final[tuple[Any, ...]] = (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
)


def when_all(*operations: IAsyncOperation[object, int]) -> AsyncAction:
    """Return an action that completes when all operations have.

    They are awaited in the order given. The first that failed or was canceled, in this order, decides: the action
    ends like it, and those behind it run on without being awaited. The results stay in the operations. Canceling
    the action is noticed before the next operation is awaited, and cancels none of them. Without operations it has
    completed at birth. One whose Completed is taken makes the action fail. A foreign one is judged by its status and
    ErrorCode.

    Raises TypeError for what is no operation. Source: ``winrt::when_all``.
    """
    for operation in operations:
        require_operation(operation, "when_all")
    action, producer = AsyncAction.create()
    _InOrder(iter(operations), producer).go_on()
    return action


class _InOrder:
    """Awaits operations one after the other, each at the end of the one before."""

    def __init__(self, operations: Iterator[IAsyncOperation[object, int]], producer: ActionProducer) -> None:
        self._operations = operations
        self._producer = producer

    def go_on(self) -> None:
        """Await what has ended already, up to the first operation that has not."""
        for operation in self._operations:
            if self._producer.cancel_requested:
                end_canceled(self._producer)
                return
            try:
                status = watch(operation, partial(self._told, operation))
            except Exception as error:
                end(self._producer, ERROR, failure_of(error))
                return
            if status is None or not self._has_completed(operation, status):
                return
        end(self._producer, COMPLETED, None)

    def _told(self, operation: IAsyncOperation[object, int], _sender: object, status: int) -> None:
        take_over(operation, partial(self._go_on_after, operation, status))

    def _go_on_after(self, operation: IAsyncOperation[object, int], status: int) -> None:
        if self._has_completed(operation, status):
            self.go_on()

    def _has_completed(self, operation: IAsyncOperation[object, int], status: int) -> bool:
        """Return whether an operation has a result; of one without, end the action like it."""
        outcome, value = ending_of(operation, status)
        if outcome != COMPLETED:
            end(self._producer, outcome, value)
        return outcome == COMPLETED


@overload
def when_any(first: AsyncAction, /, *others: AsyncAction) -> AsyncAction: ...
@overload
def when_any(
    first: AsyncActionWithProgress[P], /, *others: AsyncActionWithProgress[P]
) -> AsyncActionWithProgress[P]: ...
@overload
def when_any(first: AsyncOperationWithProgress[R, P], /) -> AsyncOperationWithProgress[R, P]: ...
@overload
def when_any(
    first: AsyncOperationWithProgress[R, P], /, *others: AsyncOperationWithProgress[S, P]
) -> AsyncOperationWithProgress[R | S, P]: ...
@overload
def when_any(first: IAsyncOperation[R, int], /) -> AsyncOperation[R]: ...
@overload
def when_any(first: IAsyncOperation[R, int], /, *others: IAsyncOperation[S, int]) -> AsyncOperation[R | S]: ...
def when_any(first: Any, /, *others: Any) -> Any:
    """Return an operation of the same kind that ends like the first of them to end, with a result or without.

    The others run on, neither canceled nor closed, and their Completed slots are used up. Which of them was first
    is not told. Canceling the operation cancels none of them, and it ends when the first does. Foreign
    operations make an AsyncOperation, and are judged by status and ErrorCode. The result is fetched on the thread that
    tells of the end. One whose Completed is taken makes it fail at once.

    Raises TypeError for what is no operation, or not of the kind of the first. Source: ``winrt::when_any``.
    """
    kind = _require_one_kind(first, *others)
    result, producer = kind.create()
    won = Lock()  # taken by the first to end and never released

    def told(operation: Any, _sender: object, status: int) -> None:
        if won.acquire(blocking=False):
            take_over(operation, partial(adopt, producer, operation, status))

    try:
        for operation in (first, *others):
            status = watch(operation, partial(told, operation))
            if status is not None:
                told(operation, None, status)
    except Exception as error:
        if won.acquire(blocking=False):
            end(producer, ERROR, failure_of(error))
    return result


def _require_one_kind(*operations: object) -> Any:
    """Return the kind of all these operations; raises TypeError where they have none in common."""
    for operation in operations:
        require_operation(operation, "when_any")
    first, *others = operations
    for operation in others:
        if _kind_of(operation) is not _kind_of(first):
            raise TypeError(f"when_any takes operations of one kind: {operation!r} is not of the kind of {first!r}")
    return _kind_of(first)


def _kind_of(operation: object) -> Any:
    """Return the kind of one of ours, AsyncOperation for a foreign one."""
    return next((kind for kind in _KINDS if isinstance(operation, kind)), AsyncOperation)
