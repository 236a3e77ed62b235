"""The four kinds of operation, each made by ``create`` together with its producer, or finished at birth."""

from __future__ import annotations

from collections.abc import Callable

from iasyncinfo.generics import TYPE_CHECKING, Generic, TypeVar
from iasyncinfo.operations.failures import failure_of
from iasyncinfo.operations.handlers import require_handler
from iasyncinfo.operations.operation import AsyncInfo, R_co
from iasyncinfo.operations.producer import (
    ActionProducer,
    ActionWithProgressProducer,
    OperationProducer,
    OperationWithProgressProducer,
)
from iasyncinfo.states import CANCELED, CLOSED, COMPLETED, ERROR

if TYPE_CHECKING:
    from typing import Any, Self

    from iasyncinfo_spec.abi import AsyncStatus
    from iasyncinfo_spec.protocols import IAsyncActionWithProgress, IAsyncOperation, IAsyncOperationWithProgress
else:  # a type checker that sees the interface as a base can infer what an operation's result and progress are
    IAsyncActionWithProgress = IAsyncOperation = IAsyncOperationWithProgress = Generic

_new = object.__new__

P_co = TypeVar("P_co", covariant=True)
Loud = TypeVar("Loud", bound="AsyncInfoWithProgress[Any, Any]")
R = TypeVar("R")
P = TypeVar("P")


class EndsAtBirth(AsyncInfo[R_co]):
    """What the four kinds add to a life that begins in Started: objects that have ended already."""

    __slots__ = ()

    @classmethod
    def from_error(cls, reason: int | BaseException) -> Self:
        """Return one that has failed, with an HRESULT or an exception as ``fail`` of a producer takes them.

        Raises ValueError for a code that is not a failure, TypeError for anything else.
        """
        return cls._ended(ERROR, failure_of(reason))

    @classmethod
    def canceled(cls) -> Self:
        """Return one that was canceled."""
        return cls._ended(CANCELED, None)

    @classmethod
    def _ended(cls, outcome: int, value: object) -> Self:
        operation = _new(cls)
        operation.__init__()  # type: ignore[misc]
        operation._end(outcome, value, False)
        return operation


class AsyncInfoWithProgress(EndsAtBirth[R_co], Generic[R_co, P_co]):
    """What the two kinds with progress add."""

    __slots__ = ()

    if TYPE_CHECKING:  # ty takes a type variable for its bound, and that of AsyncInfo has no progress

        @property
        def completed(self) -> Callable[[Self, AsyncStatus], object] | None: ...
        @completed.setter
        def completed(self: Loud, handler: Callable[[Loud, AsyncStatus], object] | None) -> None: ...

    @property
    def progress(self) -> Callable[[Self, P_co], object] | None:
        """The handler called as ``handler(operation, value)`` for each report, on the reporting thread.

        It can be replaced and cleared at any time. The end of the work empties it, and so does a first
        Completed handler that is set while a cancel is pending; nothing is reported after the end.
        """
        handler = self._progress
        if self._life >= CLOSED:
            raise self._closed()
        return handler

    @progress.setter
    def progress(self: Loud, handler: Callable[[Loud, P_co], object] | None) -> None:
        if handler is not None:
            require_handler(handler, "a Progress handler")
        with self._lock:
            closed = self._life >= CLOSED
            replaced = self._progress
            if not closed:
                self._progress = handler
        del replaced
        if closed:
            raise self._closed()


class AsyncAction(EndsAtBirth[None]):
    """An operation without a result."""

    __slots__ = ()

    @classmethod
    def create(cls) -> tuple[Self, ActionProducer]:
        """Return a running action and the producer that ends it."""
        action = _new(cls)
        action.__init__()  # type: ignore[misc]
        producer: ActionProducer = ActionProducer()
        producer._operation = action
        return action, producer

    @classmethod
    def finished(cls) -> Self:
        """Return one that has completed."""
        return cls._ended(COMPLETED, None)


class AsyncActionWithProgress(AsyncInfoWithProgress[None, P_co], IAsyncActionWithProgress[P_co]):
    """An operation without a result that reports progress."""

    __slots__ = ()

    @classmethod
    def create(cls) -> tuple[Self, ActionWithProgressProducer[P_co]]:
        """Return a running action and the producer that reports its progress and ends it."""
        action = _new(cls)
        action.__init__()  # type: ignore[misc]
        producer: ActionWithProgressProducer[P_co] = ActionWithProgressProducer()
        producer._operation = action
        return action, producer

    @classmethod
    def finished(cls) -> Self:
        """Return one that has completed."""
        return cls._ended(COMPLETED, None)


class AsyncOperation(EndsAtBirth[R_co], IAsyncOperation[R_co]):
    """An operation with a result."""

    __slots__ = ()

    @classmethod
    def create(cls) -> tuple[Self, OperationProducer[R_co]]:
        """Return a running operation and the producer that ends it."""
        operation = _new(cls)
        operation.__init__()  # type: ignore[misc]
        producer: OperationProducer[R_co] = OperationProducer()
        producer._operation = operation
        return operation, producer

    @classmethod
    def from_result(cls: type[AsyncOperation[Any]], result: R) -> AsyncOperation[R]:
        """Return one that has completed with ``result``, whose type is the operation's; of a subclass, one of that."""
        return cls._ended(COMPLETED, result)


class AsyncOperationWithProgress(AsyncInfoWithProgress[R_co, P_co], IAsyncOperationWithProgress[R_co, P_co]):
    """An operation with a result that reports progress."""

    __slots__ = ()

    @classmethod
    def create(cls) -> tuple[Self, OperationWithProgressProducer[R_co, P_co]]:
        """Return a running operation and the producer that reports its progress and ends it."""
        operation = _new(cls)
        operation.__init__()  # type: ignore[misc]
        producer: OperationWithProgressProducer[R_co, P_co] = OperationWithProgressProducer()
        producer._operation = operation
        return operation, producer

    @classmethod
    def from_result(cls: type[AsyncOperationWithProgress[Any, P]], result: R) -> AsyncOperationWithProgress[R, P]:
        """Return one that has completed with ``result``, whose type is the operation's; of a subclass, one of that."""
        return cls._ended(COMPLETED, result)
