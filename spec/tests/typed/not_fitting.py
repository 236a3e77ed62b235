"""What does not fit the Protocols: each ignored line has an error, or a type checker complains of the comment."""

from collections.abc import Callable
from typing import Any

from iasyncinfo_spec import (
    AsyncStatus,
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
    OperationProducer,
    Waitable,
)


class Action:
    """An action that fits; the classes below have one fault each."""

    @property
    def id(self) -> int:
        return 1

    @property
    def status(self) -> AsyncStatus:
        return AsyncStatus.STARTED

    @property
    def error_code(self) -> int:
        return 0

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        return None

    @completed.setter
    def completed(self, handler: Callable[[Any, AsyncStatus], None]) -> None: ...

    def get_results(self) -> None: ...


class ReadOnly:
    id: int
    status: AsyncStatus
    error_code: int

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    @property
    def completed(self) -> Callable[[Any, Any], object] | None:
        return None

    def get_results(self) -> None: ...


class WithoutResults:
    id: int
    status: AsyncStatus
    error_code: int
    completed: Any

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class Asynchronous(WithoutResults):
    async def get_results(self) -> None: ...


class StatusMethod:
    id: int
    error_code: int
    completed: Any

    def status(self) -> AsyncStatus:
        return AsyncStatus.STARTED

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    def get_results(self) -> None: ...


class CancelWithReason(WithoutResults):
    def cancel(self, reason: str) -> None: ...  # type: ignore[override]

    def get_results(self) -> None: ...


def told_a_text(sender: object, status: str) -> None: ...


def told_too_much(sender: object, status: int, more: int) -> None: ...


def told_by_an_action(sender: IAsyncActionWithProgress[float], status: AsyncStatus) -> None: ...


def wrong(
    operation: IAsyncOperation[str],
    loud: IAsyncOperationWithProgress[str, float],
    producer: OperationProducer[str],
    own: Action,
) -> None:
    fits: IAsyncAction = own
    operation.completed = told_a_text  # type: ignore[assignment]
    operation.completed = told_too_much  # type: ignore[assignment]
    operation.completed = told_by_an_action  # type: ignore[assignment]
    operation.completed = None  # type: ignore[assignment]
    operation.status = AsyncStatus.COMPLETED  # type: ignore[misc]
    loud.progress = told_a_text  # type: ignore[assignment]
    producer.complete(5)  # type: ignore[arg-type]
    nothing: IAsyncOperation[str] = None  # type: ignore[assignment]
    numbers: IAsyncOperation[int] = operation  # type: ignore[assignment]
    integers: IAsyncOperationWithProgress[str, int] = loud  # type: ignore[assignment]
    other: IAsyncInfo[bool] = operation  # type: ignore[assignment]
    quiet: IAsyncActionWithProgress[float] = own  # type: ignore[assignment]
    read_only: IAsyncAction = ReadOnly()  # type: ignore[assignment]
    without: IAsyncAction = WithoutResults()  # type: ignore[assignment]
    asynchronous: IAsyncAction = Asynchronous()  # type: ignore[assignment]
    method: IAsyncInfo = StatusMethod()  # type: ignore[assignment]
    reasons: IAsyncAction = CancelWithReason()  # type: ignore[assignment]
    waits: Waitable[None] = own  # type: ignore[assignment]
    print(fits, nothing, numbers, integers, other, quiet, read_only, without, asynchronous, method, reasons, waits)
