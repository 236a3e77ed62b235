"""Continuations: PPL's ``create_task(operation).then`` and WinJS's ``then`` and ``done``.

Theory of operation. A promise is *settled* once, with a value or an error, and then calls its listeners: those
of this promise first, then those of the promises that they settled, and so on. Until then it depends on a
source, which is what ``cancel`` asks: the operation for a first promise, the promise that ``then`` was called
on for the one that it returned, or the operation or promise that a handler returned.

Handlers run on the thread that settled the promise, or within ``then`` and ``done`` if it was settled before.
They never run under the lock.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from iasyncinfo.errors import OperationCanceled
from iasyncinfo.observing import ask_to_cancel, is_operation, outcome_of, require_operation, watch
from iasyncinfo.reporting import report_exception

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TypeAlias

    from iasyncinfo_spec.protocols import IAsyncOperation

    Handler: TypeAlias = Callable[[Any], Any] | None

R_co = TypeVar("R_co", covariant=True)
S = TypeVar("S")


class _Outcome(NamedTuple):
    """A value, or an error and where it was raised, which each who is told it adds to."""

    value: Any
    error: Exception | None
    traceback: TracebackType | None = None


class _Listener(NamedTuple):
    """What ``then`` or ``done`` was given, and the promise that ``then`` returned."""

    completed: Handler
    error: Handler
    progress: Handler
    target: Promise[Any] | None


class Promise(Generic[R_co]):
    """The end of an operation, for any number of handlers that can be chained.

    ``Promise(operation)`` claims the operation's Completed, and its Progress if it has one. An error is the
    exception that ``get_results`` raised, or OperationCanceled. A promise can be awaited.

    Raises TypeError for what is no operation, and what the operation raises where its Completed is taken
    (IllegalDelegateAssignment) or it is closed. Source: ``concurrency::create_task``, ``WinJS.Promise``.
    """

    def __init__(self, operation: IAsyncOperation[R_co, int], /) -> None:
        require_operation(operation, "Promise")
        self._prepare(partial(ask_to_cancel, operation), chained=False)
        status = watch(operation, partial(self._told, operation))
        if status is not None:
            self._told(operation, None, status)
        else:
            with suppress(AttributeError, OSError):  # a kind without progress, or one that was closed meanwhile
                operation.progress = lambda _sender, value: self._report(value)  # type: ignore[attr-defined]

    def _prepare(self, cancel_source: Callable[[], object], *, chained: bool) -> None:
        self._lock = Lock()
        self._outcome: _Outcome | None = None
        self._listeners: list[_Listener] = []
        self._cancel_source: Callable[[], object] | None = cancel_source
        self._canceling = False
        self._chained = chained

    # -- what users call ----------------------------------------------------------------------------

    @overload
    def then(
        self, completed: None = None, error: None = None, progress: Callable[[Any], object] | None = None
    ) -> Promise[R_co]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], Promise[S]],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], IAsyncOperation[S, int]],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], S],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: None,
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]],
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[R_co | S]: ...
    def then(self, completed: Handler = None, error: Handler = None, progress: Handler = None) -> Promise[Any]:
        """Call ``completed(value)`` or ``error(exception)`` at the end, and return a promise of what that returns.

        A returned operation or promise is waited for. An ``Exception`` raised is the new promise's error. Without a
        handler the value or the error is passed on. ``progress(value)`` is called for each report; reports are
        passed on where neither of the others is given, and an ``Exception`` that it raises is logged.

        Raises TypeError for a handler that is not callable.
        """
        _require_handlers(completed, error, progress)
        target = _pending(self.cancel)
        self._listen(_Listener(completed, error, progress, target))
        return target

    def done(
        self,
        completed: Callable[[R_co], object] | None = None,
        error: Callable[[Exception], object] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> None:
        """Do as ``then`` at the end of a chain: an error that nobody handles goes to ``sys.excepthook``.

        But for OperationCanceled, which is nobody's mistake.
        """
        _require_handlers(completed, error, progress)
        self._listen(_Listener(completed, error, progress, None))

    def cancel(self) -> None:
        """Ask the source to cancel, then settle with OperationCanceled.

        But not if asking has settled this promise, or made a handler return what is now waited for. Does nothing if
        it was settled before; a cancel that comes while the source is being asked settles it at once.
        """
        asked: list[tuple[Promise[Any], Callable[[], object]]] = []
        promise: Promise[Any] = self
        while (source := promise._begin_to_cancel()) is not None:
            asked.append((promise, source))
            owner = getattr(source, "__self__", None)
            if not isinstance(owner, Promise):
                break
            promise = owner  # whose cancel the source is: without a call, for chains may be long
        else:
            promise._be_canceled()
        if source is not None:
            try:
                source()
            except BaseException:
                for promise, _ in asked:
                    promise._canceling = False
                raise
        for promise, source in reversed(asked):
            with promise._lock:
                is_left = promise._cancel_source is source
            if is_left:  # and not settled, and no handler that was told so returned a new source
                promise._be_canceled()

    def _begin_to_cancel(self) -> Callable[[], object] | None:
        """Return the source that is to be asked, or None where there is none, or it is being asked."""
        with self._lock:
            source = None if self._canceling else self._cancel_source
            self._canceling = self._outcome is None
            return source

    def _be_canceled(self) -> None:
        self._fail_and_tell(OperationCanceled(f"{self!r} was canceled"))

    def __await__(self) -> Generator[Any, None, R_co]:
        """Wait for the end in asyncio and return the value or raise the error.

        Canceling the task cancels the promise. Raises RuntimeError without a running loop.
        """
        import asyncio

        from iasyncinfo.tasks import ends_of

        future: asyncio.Future[R_co] = asyncio.get_running_loop().create_future()
        self._listen(_Listener(*ends_of(future), None, None))
        try:
            return (yield from future)
        except asyncio.CancelledError:
            self.cancel()
            raise
        except Exception as error:
            outcome = self._outcome
            traceback = outcome.traceback if outcome is not None else None
            raise error.with_traceback(traceback)  # noqa: B904  # the same error; not where others awaited it

    # -- settling -----------------------------------------------------------------------------------

    def _told(self, operation: IAsyncOperation[Any, int], _sender: object, status: int) -> None:
        value, error = outcome_of(operation, status)
        if error is None:
            self._resolve_and_tell(value)
        else:
            self._fail_and_tell(error)

    def _resolve_and_tell(self, value: Any) -> None:
        """Settle with a value, or wait for it if it is an operation or promise, and call the listeners."""
        if self._resolve(value):
            self._tell()

    def _fail_and_tell(self, error: Exception) -> None:
        self._settle_and_tell(_Outcome(None, error))

    def _settle_and_tell(self, outcome: _Outcome) -> None:
        if self._settle(outcome):
            self._tell()

    def _settle(self, outcome: _Outcome) -> bool:
        """Settle; return whether that was still to do."""
        released = None  # dropped after the lock: its finalizer may be anybody's
        with self._lock:
            settled = self._outcome is None
            if settled:
                self._outcome = outcome
                released, self._cancel_source = self._cancel_source, None
        del released
        return settled

    def _resolve(self, value: Any) -> bool:
        """Settle with a value, or begin to wait for it; return whether this promise is settled by it now."""
        if not _is_source(value):
            return self._settle(_Outcome(value, None))
        try:
            source = value if isinstance(value, Promise) else Promise(value)
        except Exception as error:
            return self._settle(_Outcome(None, error))
        with self._lock:
            waits = self._outcome is None
            if waits:
                self._cancel_source = source.cancel
                self._canceling = False
        if waits:
            source._listen(self._follower(source))
        return False

    def _follower(self, source: Promise[Any]) -> _Listener:
        """Return what lets this promise end as ``source`` does.

        The listeners of this one come after all of the source's; but as in WinJS, before those behind it where the
        source is a first promise.
        """
        if source._chained:
            return _Listener(None, None, None, self)
        return _Listener(self._resolve_and_tell, self._fail_and_tell, self._report, None)

    def _tell(self) -> None:
        """Call the listeners of this promise, then of those that they settled."""
        queue: deque[Promise[Any]] = deque([self])
        interrupts: list[BaseException] = []
        while queue:
            promise = queue.popleft()
            with promise._lock:
                listeners, promise._listeners = promise._listeners, []
                outcome = promise._outcome
            assert outcome is not None
            for listener in listeners:
                if _call(listener, outcome, interrupts) and listener.target is not None:
                    queue.append(listener.target)
        if interrupts:
            raise interrupts[0]

    def _listen(self, listener: _Listener) -> None:
        """Keep the listener until the end, or call it now if that has come."""
        with self._lock:
            outcome = self._outcome
            if outcome is None:
                self._listeners.append(listener)
        if outcome is None:
            return
        interrupts: list[BaseException] = []
        if _call(listener, outcome, interrupts) and listener.target is not None:
            listener.target._tell()
        if interrupts:
            raise interrupts[0]

    def _report(self, value: Any) -> None:
        with self._lock:
            listeners = list(self._listeners) if self._outcome is None else []
        for listener in listeners:
            if listener.progress is not None:
                try:
                    listener.progress(value)
                except Exception:
                    report_exception(self)
            if listener.target is not None and listener.completed is None and listener.error is None:
                listener.target._report(value)


def _pending(cancel_source: Callable[[], object]) -> Promise[Any]:
    """Return a promise that has no operation of its own."""
    promise: Promise[Any] = Promise.__new__(Promise)
    promise._prepare(cancel_source, chained=True)
    return promise


def _call(listener: _Listener, outcome: _Outcome, interrupts: list[BaseException]) -> bool:
    """Call the handler that is due; return whether that settled the listener's target.

    What is no Exception, such as KeyboardInterrupt, is left to be raised once all have been told.
    """
    value, error, _ = outcome
    handler = listener.completed if error is None else listener.error
    if listener.target is None:
        _finish(handler, outcome)
        return False
    if handler is None:
        return listener.target._settle(outcome)
    try:
        returned = handler(value if error is None else error)
    except BaseException as raised:
        error = _error_of(raised)
        if not isinstance(raised, Exception) and not isinstance(error, OperationCanceled):
            interrupts.append(raised)
        inside = raised.__traceback__.tb_next if raised.__traceback__ is not None else None
        return listener.target._settle(_Outcome(None, error.with_traceback(inside), inside))
    return listener.target._resolve(returned)


def _error_of(raised: BaseException) -> Exception:
    """Return the error of a promise whose handler raised this."""
    if isinstance(raised, StopIteration):
        error: Exception = RuntimeError("a handler of a promise raised StopIteration")
    elif isinstance(raised, Exception):
        return raised
    elif type(raised).__name__ == "CancelledError":  # asyncio's, without importing it
        error = OperationCanceled("a handler of a promise was canceled")
    else:
        error = RuntimeError(f"a handler of a promise was interrupted by {type(raised).__name__}")
    error.__cause__ = raised
    return error


def _finish(handler: Handler, outcome: _Outcome) -> None:
    """Call a handler of ``done``; an error that is left over is nobody's but the interpreter's."""
    value, error, _ = outcome
    unhandled = error
    if handler is not None:
        try:
            returned = handler(value if error is None else error)
            if _is_source(returned):
                (returned if isinstance(returned, Promise) else Promise(returned)).done()
            return
        except Exception as raised:
            unhandled = raised
    if unhandled is not None and not (error is not None and isinstance(unhandled, OperationCanceled)):
        sys.excepthook(type(unhandled), unhandled, unhandled.__traceback__)


def _is_source(value: object) -> bool:
    return isinstance(value, Promise) or is_operation(value)


def _require_handlers(*handlers: object) -> None:
    for handler in handlers:
        if handler is not None and not callable(handler):
            raise TypeError(f"a handler is a callable or None, not {handler!r}")
