"""How work in a coroutine sees that its operation was asked to cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING

from iasyncinfo.awaiting import on_loop

if TYPE_CHECKING:
    from iasyncinfo.operations.producer import Producer

current_token: ContextVar[CancellationToken] = ContextVar("iasyncinfo.cancellation_token")


class CancellationToken:
    """What the work sees of a request to cancel it. All members may be used from any thread.

    Without any use of it, a canceled coroutine goes on with what it awaits now and is canceled where it suspends
    next: ``asyncio.CancelledError`` is raised there.

    Source: ``winrt::get_cancellation_token``, ``concurrency::cancellation_token``.
    """

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._task: asyncio.Task[None] | None = None
        self._requested = False
        self._propagating = False
        self._delivered = False
        producer.on_cancel(partial(self._request, None))

    @property
    def requested(self) -> bool:
        """Whether the operation was asked to cancel; it stays so."""
        return self._requested

    def callback(self, function: Callable[[], object] | None) -> None:
        """Set what is called when the cancel is requested: once, on the thread that requests it.

        There is one callback; another replaces it and None removes it. If a cancel was already requested it
        is called at once, if the work has ended never. An ``Exception`` that it raises is logged. Raises
        TypeError for what is not callable.
        """
        if not callable(function) and function is not None:
            raise TypeError(f"a cancel callback is a callable or None, not {function!r}")
        self._producer.on_cancel(partial(self._request, function))

    def enable_propagation(self, enabled: bool = True) -> bool:
        """Let a cancel reach what is awaited at that moment, as ``Task.cancel`` does; return the setting before.

        An operation that is awaited is canceled in turn, and the coroutine goes on when that has ended.
        """
        before = self._propagating
        self._propagating = enabled
        if enabled and self._requested:
            self._reach_task()
        return before

    def _request(self, function: Callable[[], object] | None) -> None:
        self._requested = True
        if self._propagating:
            self._reach_task()
        if function is not None:
            function()

    def _reach_task(self) -> None:
        if self._task is not None:
            on_loop(self._task.get_loop(), self._deliver)

    def _deliver(self) -> None:
        """Cancel the task, on its loop's thread, if a cancel was requested and the task has not been told."""
        if self._task is not None and self._requested and not self._delivered:
            self._delivered = True
            self._task.cancel()


def get_cancellation_token() -> CancellationToken:
    """Return the token of the operation whose coroutine this runs in, or in whose context.

    Raises RuntimeError elsewhere. Source: ``co_await winrt::get_cancellation_token()``.
    """
    token = current_token.get(None)
    if token is None:
        raise RuntimeError("get_cancellation_token() is for coroutines that were made into an operation")
    return token
