"""The worker's side: the objects that end an operation and report its progress.

A producer keeps its operation alive while the work runs and lets go of it at the end, so that a producer
kept in a traceback or a queue does not keep the result. The operation does not know its producer.
"""

from __future__ import annotations

import sys
import warnings
from _thread import start_new_thread
from collections.abc import Callable

from iasyncinfo.errors import WorkEnded
from iasyncinfo.generics import TYPE_CHECKING, Generic, TypeVar
from iasyncinfo.operations.failures import Failure, failure_of
from iasyncinfo.operations.handlers import require_handler
from iasyncinfo.operations.lifecycle import Lifecycle, acknowledge
from iasyncinfo.states import CANCELED, CLOSED, COMPLETED, ERROR
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import RPC_E_DISCONNECTED

if TYPE_CHECKING:
    from typing import Any, NoReturn

_COMPLETED = AsyncStatus.COMPLETED
_warn = warnings.warn  # while this module has its names: the other may have lost its own when the interpreter exits

R = TypeVar("R")
P = TypeVar("P")

_DISCONNECTED = Failure(RPC_E_DISCONNECTED, None).seen()  # whoever gives work up knows; of a drop a warning tells


class Producer:
    """What the producers of all kinds can do; ``create`` of an operation's class makes one.

    The members that end the work return whether the operation now has the status asked for. The first
    of them to be called ends the work; each later one raises WorkEnded and changes nothing, except
    ``disconnect``, which is for cleaning up. After a cancel was requested the operation ends as Canceled
    whatever is asked, and False is returned, unless ``from_canceled`` (WRL's TransitionFromCanceled) says
    that the outcome counts all the same. Once the caller has closed the canceled operation it can only end
    as Canceled.

    A producer dropped before the work has ended fails its operation with RPC_E_DISCONNECTED, on a
    thread of its own, and a ResourceWarning says so.
    """

    __slots__ = ("__weakref__", "_operation")

    # Set by ``create``: a call of __init__ would be a tenth of a whole life cycle.
    _operation: Lifecycle | None

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} of {self._operation or 'an operation that has ended'}>"

    def fail(self, reason: int | BaseException, *, from_canceled: bool = False) -> bool:
        """End the work with an error: an HRESULT, signed or not, or an exception.

        The code of an exception is its ``winerror`` or ``hresult`` where that is a failure, the HRESULT of the Win32
        code of one of Windows' own OSErrors, otherwise E_FAIL; the caller's OperationFailed has it as ``__cause__``.
        Raises ValueError for a code that is not a failure, TypeError for anything else, WorkEnded if the work has
        ended. Returns whether the status became Error.
        """
        failure = failure_of(reason)
        operation = self._operation
        if operation is None:
            raise self._ended()
        status = operation._end(ERROR, failure, from_canceled)
        self._operation = None
        if status is None:
            raise self._ended()
        return status is AsyncStatus.ERROR

    def acknowledge_cancel(self) -> bool:
        """End the work as canceled, which was asked for; return whether that ended it.

        If no cancel was requested, returns False and the work goes on. Raises WorkEnded if it has ended.
        """
        operation = self._operation
        if operation is None:
            raise self._ended()
        if not operation._cancel_requested():
            return False
        status = operation._end(CANCELED, None, False)
        self._operation = None
        if status is None:
            raise self._ended()
        return status is AsyncStatus.CANCELED

    def disconnect(self) -> None:
        """Give the work up: unless it has ended, it ends with RPC_E_DISCONNECTED, as after a drop but at once."""
        operation = self._operation
        self._operation = None
        if operation is not None:
            operation._end(ERROR, _DISCONNECTED, False)

    def _ended(self) -> WorkEnded:
        return WorkEnded(
            f"this {type(self).__qualname__} has ended the work before; use disconnect() where that is no mistake"
        )

    @property
    def cancel_requested(self) -> bool:
        """Whether the work is to stop; False once it has ended."""
        operation = self._operation
        return operation is not None and operation._cancel_requested()

    def on_cancel(self, callback: Callable[[], object] | None) -> None:
        """Set what is called when a cancel is requested: once, on the thread that requests it.

        There is one callback; another replaces it and None removes it. If a cancel was already
        requested, it is called at once instead; if the work has ended, never. Its exceptions are
        treated as a handler's. A method of this producer does not keep it alive.
        """
        if callback is not None:
            require_handler(callback, "a cancel callback")
        operation = self._operation
        if operation is not None:
            operation._subscribe(self._own(callback) if getattr(callback, "__self__", None) is self else callback)

    def _own(self, method: Any) -> Callable[[], object]:
        """Return what an operation keeps for a method of this producer, which it must not keep alive."""
        return acknowledge if method.__func__ is Producer.acknowledge_cancel else unowned(method)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} ends one operation: it cannot be copied or pickled")

    def _drop(self) -> None:
        """Do on the spot what is done of a producer that nobody has any more, without waiting until it is noticed."""
        operation = self._operation
        self._operation = None
        if operation is not None:
            _disconnect(operation)

    def __del__(self) -> None:
        if self._operation is not None and _disconnect is not None:  # at exit modules are emptied before their objects
            _disconnect(self._operation)


class ActionProducer(Producer):
    """Ends an AsyncAction."""

    __slots__ = ()

    def complete(self, *, from_canceled: bool = False) -> bool:
        """End the work with success; return whether the status became Completed. Raises WorkEnded."""
        operation = self._operation
        if operation is None:
            raise self._ended()
        status = operation._end(COMPLETED, None, from_canceled)
        self._operation = None
        if status is _COMPLETED:
            return True
        if status is None:
            raise self._ended()
        return False


class OperationProducer(Producer, Generic[R]):
    """Ends an AsyncOperation."""

    __slots__ = ()

    def complete(self, result: R, *, from_canceled: bool = False) -> bool:
        """End the work with a result; return whether the status became Completed. Raises WorkEnded."""
        operation = self._operation
        if operation is None:
            raise self._ended()
        status = operation._end(COMPLETED, result, from_canceled)
        self._operation = None
        if status is _COMPLETED:
            return True
        if status is None:
            raise self._ended()
        return False


class ActionWithProgressProducer(ActionProducer, Generic[P]):
    """Ends an AsyncActionWithProgress and reports its progress."""

    __slots__ = ()

    def report_progress(self, value: P) -> None:
        """Call the Progress handler with ``value`` on this thread; after the end of the work do nothing."""
        operation = self._operation
        if operation is not None:
            operation._report(value)


class OperationWithProgressProducer(OperationProducer[R], Generic[R, P]):
    """Ends an AsyncOperationWithProgress and reports its progress."""

    __slots__ = ()

    def report_progress(self, value: P) -> None:
        """Call the Progress handler with ``value`` on this thread; after the end of the work do nothing."""
        operation = self._operation
        if operation is not None:
            operation._report(value)


def unowned(method: Any) -> Callable[[], object]:
    """Return what calls a method of an object and does not keep that alive."""
    from weakref import WeakMethod

    reference = WeakMethod(method)

    def call() -> object:
        found = reference()
        return None if found is None else found()

    return call


def _disconnect(operation: Lifecycle) -> None:
    """Fail the operation of a producer that is being dropped.

    When the interpreter exits nobody is left to be told.
    """
    if COMPLETED <= operation._life <= CLOSED:
        return
    message = f"the producer of an {type(operation).__qualname__} was dropped before the work ended"
    try:
        if not sys.is_finalizing():
            elsewhere(operation._end, ERROR, _DISCONNECTED, False)
    finally:
        _warn(message, ResourceWarning, source=operation, stacklevel=3)


def elsewhere(function: Callable[..., object], *arguments: object) -> None:
    """Call from a finalizer: on another thread, because it interrupts code that may hold any lock.

    One that the handler is about to take, for one. Where the system has no thread left it is called here: whoever
    waits would wait for ever otherwise.
    """
    try:
        start_new_thread(function, arguments)
    except RuntimeError:
        function(*arguments)
