"""The caller's side: the members that the four kinds of operation share."""

from __future__ import annotations

from collections.abc import Callable, Generator

from iasyncinfo import waiting
from iasyncinfo.errors import (
    HResult,
    IllegalMethodCall,
    IllegalStateChange,
    OperationFailed,
    ResultsCanceled,
    ResultsNotReady,
)
from iasyncinfo.generics import TYPE_CHECKING, Generic, TypeVar
from iasyncinfo.operations.handlers import AWAITED, require_handler
from iasyncinfo.operations.lifecycle import Lifecycle
from iasyncinfo.states import (
    CANCEL_PENDING,
    CLOSED,
    CLOSED_RUNNING,
    COMPLETED,
    EMPTY,
    ERROR,
    HELD,
    SPENT,
    STARTED,
    STATUS,
)
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from typing import Any, Self

S_OK = HResult(0)

R_co = TypeVar("R_co", covariant=True)
Own = TypeVar("Own", bound="AsyncInfo[Any]")
"""The class of an operation. It stands where ``Self`` would: of that pyright cannot infer what a lambda is told."""


class AsyncInfo(Lifecycle, Generic[R_co]):
    """What the four kinds have in common; ``create`` makes one together with its producer.

    An operation is running from birth. Its members may be used from any thread and from its handlers.
    A handler is called on the thread that made it due: the one that ended the work, or that set it late.
    What it raises is logged and otherwise ignored, asyncio's CancelledError included; only KeyboardInterrupt,
    SystemExit and GeneratorExit reach the code on that thread. A failure that nobody has looked at when the operation
    is dropped is reported once: to the running loop's exception handler, or logged.

    A subclass may add members; ``create`` calls its class without arguments.
    """

    __slots__ = ()

    @property
    def id(self) -> int:
        """A number that no other operation of this process has; never zero."""
        if self._life >= CLOSED:
            raise self._closed()
        return self._identify()

    @property
    def status(self) -> AsyncStatus:
        """Started, Completed, Canceled or Error; Canceled as soon as a cancel is requested."""
        life = self._life
        if life >= ERROR and self._see() is None:
            raise self._closed()
        return STATUS[life]

    @property
    def error_code(self) -> HResult:
        """The signed HRESULT with which the operation failed; 0 unless the status is Error.

        It is an int, and as PyWinRT's it has ``value``.
        """
        failure = self._see()
        if self._life >= CLOSED:
            raise self._closed()
        return S_OK if failure is None else failure.code

    def cancel(self) -> None:
        """Request that the work stop.

        The status is Canceled and the producer has been told, on this thread, when this returns; the
        Completed handler is called when the work ends. If a cancel was requested before, or the
        operation has ended or is closed, nothing happens.
        """
        callback = None
        try:
            with self._lock:
                if self._life == STARTED:
                    self._life = CANCEL_PENDING
                    callback = self._on_cancel
                    self._on_cancel = None
        finally:  # also where a signal's handler raises
            if callback is not None:
                self._notify(callback)

    def close(self) -> None:
        """Release the result; afterwards every member but cancel and close refuses.

        Raises IllegalStateChange while the operation is running. If a cancel is pending, the work goes
        on, and a handler that waits is still called at its end. If already closed, nothing happens.
        """
        with self._lock:
            life = self._life
            value = self._value
            progress = self._progress
            if life == CANCEL_PENDING:
                self._life = CLOSED_RUNNING
            elif STARTED < life < CLOSED:
                self._life = CLOSED
                self._value = self._progress = None
        del value, progress
        if life == STARTED:
            raise IllegalStateChange(
                f"this {type(self).__qualname__} cannot be closed before it has ended or been canceled"
            )

    @property
    def completed(self) -> Callable[[Self, AsyncStatus], object] | None:
        """The handler that is called once, as ``handler(operation, status)``, when the work has ended.

        It can be set once, and None counts. Set on an operation that has ended, or whose cancel is
        pending, it is called before the assignment returns. Raises IllegalDelegateAssignment when set
        again or when a waiter has claimed it. Reads as None before it is set and once it has been called.
        """
        handler = self._handler
        if self._life >= CLOSED:
            raise self._closed()
        return handler

    @completed.setter
    def completed(  # noqa: C901  # what a life cycle costs is mostly here and in _end
        self: Own, handler: Callable[[Own, AsyncStatus], object] | None
    ) -> None:
        if handler is not None:
            try:  # require_handler's usual case, spelled out for speed
                awaited = handler.__code__.co_flags & AWAITED
            except AttributeError:
                awaited = True
            if awaited:
                require_handler(handler, "a Completed handler")
        lock = self._lock  # as in _end
        accepted = False
        try:
            lock.acquire()
            life = self._life
            if life == STARTED and self._slot == EMPTY:
                self._handler = handler
                self._slot = HELD
                lock.release()
                return
            accepted = self._slot == EMPTY and life < CLOSED
            progress = self._progress
            if accepted:  # the handler is due already, and this thread's to call
                self._handler = handler
                self._slot = SPENT
                self._progress = None  # as in WRL, even if the work still runs
            lock.release()
        except BaseException:
            self._interrupted(handler if accepted else None)
            raise
        del progress
        if not accepted:
            raise self._slot_refusal(life)
        if handler is not None:
            self._call(handler, STATUS[life])

    def get_results(self) -> R_co:
        """Return the result, which of an action is None; as often as asked.

        Raises OperationFailed with the error code if the operation failed, ResultsNotReady while it is
        running, ResultsCanceled once a cancel was requested and the work did not complete all the same.
        """
        if self._life == COMPLETED:  # _snapshot, spelled out for speed
            result: R_co = self._value
            if self._life == COMPLETED:
                return result
        return self._refuse_results()

    def get(self) -> R_co:
        """Wait until the work has ended and return the result; claims Completed on a running operation.

        Raises OperationCanceled if the operation was canceled, OperationFailed if it failed,
        IllegalDelegateAssignment if Completed is taken, RuntimeError on the thread of a running loop.
        """
        return waiting.get(self)

    def wait(self, seconds: float, /) -> AsyncStatus:
        """Wait at most so long for the work to end; claims Completed on a running operation.

        Returns the final status, or STARTED if the time is over first, and then the claim stays. Raises
        IllegalDelegateAssignment if Completed is taken, RuntimeError on the thread of a running loop.
        """
        return waiting.wait(self, seconds)

    def __await__(self) -> Generator[Any, None, R_co]:
        """Do as ``get`` does, in asyncio; an operation that has ended answers at once.

        Canceling the task cancels the operation, waits for its end, then raises CancelledError;
        canceling the task again gives up that wait.
        """
        return waiting.answer(self)

    def _refuse_results(self) -> R_co:
        """Return the result if it has come by now, or raise why there is none."""
        life, value = self._snapshot()
        if life == COMPLETED:
            result: R_co = value
            return result
        if life == ERROR:
            failure = value.seen()
            raise OperationFailed(failure.code, f"this {type(self).__qualname__} failed") from failure.cause
        raise self._results_refusal(life)

    def _results_refusal(self, life: int) -> IllegalMethodCall:
        if life >= CLOSED:
            return self._closed()
        if life == STARTED:
            return ResultsNotReady(f"this {type(self).__qualname__} has no results before it has ended")
        return ResultsCanceled(f"this {type(self).__qualname__} was canceled and has no results")
