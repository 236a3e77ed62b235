"""Work in a task of asyncio that starts hot, and ends an operation as it ends.

Its first step, up to the first suspension, is taken before the call returns, in the task's name and context, so
that a coroutine that never suspends makes an operation that has ended.

A result makes it Completed, an exception Error, and CancelledError or OperationCanceled Canceled. A requested
cancel makes it Canceled in any case (CAC and FAC are keep); an exception that comes after one is logged.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelledError
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from logging import getLogger
from typing import TYPE_CHECKING, Any, Final, TypeVar

from iasyncinfo.bridges.adopting import end_canceled
from iasyncinfo.bridges.cancellation import CancellationToken, current_token
from iasyncinfo.bridges.relaying import hand_on, take_over
from iasyncinfo.errors import OperationCanceled
from iasyncinfo.frames import release_frames
from iasyncinfo.reporting import INTERRUPTS

if TYPE_CHECKING:
    from iasyncinfo.operations.producer import Producer

R = TypeVar("R")

_CANCELLATIONS: Final = (OperationCanceled, asyncio.CancelledError, FutureCancelledError)
_MEANT_FOR_THE_TASK: Final = (*INTERRUPTS, asyncio.CancelledError)
_tasks: Final[set[asyncio.Task[None]]] = set()
"""The tasks that run: a loop holds its tasks weakly, and the caller may hold nothing at all."""


def require_loop(who: str) -> None:
    """Raise RuntimeError where no loop runs."""
    if asyncio._get_running_loop() is None:
        raise RuntimeError(f"{who} starts work on the running event loop, and none runs on this thread")


def start(
    producer: Producer, complete: Callable[[Any], object], provider: Callable[[CancellationToken], Awaitable[Any]]
) -> None:
    """Start what the provider returns, up to its first suspension."""
    token = CancellationToken(producer)
    context = copy_context()
    context.run(current_token.set, token)
    try:
        coroutine = _coroutine_of(context.run(provider, token))
    except BaseException:
        end_canceled(producer)  # nobody has the operation
        raise
    work = _Work(coroutine, producer, complete, token)
    task = asyncio.Task(work, loop=asyncio.get_running_loop(), context=context)
    token._task = task
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    _take_first_step(task, partial(context.run, work.begin))


def _take_first_step(task: asyncio.Task[None], step: Callable[[], None]) -> None:
    """Take a task's first step now, inside the step of another task or none; ``current_task`` tells the inner one."""
    loop = task.get_loop()
    caller = asyncio.current_task(loop)
    if caller is not None:
        asyncio._leave_task(loop, caller)
    asyncio._enter_task(loop, task)
    try:
        step()
    finally:
        asyncio._leave_task(loop, task)
        if caller is not None:
            asyncio._enter_task(loop, caller)


def _coroutine_of(work: Awaitable[R]) -> Coroutine[Any, Any, R]:
    if isinstance(work, Coroutine):
        return work
    if not inspect.isawaitable(work):
        raise TypeError(f"an operation awaits what its provider returns, and {work!r} cannot be awaited")
    return _awaiting(work)


async def _awaiting(work: Awaitable[R]) -> R:
    return await work


class _Work(Coroutine[Any, Any, None]):
    """A coroutine as its task sees it: what it comes to goes to the producer, and its suspensions are noticed."""

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, Any],
        producer: Producer,
        complete: Callable[[Any], object],
        token: CancellationToken,
    ) -> None:
        self._coroutine = coroutine
        self._producer = producer
        self._complete = complete
        self._token = token
        self._ended = False
        self._first: Any = None

    def begin(self) -> None:
        """Take the first step and keep what it awaits for the task, which has not been started by its loop."""
        with suppress(StopIteration, asyncio.CancelledError):
            self._first = self._advance(self._coroutine.send, None)
            self._mark_awaited(False)  # it is nobody's to await until the task does

    def send(self, value: None) -> Any:
        """Go on; the first time, hand over what the first step awaits, unless that was just another turn."""
        if self._ended:
            raise StopIteration
        first = self._hand_over()
        return self._advance(self._coroutine.send, value) if first is None else first

    def throw(self, error: Any, *_: Any) -> Any:
        """Raise in the coroutine; a task canceled before its loop started it cancels what the first step awaits."""
        if self._ended:
            raise StopIteration
        first = self._hand_over()
        if isinstance(error, asyncio.CancelledError) and asyncio.isfuture(first) and first.cancel():
            return first
        return self._advance(self._coroutine.throw, error)

    def _hand_over(self) -> Any:
        self._mark_awaited(True)
        first, self._first = self._first, None
        return first

    def _mark_awaited(self, awaited: bool) -> None:
        """Set the mark by which a task knows that a future comes from an ``await``."""
        if asyncio.isfuture(self._first):
            self._first._asyncio_future_blocking = awaited

    def close(self) -> None:
        """Close the coroutine, whose task was dropped."""
        self._coroutine.close()

    def __await__(self) -> Any:
        raise NotImplementedError

    def _advance(self, resume: Callable[[Any], Any], argument: Any) -> Any:
        """Resume the coroutine and return what it awaits next, or end the operation as it ends."""
        try:
            awaited = resume(argument)
        except StopIteration as stop:
            self._end()
            self._complete(stop.value)
        except BaseException as error:
            self._end()
            release_frames(error)  # whoever is told of the end may count on the locals being gone
            take_over(self, partial(fail, self._producer, error))
            if isinstance(error, _MEANT_FOR_THE_TASK):
                raise
        else:
            self._token._deliver()
            return awaited
        raise StopIteration

    def _end(self) -> None:
        self._ended = True
        self._token._task = None  # which has this object


def fail(producer: Producer, error: BaseException) -> None:
    """End the work as ``error`` says: canceled by a cancellation; an error that comes after a cancel is logged."""
    if isinstance(error, _CANCELLATIONS):
        end_canceled(producer)
    else:
        hand_on(producer._operation, partial(_fail, producer, error))


def _fail(producer: Producer, error: BaseException) -> None:
    operation = producer._operation
    if not producer.fail(error):
        getLogger("iasyncinfo").error("the work of %r failed after it was canceled", operation, exc_info=error)
