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
from _thread import RLock
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from iasyncinfo.errors import OperationCanceled
from iasyncinfo.operations.failures import Failure, code_of
from iasyncinfo.reporting import INTERRUPTS, report_exception
from iasyncinfo_spec.hresults import E_FAIL

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TypeAlias

    Handler: TypeAlias = Callable[[Any], Any] | None
    Calls: TypeAlias = "deque[tuple[Settling, Listener]]"


class Settlement(NamedTuple):
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
    at_once: bool = False
    """Whether the listeners of the target come before the next of this promise."""


class Settling:
    """A promise without its public face: what it comes to, who is told, and whom to ask for a cancel."""

    def _prepare(self, cancel_source: Callable[[], object], *, chained: bool) -> None:
        self._lock = RLock()  # a signal's handler may cancel
        self._outcome: Settlement | None = None
        self._news: Failure | None = None
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
        calls: Calls = deque()
        self._resolve(value, calls)
        _make(calls)

    def _fail_and_tell(self, error: Exception) -> None:
        if self._settle(Settlement(None, error)):
            _make(deque(self._due()))

    def _settle(self, outcome: Settlement) -> bool:
        """Settle; return whether that was still to do."""
        news = _news_of(self, outcome)
        released = None  # dropped after the lock: its finalizer may be anybody's
        with self._lock:
            settled = self._outcome is None
            if settled:
                self._outcome = outcome
                released, self._cancel_source = self._cancel_source, None
                self._news = news
        del released, news  # of an error that came after a cancel this reports
        return settled

    def _resolve(self, value: Any, calls: Calls) -> None:
        """Settle with a value, or begin to wait for it; add the calls that are due then."""
        try:
            source = self._source_of(value)
        except Exception as error:
            outcome = Settlement(None, error)
        else:
            if source is not None:
                self._follow(source, calls)
                return
            outcome = Settlement(value, None)
        if self._settle(outcome):
            calls.extend(self._due())

    def _follow(self, source: Settling, calls: Calls) -> None:
        """End as ``source`` does; if it is settled by now that is the next call.

        The listeners of this promise come after all of the source's; but as in WinJS, before those behind it where
        the source is a first promise.
        """
        with self._lock:
            waits = self._outcome is None
            if waits:
                self._cancel_source = source.cancel
                self._canceling = False
        if waits and not source._keep(Listener(None, None, None, self, at_once=not source._chained)):
            calls.appendleft((source, Listener(None, None, None, self, at_once=True)))

    def _due(self) -> list[tuple[Settling, Listener]]:
        """Return the calls of all who listen to this promise, which is settled."""
        with self._lock:
            listeners, self._listeners = self._listeners, []
        return [(self, listener) for listener in listeners]

    def _keep(self, listener: Listener) -> bool:
        """Keep the listener until the end; return False if that has come."""
        with self._lock:
            kept = self._outcome is None
            if kept:
                self._listeners.append(listener)
        return kept

    def _listen(self, listener: Listener) -> None:
        """Keep the listener until the end, or call it now if that has come."""
        if not self._keep(listener):
            _make(deque([(self, listener)]))

    def _report(self, value: Any) -> None:
        """Call who listens to progress: of this promise, then of each that it is passed on to."""
        ahead = self._listening()
        while ahead:
            listener = ahead.popleft()
            if listener.progress is not None:
                try:
                    listener.progress(value)
                except INTERRUPTS:
                    raise
                except BaseException:
                    report_exception(self)
            if listener.target is not None and listener.completed is None and listener.error is None:
                ahead.extendleft(reversed(listener.target._listening()))

    def _listening(self) -> deque[Listener]:
        with self._lock:
            return deque(self._listeners if self._outcome is None else ())


def _make(calls: Calls) -> None:
    """Make the calls that are due, those that they make due, and so on.

    What is no Exception, such as KeyboardInterrupt, is raised once all have been made.
    """
    interrupts: list[BaseException] = []
    while calls:
        promise, listener = calls.popleft()
        outcome = promise._outcome
        assert outcome is not None
        if promise._news is not None:
            promise._news.seen()
        _call(promise, listener, outcome, calls, interrupts)
    if interrupts:
        raise interrupts[0]


def _call(
    promise: Settling, listener: Listener, outcome: Settlement, calls: Calls, interrupts: list[BaseException]
) -> None:
    """Call the handler of a promise that is due, and add the calls that are due by what it came to."""
    value, error, _ = outcome
    handler, target = listener.completed if error is None else listener.error, listener.target
    if target is None:
        _finish(promise, handler, outcome, interrupts)
    elif handler is None:
        if target._settle(outcome):
            due = target._due()
            calls.extendleft(reversed(due)) if listener.at_once else calls.extend(due)
    else:
        try:
            returned = handler(value if error is None else error)
        except BaseException as raised:
            if target._settle(_outcome_of(raised, interrupts)):
                calls.extend(target._due())
        else:
            target._resolve(returned, calls)


def _outcome_of(raised: BaseException, interrupts: list[BaseException]) -> Settlement:
    """Return what a handler that raised this has come to; what is meant for the thread is an interrupt, too."""
    error = _error_of(raised)
    if isinstance(raised, INTERRUPTS):
        interrupts.append(raised)
    inside = raised.__traceback__.tb_next if raised.__traceback__ is not None else None
    return Settlement(None, error.with_traceback(inside), inside)


def _news_of(promise: Settling, outcome: Settlement) -> Failure | None:
    """Return the failure that is reported if nobody ever listens, unless the outcome is none."""
    if outcome.error is None or isinstance(outcome.error, OperationCanceled):
        return None
    return Failure(code_of(outcome.error) or E_FAIL, outcome.error, f"a {type(promise).__qualname__}")


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


def _finish(promise: Settling, handler: Handler, outcome: Settlement, interrupts: list[BaseException]) -> None:
    """Call a handler of ``done``; an error that is left over is nobody's but the interpreter's."""
    value, error, _ = outcome
    unhandled: BaseException | None = error
    if handler is not None:
        try:
            source = promise._source_of(handler(value if error is None else error))
            if source is not None:
                source._listen(Listener(None, None, None, None))  # whose error is nobody's either
            return
        except INTERRUPTS as interrupt:
            interrupts.append(interrupt)
            return
        except BaseException as raised:
            unhandled = raised
    if unhandled is not None and not (error is not None and isinstance(unhandled, OperationCanceled)):
        sys.excepthook(type(unhandled), unhandled, unhandled.__traceback__)
