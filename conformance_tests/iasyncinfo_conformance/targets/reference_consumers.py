"""The consumers ``reference:NAME``: how the reference implementation waits, in front of whatever operation.

``as_task`` and ``as_future`` take any operation. ``await``, ``get`` and ``wait`` are members of the reference's own
operations, so these three wait for one that is told of the other's end: as a component does that hands on what another
gave it.
"""

import asyncio
from concurrent.futures import Future
from typing import Any

import iasyncinfo
from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_spec.abi import AsyncStatus

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


as_future = Consumer(_as_future, cancel=_cancel_future)


def _relayed(operation: Any) -> Any:
    """Return an operation of the reference's own that ends as the other one does, and passes a cancel on."""
    own, producer = iasyncinfo.AsyncOperation[Any].create()
    producer.on_cancel(operation.cancel)

    def ended(_sender: object, status: int) -> None:
        if status == AsyncStatus.STARTED:
            return
        if status == AsyncStatus.ERROR:
            producer.fail(operation.error_code)
        elif status != AsyncStatus.COMPLETED:
            own.cancel() if own.status == AsyncStatus.STARTED else None
            producer.acknowledge_cancel()
        else:
            producer.complete(operation.get_results())

    operation.completed = ended
    return own


async def await_(operation: Any) -> Any:
    """Await an operation of the reference's own."""
    return await _relayed(operation)


_OWN: dict[int, Any] = {}


def _get(operation: Any) -> Any:
    own = _OWN[id(operation)] = _relayed(operation)
    return own.get()


def _wait(operation: Any) -> Any:
    own = _OWN[id(operation)] = _relayed(operation)
    while own.wait(60.0) == AsyncStatus.STARTED:
        pass
    if own.status == AsyncStatus.CANCELED:
        raise asyncio.CancelledError
    return own.get_results()


def _cancel(operation: Any) -> None:
    own = _OWN.get(id(operation))
    if own is not None:
        own.cancel()


get = Consumer(_get, cancel=_cancel)
wait = Consumer(_wait, cancel=_cancel)
