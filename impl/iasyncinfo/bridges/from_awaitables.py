"""Futures and awaitables as operations: .NET's AsAsyncAction and AsAsyncOperation."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from iasyncinfo.awaiting import on_loop
from iasyncinfo.bridges.adopting import end_canceled
from iasyncinfo.bridges.cancellation import CancellationToken
from iasyncinfo.bridges.hot_task import fail, require_loop, start
from iasyncinfo.bridges.relaying import hand_on, take_over
from iasyncinfo.operations.kinds import AsyncAction, AsyncOperation

if TYPE_CHECKING:
    from iasyncinfo.operations.producer import Producer

R = TypeVar("R")

_Attach: TypeAlias = "Callable[[Producer, Callable[[Any], object]], None]"


def as_async_action(source: Awaitable[object] | Future[Any]) -> AsyncAction:
    """Return an action that ends as ``source`` does; see ``as_async_operation``."""
    attach = _way_of(source, "as_async_action")
    action, producer = AsyncAction.create()
    attach(producer, lambda _result: producer.complete())
    return action


def as_async_operation(source: Awaitable[R] | Future[R]) -> AsyncOperation[R]:
    """Return an operation that ends as ``source`` does: a future of either kind, a coroutine, any awaitable.

    Canceling the operation cancels the source, and one that was canceled makes the operation Canceled. A future
    that is done makes an operation that has ended. A coroutine or other awaitable is started at once, up to its first
    suspension.

    Raises TypeError for anything else, RuntimeError for an awaitable without a running loop, or an asyncio future
    of another loop than the running one. Source: System.WindowsRuntimeSystemExtensions.AsAsyncOperation.
    """
    attach = _way_of(source, "as_async_operation")
    operation, producer = AsyncOperation[R].create()
    attach(producer, producer.complete)
    return operation


def _way_of(source: Any, who: str) -> _Attach:
    """Return what attaches a producer to ``source``, or raise why nothing can."""
    if isinstance(source, Future):
        return partial(_follow, source, source.cancel)
    if asyncio.isfuture(source):
        loop = source.get_loop()
        if asyncio._get_running_loop() is not loop:
            raise RuntimeError(f"{who} has to be called on the thread of the loop of {source!r}, while that runs")
        return partial(_follow, source, partial(on_loop, loop, source.cancel))
    if not inspect.isawaitable(source):
        raise TypeError(f"{who} takes an awaitable or a future, not {source!r}")
    require_loop(who)
    return partial(_drive, source)


def _follow(future: Any, cancel: Callable[[], object], producer: Producer, complete: Callable[[Any], object]) -> None:
    """Have the producer end as the future does."""

    def ended(future: Any) -> None:
        take_over(future, partial(_end_as, future, producer, complete))

    if future.done():
        ended(future)
    else:
        operation = producer._operation
        producer.on_cancel(lambda: take_over(operation, partial(hand_on, future, cancel)))
        future.add_done_callback(ended)


def _end_as(future: Any, producer: Producer, complete: Callable[[Any], object]) -> None:
    """End the work as a future has ended."""
    if future.cancelled():
        end_canceled(producer)
    elif (error := future.exception()) is not None:
        fail(producer, error)
    else:
        hand_on(producer._operation, partial(complete, future.result()))


def _drive(source: Awaitable[Any], producer: Producer, complete: Callable[[Any], object]) -> None:
    """Run the awaitable; a cancel reaches what it awaits, as it would reach a task."""

    def provider(token: CancellationToken) -> Awaitable[Any]:
        token.enable_propagation()
        return source

    start(producer, complete, provider)
