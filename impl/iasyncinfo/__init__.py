"""A thread-safe, awaitable implementation of Windows' IAsyncInfo objects.

``create`` of each of the four classes returns an operation, for the caller, and its producer, for the
worker::

    operation, producer = AsyncOperation[str].create()
    operation.completed = lambda operation, status: print(operation.get_results())
    producer.complete("done")
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
)
from iasyncinfo.kinds import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
)
from iasyncinfo.producer import (
    ActionProducer,
    ActionWithProgressProducer,
    OperationProducer,
    OperationWithProgressProducer,
)
from iasyncinfo_spec.abi import AsyncStatus

__all__ = [
    "ActionProducer",
    "ActionWithProgressProducer",
    "AsyncAction",
    "AsyncActionWithProgress",
    "AsyncInfoError",
    "AsyncOperation",
    "AsyncOperationWithProgress",
    "AsyncStatus",
    "IllegalDelegateAssignment",
    "IllegalMethodCall",
    "IllegalStateChange",
    "OperationCanceled",
    "OperationClosed",
    "OperationFailed",
    "OperationProducer",
    "OperationWithProgressProducer",
    "ResultsCanceled",
    "ResultsNotReady",
]
