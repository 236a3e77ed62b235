"""Operations made of coroutines: C++/WinRT's coroutines, PPL's create_async, .NET's AsyncInfo.Run.

The work runs in a task of asyncio. It starts hot: its first step, up to the first suspension, is taken before
the call returns, in the task's name and context, so that a coroutine that never suspends makes an operation
that has ended.

A result makes it Completed, an exception Error, and CancelledError or OperationCanceled Canceled. A requested
cancel makes it Canceled in any case (CAC and FAC are keep); an exception that comes after one is logged.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError as FutureCancelledError
from contextlib import suppress
from contextvars import ContextVar, copy_context
from functools import partial, wraps
from logging import getLogger
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from iasyncinfo.adopting import end_canceled
from iasyncinfo.awaiting import on_loop
from iasyncinfo.errors import OperationCanceled
from iasyncinfo.kinds import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress

if TYPE_CHECKING:
    from iasyncinfo.producer import Producer

R = TypeVar("R")
P = TypeVar("P")
Parameters = ParamSpec("Parameters")

_CANCELLATIONS: Final = (OperationCanceled, asyncio.CancelledError, FutureCancelledError)
_token: ContextVar[CancellationToken] = ContextVar("iasyncinfo.cancellation_token")
_tasks: Final[set[asyncio.Task[None]]] = set()
"""The tasks that run: a loop holds its tasks weakly, and the caller may hold nothing at all."""


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
    token = _token.get(None)
    if token is None:
        raise RuntimeError("get_cancellation_token() is for coroutines that were made into an operation")
    return token


# -- AsyncInfo.Run --------------------------------------------------------------------------------


def run_action(provider: Callable[[CancellationToken], Awaitable[object]]) -> AsyncAction:
    """Return an action that runs what ``provider(token)`` returns.

    A coroutine starts at once; a future or any other awaitable is awaited. Raises RuntimeError without a running
    loop, TypeError for a provider that is not callable or returns nothing to await, and what the provider raises
    by itself. Source: AsyncInfo.Run.
    """
    require_start(provider, "run_action")
    action, producer = AsyncAction.create()
    start(producer, lambda _result: producer.complete(), provider)
    return action


def run_action_with_progress(
    provider: Callable[[CancellationToken, Callable[[P], None]], Awaitable[object]],
) -> AsyncActionWithProgress[P]:
    """Do as ``run_action``, with ``provider(token, report)``; ``report(value)`` calls the Progress handler."""
    require_start(provider, "run_action_with_progress")
    action, producer = AsyncActionWithProgress[P].create()
    start(producer, lambda _result: producer.complete(), lambda token: provider(token, producer.report_progress))
    return action


def run_operation(provider: Callable[[CancellationToken], Awaitable[R]]) -> AsyncOperation[R]:
    """Do as ``run_action``; the awaited value is the operation's result."""
    require_start(provider, "run_operation")
    operation, producer = AsyncOperation[R].create()
    start(producer, producer.complete, provider)
    return operation


def run_operation_with_progress(
    provider: Callable[[CancellationToken, Callable[[P], None]], Awaitable[R]],
) -> AsyncOperationWithProgress[R, P]:
    """Do as ``run_operation``, with ``provider(token, report)``; ``report(value)`` calls the Progress handler."""
    require_start(provider, "run_operation_with_progress")
    operation, producer = AsyncOperationWithProgress[R, P].create()
    start(producer, producer.complete, lambda token: provider(token, producer.report_progress))
    return operation


# -- decorators -----------------------------------------------------------------------------------


def async_action(function: Callable[Parameters, Coroutine[Any, Any, object]]) -> Callable[Parameters, AsyncAction]:
    """Make an ``async def`` return an action that runs it.

    The call raises RuntimeError without a running loop; the decorator TypeError for anything but an ``async def``.
    """
    _require_async_def(function, "async_action")

    @wraps(function)
    def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> AsyncAction:
        return run_action(lambda _token: function(*args, **kwargs))

    return make


def async_action_with_progress(
    function: Callable[Concatenate[Callable[[P], None], Parameters], Coroutine[Any, Any, object]],
) -> Callable[Parameters, AsyncActionWithProgress[P]]:
    """Do as ``async_action``; the first parameter is ``report``, which the callers leave out."""
    _require_async_def(function, "async_action_with_progress")

    @wraps(function)
    def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> AsyncActionWithProgress[P]:
        return run_action_with_progress(lambda _token, report: function(report, *args, **kwargs))

    return make


def async_operation(
    function: Callable[Parameters, Coroutine[Any, Any, R]],
) -> Callable[Parameters, AsyncOperation[R]]:
    """Do as ``async_action``; what the ``async def`` returns is the operation's result."""
    _require_async_def(function, "async_operation")

    @wraps(function)
    def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> AsyncOperation[R]:
        return run_operation(lambda _token: function(*args, **kwargs))

    return make


def async_operation_with_progress(
    function: Callable[Concatenate[Callable[[P], None], Parameters], Coroutine[Any, Any, R]],
) -> Callable[Parameters, AsyncOperationWithProgress[R, P]]:
    """Do as ``async_action_with_progress``; what the ``async def`` returns is the operation's result."""
    _require_async_def(function, "async_operation_with_progress")

    @wraps(function)
    def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> AsyncOperationWithProgress[R, P]:
        return run_operation_with_progress(lambda _token, report: function(report, *args, **kwargs))

    return make


def _require_async_def(function: object, decorator: str) -> None:
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"{decorator} decorates an async def, not {function!r}")


# -- the work -------------------------------------------------------------------------------------


def require_start(provider: object, who: str) -> None:
    """Raise unless there is a running loop and ``provider`` can be called: nothing has been made yet."""
    if not callable(provider):
        raise TypeError(f"{who} takes a callable that returns an awaitable, not {provider!r}")
    require_loop(who)


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
    context.run(_token.set, token)
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
            fail(self._producer, error)
            if not isinstance(error, Exception):
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
        return
    operation = producer._operation
    if not producer.fail(error):
        getLogger("iasyncinfo").error("the work of %r failed after it was canceled", operation, exc_info=error)
