"""What a promise is made of: it settles once, then calls its listeners.

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
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from iasyncinfo.errors import OperationCanceled
from iasyncinfo.reporting import report_exception

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TypeAlias

    Handler: TypeAlias = Callable[[Any], Any] | None


class Outcome(NamedTuple):
    """A value, or an error and where it was raised, which each who is told it adds to."""

    value: Any
    error: Exception | None
    traceback: TracebackType | None = None


class Listener(NamedTuple):
    """What ``then`` or ``done`` was given, and the promise that ``then`` returned."""

    completed: Handler
    error: Handler
    progress: Handler
    target: Settling | None


class Settling:
    """A promise without its public face: what it comes to, who is told, and whom to ask for a cancel."""

    def _prepare(self, cancel_source: Callable[[], object], *, chained: bool) -> None:
        self._lock = Lock()
        self._outcome: Outcome | None = None
        self._listeners: list[Listener] = []
        self._cancel_source: Callable[[], object] | None = cancel_source
        self._canceling = False
        self._chained = chained

    def _source_of(self, value: object) -> Settling | None:
        """Return the promise that ``value`` is, or is made into; None for a value that is no source."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Ask the source to cancel, then settle with OperationCanceled.

        But not if asking has settled this promise, or made a handler return what is now waited for. Does nothing if
        it was settled before; a cancel that comes while the source is being asked settles it at once.
        """
        asked: list[tuple[Settling, Callable[[], object]]] = []
        promise: Settling = self
        while (source := promise._begin_to_cancel()) is not None:
            asked.append((promise, source))
            owner = getattr(source, "__self__", None)
            if not isinstance(owner, Settling):
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

    def _resolve_and_tell(self, value: Any) -> None:
        """Settle with a value, or wait for it if it is an operation or promise, and call the listeners."""
        if self._resolve(value):
            self._tell()

    def _fail_and_tell(self, error: Exception) -> None:
        self._settle_and_tell(Outcome(None, error))

    def _settle_and_tell(self, outcome: Outcome) -> None:
        if self._settle(outcome):
            self._tell()

    def _settle(self, outcome: Outcome) -> bool:
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
        try:
            source = self._source_of(value)
        except Exception as error:
            return self._settle(Outcome(None, error))
        if source is None:
            return self._settle(Outcome(value, None))
        with self._lock:
            waits = self._outcome is None
            if waits:
                self._cancel_source = source.cancel
                self._canceling = False
        if waits:
            source._listen(self._follower(source))
        return False

    def _follower(self, source: Settling) -> Listener:
        """Return what lets this promise end as ``source`` does.

        The listeners of this one come after all of the source's; but as in WinJS, before those behind it where the
        source is a first promise.
        """
        if source._chained:
            return Listener(None, None, None, self)
        return Listener(self._resolve_and_tell, self._fail_and_tell, self._report, None)

    def _tell(self) -> None:
        """Call the listeners of this promise, then of those that they settled."""
        queue: deque[Settling] = deque([self])
        interrupts: list[BaseException] = []
        while queue:
            promise = queue.popleft()
            with promise._lock:
                listeners, promise._listeners = promise._listeners, []
                outcome = promise._outcome
            assert outcome is not None
            for listener in listeners:
                if _call(promise, listener, outcome, interrupts) and listener.target is not None:
                    queue.append(listener.target)
        if interrupts:
            raise interrupts[0]

    def _listen(self, listener: Listener) -> None:
        """Keep the listener until the end, or call it now if that has come."""
        with self._lock:
            outcome = self._outcome
            if outcome is None:
                self._listeners.append(listener)
        if outcome is None:
            return
        interrupts: list[BaseException] = []
        if _call(self, listener, outcome, interrupts) and listener.target is not None:
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


def _call(promise: Settling, listener: Listener, outcome: Outcome, interrupts: list[BaseException]) -> bool:
    """Call the handler of a promise that is due; return whether that settled the listener's target.

    What is no Exception, such as KeyboardInterrupt, is left to be raised once all have been told.
    """
    value, error, _ = outcome
    handler = listener.completed if error is None else listener.error
    if listener.target is None:
        _finish(promise, handler, outcome)
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
        return listener.target._settle(Outcome(None, error.with_traceback(inside), inside))
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


def _finish(promise: Settling, handler: Handler, outcome: Outcome) -> None:
    """Call a handler of ``done``; an error that is left over is nobody's but the interpreter's."""
    value, error, _ = outcome
    unhandled = error
    if handler is not None:
        try:
            source = promise._source_of(handler(value if error is None else error))
            if source is not None:
                source._listen(Listener(None, None, None, None))  # whose error is nobody's either
            return
        except Exception as raised:
            unhandled = raised
    if unhandled is not None and not (error is not None and isinstance(unhandled, OperationCanceled)):
        sys.excepthook(type(unhandled), unhandled, unhandled.__traceback__)
