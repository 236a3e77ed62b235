"""What fits the Protocols, and which types come out: read by type checkers, never run."""

from collections.abc import Callable, Generator
from enum import IntEnum
from typing import Any, assert_type

from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    Log,
    recording,
    recording_calls,
)
from iasyncinfo_spec import (
    ActionProducer,
    AsyncActionCompletedHandler,
    AsyncActionProgressHandler,
    AsyncActionWithProgressCompletedHandler,
    AsyncOperationCompletedHandler,
    AsyncOperationProgressHandler,
    AsyncOperationWithProgressCompletedHandler,
    AsyncStatus,
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncInfo,
    IAsyncOperation,
    IAsyncOperationWithProgress,
    IClosable,
    OperationProducer,
    Producer,
    ProgressProducer,
    SupportsValue,
    Waitable,
)


class OtherStatus(IntEnum):
    """Another projection's enumeration."""

    STARTED = 0


class Plain:
    """Somebody else's operation: no base class, names of its own for parameters, HRESULTs as structures."""

    @property
    def id(self) -> int:
        return 1

    @property
    def status(self) -> OtherStatus:
        return OtherStatus.STARTED

    @property
    def error_code(self) -> SupportsValue:
        raise NotImplementedError

    def cancel(self) -> None: ...

    def close(self) -> None: ...

    @property
    def completed(self) -> "Callable[[Plain, OtherStatus], None] | None":
        return None

    @completed.setter
    def completed(self, value: "Callable[[Plain, OtherStatus], None]") -> None: ...

    def get_results(self) -> bytes:
        return b""


def an_action(action: IAsyncAction) -> None:
    assert_type(action.status, AsyncStatus)
    assert_type(action.id, int)


def a_loud_action(action: IAsyncActionWithProgress[float]) -> None:
    assert_type(action.progress, Callable[[Any, Any], object] | None)


def an_operation(operation: IAsyncOperation[str]) -> None:
    assert_type(operation.get_results(), str)
    assert_type(operation.error_code, int | SupportsValue)
    assert_type(operation.completed, Callable[[Any, Any], object] | None)


def a_loud_operation(operation: IAsyncOperationWithProgress[str, float]) -> None:
    assert_type(operation.get_results(), str)
    assert_type(operation.progress, Callable[[Any, Any], object] | None)


def any_result(operation: IAsyncOperation[object]) -> None:
    assert_type(operation.get_results(), object)


def any_status(operation: IAsyncOperation[bytes, int]) -> None:
    assert_type(operation.status, int)


def other_status(operation: IAsyncOperation[bytes, OtherStatus]) -> None:
    assert_type(operation.status, OtherStatus)
    assert_type(operation.get_results(), bytes)


def any_info(info: IAsyncInfo) -> None:
    assert_type(info.status, AsyncStatus)
    info.cancel()


def closes(closable: IClosable) -> None:
    closable.close()


async def waits(waitable: Waitable[str]) -> None:
    assert_type(await waitable, str)
    assert_type(waitable.get(), str)
    assert_type(waitable.wait(0), AsyncStatus)
    assert_type(waitable.__await__(), Generator[Any, Any, str])


def ends(producer: Producer, action: ActionProducer, operation: OperationProducer[str]) -> None:
    assert_type(producer.cancel_requested, bool)
    producer.acknowledge_cancel()
    action.complete()
    operation.complete("done")


def reports(producer: ProgressProducer[float]) -> None:
    producer.report_progress(0.5)


async def own_classes() -> None:
    action, action_producer = AsyncAction.create()
    operation, producer = AsyncOperation[str].create()
    loud_action, _ = AsyncActionWithProgress[float].create()
    loud, loud_producer = AsyncOperationWithProgress[str, float].create()
    assert_type(await action, None)
    assert_type(await loud_action, None)
    assert_type(await operation, str)
    assert_type(await loud, str)
    assert_type(operation.get(), str)
    assert_type(operation.wait(1.5), AsyncStatus)
    an_action(action)
    a_loud_action(loud_action)
    an_operation(operation)
    a_loud_operation(loud)
    any_result(operation)
    any_info(loud)
    closes(action)
    await waits(operation)
    ends(loud_producer, action_producer, producer)
    reports(loud_producer)


def somebody_elses(plain: Plain) -> None:
    any_status(plain)
    other_status(plain)


def handlers(
    action: IAsyncAction,
    loud_action: IAsyncActionWithProgress[float],
    operation: IAsyncOperation[str],
    loud: IAsyncOperationWithProgress[str, float],
) -> None:
    def told(sender: IAsyncOperation[str], status: AsyncStatus) -> None:
        assert_type(sender.get_results(), str)
        assert_type(status, AsyncStatus)

    def heard(sender: IAsyncOperationWithProgress[str, float], value: float) -> None:
        assert_type(sender.status, AsyncStatus)
        assert_type(value, float)

    def told_anything(sender: object, status: int) -> None: ...

    named: AsyncOperationCompletedHandler[str] = told
    progress: AsyncOperationProgressHandler[str, float] = heard
    of_action: AsyncActionCompletedHandler = told_anything
    of_loud_action: AsyncActionWithProgressCompletedHandler[float] = told_anything
    of_loud: AsyncOperationWithProgressCompletedHandler[str, float] = told_anything
    progress_of_action: AsyncActionProgressHandler[float] = lambda sender, value: print(sender, value)
    action.completed = of_action
    loud_action.completed = of_loud_action
    loud_action.progress = progress_of_action
    operation.completed = named
    operation.completed = told
    loud.completed = of_loud
    loud.progress = progress


def at_run_time(found: object) -> None:
    if isinstance(found, IAsyncAction):
        found.cancel()
    if isinstance(found, Waitable):
        found.get()


def recorded(operation: AsyncOperation[str], foreign: Plain, log: Log) -> None:
    assert_type(recording(operation, log), AsyncOperation[str])
    assert_type(recording(foreign, "log.jsonl", values=True), Plain)
    with recording_calls(Plain, file="log.jsonl") as opened:
        assert_type(opened, Log)
