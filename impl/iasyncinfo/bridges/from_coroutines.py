"""Operations made of coroutines: C++/WinRT's coroutines, PPL's create_async, .NET's AsyncInfo.Run."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from iasyncinfo.bridges.cancellation import CancellationToken
from iasyncinfo.bridges.hot_task import require_loop, start
from iasyncinfo.operations.kinds import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress

R = TypeVar("R")
P = TypeVar("P")
Parameters = ParamSpec("Parameters")

# -- AsyncInfo.Run --------------------------------------------------------------------------------


def run_action(provider: Callable[[CancellationToken], Awaitable[object]]) -> AsyncAction:
    """Return an action that runs what ``provider(token)`` returns.

    A coroutine starts at once; a future or any other awaitable is awaited. Raises RuntimeError without a running
    loop, TypeError for a provider that is not callable or returns nothing to await, and what the provider raises
    by itself. Source: AsyncInfo.Run.
    """
    _require_start(provider, "run_action")
    action, producer = AsyncAction.create()
    start(producer, lambda _result: producer.complete(), provider)
    return action


def run_action_with_progress(
    provider: Callable[[CancellationToken, Callable[[P], None]], Awaitable[object]],
) -> AsyncActionWithProgress[P]:
    """Do as ``run_action``, with ``provider(token, report)``; ``report(value)`` calls the Progress handler."""
    _require_start(provider, "run_action_with_progress")
    action, producer = AsyncActionWithProgress[P].create()
    start(producer, lambda _result: producer.complete(), lambda token: provider(token, producer.report_progress))
    return action


def run_operation(provider: Callable[[CancellationToken], Awaitable[R]]) -> AsyncOperation[R]:
    """Do as ``run_action``; the awaited value is the operation's result."""
    _require_start(provider, "run_operation")
    operation, producer = AsyncOperation[R].create()
    start(producer, producer.complete, provider)
    return operation


def run_operation_with_progress(
    provider: Callable[[CancellationToken, Callable[[P], None]], Awaitable[R]],
) -> AsyncOperationWithProgress[R, P]:
    """Do as ``run_operation``, with ``provider(token, report)``; ``report(value)`` calls the Progress handler."""
    _require_start(provider, "run_operation_with_progress")
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


def _require_start(provider: object, who: str) -> None:
    """Raise unless there is a running loop and ``provider`` can be called: nothing has been made yet."""
    if not callable(provider):
        raise TypeError(f"{who} takes a callable that returns an awaitable, not {provider!r}")
    require_loop(who)
