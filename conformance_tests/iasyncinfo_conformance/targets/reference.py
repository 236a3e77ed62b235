"""The target ``reference`` and the consumers ``reference:NAME``: the only place that imports the implementation.

The consumers show how the reference waits, in front of whatever operation. ``as_task`` and ``as_future`` take any.
``await``, ``get`` and ``wait`` are members of the reference's own operations, so these three wait for one that is told
of the other's end: as a component does that hands on what another gave it.
"""

import asyncio
from concurrent.futures import Future
from threading import TIMEOUT_MAX
from typing import Any

import iasyncinfo
from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    OperationFailed,
)
from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

_CLASSES: dict[Kind, Any] = {
    Kind.ACTION: AsyncAction,
    Kind.ACTION_WITH_PROGRESS: AsyncActionWithProgress,
    Kind.OPERATION: AsyncOperation,
    Kind.OPERATION_WITH_PROGRESS: AsyncOperationWithProgress,
}


_RESULT, _PROGRESS = ({kind for kind in Kind if getattr(kind, has)} for has in ("has_result", "has_progress"))


def start(kind: Kind) -> Subject:
    """Return a fresh object of the reference implementation and the levers of its producer."""
    operation, producer = _CLASSES[kind].create()
    notifications: list[None] = []
    failures: list[int] = []

    def canceled() -> None:
        notifications.append(None)
        if failures:
            raise OperationFailed(failures[-1], "the cancel callback was told to fail")

    producer.on_cancel(canceled)
    return Subject(
        operation,
        complete=producer.complete if kind in _RESULT else lambda _result: producer.complete(),
        fail=producer.fail,
        acknowledge_cancel=producer.acknowledge_cancel,
        report_progress=producer.report_progress if kind in _PROGRESS else None,
        cancel_notifications=notifications.__len__,
        cancel_callback_fails=failures.append,
        dispose=producer.disconnect,  # a producer dropped unfinished warns, as it should
    )


start.sources = (iasyncinfo,)  # type: ignore[attr-defined]  # the schedules of its races are explored


# -- as a consumer ----------------------------------------------------------------------------------

_FUTURES: dict[int, "Future[Any]"] = {}


async def as_task(operation: Any) -> Any:
    """Await ``iasyncinfo.as_task`` of the operation."""
    return await iasyncinfo.as_task(operation)


def _as_future(operation: Any) -> Any:
    future = _FUTURES[id(operation)] = iasyncinfo.as_future(operation)
    try:
        return future.result()
    finally:
        del _FUTURES[id(operation)]


def _cancel_future(operation: Any) -> None:
    future = _FUTURES.get(id(operation))
    if future is not None:
        future.cancel()


as_future: Consumer = Consumer(_as_future, cancel=_cancel_future)


def _relayed(operation: Any) -> Any:
    """Return an operation of the reference's own that ends as the other one does, and passes a cancel on."""
    own, producer = iasyncinfo.AsyncOperation[Any].create()
    producer.on_cancel(operation.cancel)

    def end(status: int) -> None:
        if status == AsyncStatus.ERROR:
            producer.fail(operation.error_code)
        elif status != AsyncStatus.COMPLETED:
            own.cancel() if own.status == AsyncStatus.STARTED else None
            producer.acknowledge_cancel()
        else:
            producer.complete(operation.get_results())

    def ended(_sender: object, status: int) -> None:
        if status == AsyncStatus.STARTED:
            return
        try:
            end(status)
        except OSError as error:  # a refusal of the result or of the code is how it ends
            producer.fail(error)

    operation.completed = ended
    return own


async def await_(operation: Any) -> Any:
    """Await an operation of the reference's own."""
    return await _relayed(operation)


_OWN: dict[int, Any] = {}


def _get(operation: Any) -> Any:
    own = _OWN[id(operation)] = _relayed(operation)
    try:
        return own.get()
    finally:
        del _OWN[id(operation)]


def _wait(operation: Any) -> Any:
    own = _OWN[id(operation)] = _relayed(operation)
    try:
        own.wait(TIMEOUT_MAX)  # once: it claims Completed
    finally:
        del _OWN[id(operation)]
    if own.status == AsyncStatus.CANCELED:
        raise asyncio.CancelledError
    return own.get_results()


def _cancel(operation: Any) -> None:
    own = _OWN.get(id(operation))
    if own is not None:
        own.cancel()


_waits: tuple[Any, ...] = (as_task, await_, _as_future, _get, _wait)
for _function in _waits:
    _function.sources = (iasyncinfo,)  # as of start
get: Consumer = Consumer(_get, cancel=_cancel)
wait: Consumer = Consumer(_wait, cancel=_cancel)
