"""A thread-safe, awaitable implementation of Windows' IAsyncInfo objects.

``create`` of each of the four classes returns an operation, for the caller, and its producer, for the
worker::

    operation, producer = AsyncOperation[str].create()
    operation.completed = lambda operation, status: print(operation.get_results())
    producer.complete("done")

The names that not every program needs are loaded when they are first asked for: this import loads neither
asyncio nor concurrent.futures.
"""

from iasyncinfo.errors import (
    AsyncInfoError,
    IllegalDelegateAssignment,
    IllegalMethodCall,
    IllegalStateChange,
    OperationCanceled,
    OperationClosed,
    OperationFailed,
    ResultsCanceled,
    ResultsNotReady,
    WorkEnded,
)
from iasyncinfo.generics import TYPE_CHECKING
from iasyncinfo.operations.kinds import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
)
from iasyncinfo.operations.producer import (
    ActionProducer,
    ActionWithProgressProducer,
    OperationProducer,
    OperationWithProgressProducer,
)
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from iasyncinfo.bridges.cancellation import CancellationToken, get_cancellation_token
    from iasyncinfo.bridges.combining import when_all, when_any
    from iasyncinfo.bridges.from_awaitables import as_async_action, as_async_operation
    from iasyncinfo.bridges.from_coroutines import (
        async_action,
        async_action_with_progress,
        async_operation,
        async_operation_with_progress,
        run_action,
        run_action_with_progress,
        run_operation,
        run_operation_with_progress,
    )
    from iasyncinfo.bridges.observing import hresult_of
    from iasyncinfo.bridges.promise import Promise
    from iasyncinfo.bridges.to_asyncio import as_task
    from iasyncinfo.bridges.to_futures import as_future
    from iasyncinfo.faking.namespaces import WinRTCall, fake_winrt
    from iasyncinfo.queues.dispatcher import (
        CoreDispatcher,
        CoreDispatcherPriority,
        CoreProcessEventsOption,
        IdleDispatchedHandlerArgs,
    )
    from iasyncinfo.queues.thread_pool import ThreadPool, WorkItemPriority
    from iasyncinfo.recorder import Log, recording, recording_calls

__all__ = [
    "ActionProducer",
    "ActionWithProgressProducer",
    "AsyncAction",
    "AsyncActionWithProgress",
    "AsyncInfoError",
    "AsyncOperation",
    "AsyncOperationWithProgress",
    "AsyncStatus",
    "CancellationToken",
    "CoreDispatcher",
    "CoreDispatcherPriority",
    "CoreProcessEventsOption",
    "IdleDispatchedHandlerArgs",
    "IllegalDelegateAssignment",
    "IllegalMethodCall",
    "IllegalStateChange",
    "Log",
    "OperationCanceled",
    "OperationClosed",
    "OperationFailed",
    "OperationProducer",
    "OperationWithProgressProducer",
    "Promise",
    "ResultsCanceled",
    "ResultsNotReady",
    "ThreadPool",
    "WinRTCall",
    "WorkEnded",
    "WorkItemPriority",
    "as_async_action",
    "as_async_operation",
    "as_future",
    "as_task",
    "async_action",
    "async_action_with_progress",
    "async_operation",
    "async_operation_with_progress",
    "fake_winrt",
    "get_cancellation_token",
    "hresult_of",
    "recording",
    "recording_calls",
    "run_action",
    "run_action_with_progress",
    "run_operation",
    "run_operation_with_progress",
    "when_all",
    "when_any",
]

_LATER = {
    "bridges.cancellation": ("CancellationToken", "get_cancellation_token"),
    "bridges.combining": ("when_all", "when_any"),
    "bridges.from_awaitables": ("as_async_action", "as_async_operation"),
    "bridges.from_coroutines": (
        "async_action",
        "async_action_with_progress",
        "async_operation",
        "async_operation_with_progress",
        "run_action",
        "run_action_with_progress",
        "run_operation",
        "run_operation_with_progress",
    ),
    "bridges.observing": ("hresult_of",),
    "bridges.promise": ("Promise",),
    "bridges.to_asyncio": ("as_task",),
    "bridges.to_futures": ("as_future",),
    "faking.namespaces": ("WinRTCall", "fake_winrt"),
    "queues.dispatcher": (
        "CoreDispatcher",
        "CoreDispatcherPriority",
        "CoreProcessEventsOption",
        "IdleDispatchedHandlerArgs",
    ),
    "queues.thread_pool": ("ThreadPool", "WorkItemPriority"),
    "recorder": ("Log", "recording", "recording_calls"),
}
"""The module that each name is loaded from that is loaded later."""

_MODULE_OF = {name: module for module, names in _LATER.items() for name in names}


def __getattr__(name: str) -> object:
    """Load the module of a public name; AttributeError for any other name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names as well as those loaded so far."""
    return sorted({*globals(), *_MODULE_OF})
