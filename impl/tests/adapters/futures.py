"""Operations made of futures: ``iasyncinfo check adapters.futures:start_asyncio`` and so on, in ``impl/tests``.

A future has a result, so they are actions and operations without progress.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from iasyncinfo import as_async_action, as_async_operation
from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_spec.hresults import E_ABORT

from .coroutines import Failure
from .stepped_loop import lever, turn, within

_MAKE: dict[Kind, Callable[[Any], Any]] = {Kind.ACTION: as_async_action, Kind.OPERATION: as_async_operation}


class Counting(Future[Any]):
    """A future that counts the requests to cancel it."""

    requests = 0

    def cancel(self) -> bool:
        """Count, and cancel."""
        self.requests += 1
        return super().cancel()


class CountingAsyncio(asyncio.Future[Any]):
    """The same of asyncio."""

    requests = 0

    def cancel(self, msg: Any = None) -> bool:
        """Count, and cancel."""
        self.requests += 1
        return super().cancel(msg)


class Levers:
    """What ends a future of either kind, if it has not ended."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def complete(self, result: Any) -> None:
        """Set a result."""
        if not self._future.done():
            self._future.set_result(result)

    def fail(self, hresult: int) -> None:
        """Set an exception."""
        if not self._future.done():
            self._future.set_exception(Failure(hresult))

    def cancel(self) -> None:
        """Cancel the future from its own side, which is no request of the operation."""
        plain = asyncio.Future if asyncio.isfuture(self._future) else Future
        plain.cancel(self._future)

    def notifications(self) -> int:
        """Return how often the operation has requested a cancel."""
        return int(self._future.requests)


def start_pending(kind: Kind) -> Subject:
    """Return an operation made of a future of concurrent.futures: its cancel ends it."""
    _require_kind(kind)
    future = Counting()
    levers = Levers(future)
    return Subject(
        _make(kind, future),
        complete=levers.complete,
        fail=levers.fail,
        acknowledge_cancel=levers.cancel,
        cancel_notifications=levers.notifications,
        cancel_ends_work=True,
        dispose=lambda: levers.fail(E_ABORT),
    )


def start_running(kind: Kind) -> Subject:
    """Return an operation made of a future that runs and cannot be canceled: it is canceled when that ends."""
    _require_kind(kind)
    future = Counting()
    future.set_running_or_notify_cancel()
    levers = Levers(future)
    return Subject(
        _make(kind, future),
        complete=levers.complete,
        fail=levers.fail,
        acknowledge_cancel=lambda: levers.fail(E_ABORT) if future.requests else None,
        cancel_notifications=levers.notifications,
        dispose=lambda: levers.fail(E_ABORT),
    )


def start_asyncio(kind: Kind) -> Subject:
    """Return an operation made of a future of asyncio: its cancel ends it, a turn of the loop later."""
    _require_kind(kind)
    future = within(CountingAsyncio)
    return _on_the_loop(future, within(lambda: _make(kind, future)))


def start_awaitable(kind: Kind) -> Subject:
    """Return an operation made of a coroutine that awaits a future."""
    _require_kind(kind)
    future = within(CountingAsyncio)

    async def work() -> Any:
        return await future

    return _on_the_loop(future, within(lambda: _make(kind, work())))


def _on_the_loop(future: CountingAsyncio, operation: Any) -> Subject:
    levers = Levers(future)
    return Subject(
        operation,
        complete=lever(levers.complete),
        fail=lever(levers.fail),
        acknowledge_cancel=lever(levers.cancel),
        cancel_notifications=levers.notifications,
        cancel_ends_work=True,
        settle=turn,
        dispose=lambda: lever(levers.fail)(E_ABORT),
    )


def _require_kind(kind: Kind) -> None:
    if kind not in _MAKE:
        raise NotImplementedError


def _make(kind: Kind, source: Any) -> Any:
    return _MAKE[kind](source)
