"""Implementations with a lock: one is right, the others let go of it between a check and the act that relies on it.

No sequence of calls tells them apart; a schedule that switches threads in the window does.
"""

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks, correct
from iasyncinfo_conformance.counterexamples.plain import Handler, Refused
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    E_UNEXPECTED,
    S_OK,
)


class Locked:
    """An operation or action without progress: every member looks and acts under one lock."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._status = AsyncStatus.STARTED
        self._working = True
        self._closed = False
        self._result: Any = None
        self._code = S_OK
        self._assigned = False
        self._called = False
        self._handler: Handler | None = None
        self._cancels_told = 0

    # -- the caller's members -----------------------------------------------------------------------

    @property
    def id(self) -> int:
        """The operation's number."""
        with self._lock:
            self._enter()
            return 1

    @property
    def status(self) -> AsyncStatus:
        """How far the operation has come."""
        with self._lock:
            self._enter()
            return self._status

    @property
    def error_code(self) -> int:
        """The code with which the worker failed, or S_OK."""
        with self._lock:
            self._enter()
            return self._code

    @property
    def completed(self) -> Handler | None:
        """The handler that waits or runs, or null."""
        with self._lock:
            self._enter()
            return self._handler

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._put(handler)

    def get_results(self) -> Any:
        """Return the worker's result; refused where there is none."""
        with self._lock:
            self._require_results()
            return self._result

    def cancel(self) -> None:
        """Ask the worker to stop, once; nothing afterwards."""
        with self._lock:
            if self._status == AsyncStatus.STARTED:
                self._request_cancel()

    def close(self) -> None:
        """End the use of the operation; refused while it is started."""
        with self._lock:
            if self._status == AsyncStatus.STARTED:
                raise Refused(E_ILLEGAL_STATE_CHANGE)
            self._closed = True
            self._result = None

    # -- what they are made of, under the lock --------------------------------------------------------

    def _enter(self) -> None:
        if self._closed:
            raise Refused(E_ILLEGAL_METHOD_CALL)

    def _require_results(self) -> None:
        self._enter()
        if self._status != AsyncStatus.COMPLETED:
            raise Refused(self._code if self._status == AsyncStatus.ERROR else E_ILLEGAL_METHOD_CALL)

    def _request_cancel(self) -> None:
        self._status = AsyncStatus.CANCELED
        self._cancels_told += 1

    def _assign(self) -> None:
        self._enter()
        if self._assigned:
            raise Refused(E_ILLEGAL_DELEGATE_ASSIGNMENT)
        self._assigned = True

    def _take(self) -> Handler | None:
        """Return the handler that waits, which is then the caller's to call, if any."""
        if self._called or self._handler is None:
            return None
        self._called = True
        return self._handler

    # -- calls, without the lock ------------------------------------------------------------------------

    def _put(self, handler: Handler | None) -> None:
        with self._lock:
            self._assign()
            self._handler = handler
            due = self._take() if self._status != AsyncStatus.STARTED else None
        self._call(due)

    def _call(self, handler: Handler | None) -> None:
        if handler is not None:
            with suppress(BaseException):
                handler(self, self._status)
            with self._lock:
                self._handler = None

    # -- the worker's ---------------------------------------------------------------------------------

    def _complete(self, result: Any) -> None:
        self._end(AsyncStatus.COMPLETED, result=result if self._kind.has_result else None)

    def _fail(self, hresult: int) -> None:
        self._end(AsyncStatus.ERROR, code=hresult)

    def _acknowledge_cancel(self) -> None:
        with self._lock:
            requested = self._status == AsyncStatus.CANCELED
        if requested:
            self._end(AsyncStatus.CANCELED)

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        with self._lock:
            self._working = False
            if self._status == AsyncStatus.STARTED:
                self._status, self._result, self._code = status, result, code
            due = self._take()
        self._call(due)


class _ClaimsOnce(Locked):
    """The call is claimed with a lock that is never let go, and for which nobody waits."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._claim = threading.Lock()

    def _take(self) -> Handler | None:
        handler = self._handler
        return handler if handler is not None and self._claim.acquire(blocking=False) else None


class LooksBeforeItPuts(Locked):
    """An end that comes between the look at the status and the keeping of the handler calls nobody."""

    def _put(self, handler: Handler | None) -> None:
        with self._lock:
            self._assign()
            is_due = self._status != AsyncStatus.STARTED
        with self._lock:
            self._handler = handler
            due = self._take() if is_due else None
        self._call(due)


class _CallsBeforeItMarks(Locked):
    def _put(self, handler: Handler | None) -> None:
        with self._lock:
            self._assign()
            self._handler = handler
            due = handler if self._status != AsyncStatus.STARTED and not self._called else None
        self._called = self._called or due is not None
        self._call(due)

    def _take(self) -> Handler | None:
        return super()._take() if self._handler is not None else None


class _LooksBeforeItCancels(Locked):
    def cancel(self) -> None:
        with self._lock:
            started = self._status == AsyncStatus.STARTED
        if started:
            with self._lock:
                self._request_cancel()


class _LooksBeforeItTells(Locked):
    _token_is_gone = False

    def cancel(self) -> None:
        with self._lock:
            started = self._status == AsyncStatus.STARTED
        if started:
            with self._lock:
                if self._token_is_gone:
                    raise Refused(E_UNEXPECTED)
            super().cancel()

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        with self._lock:
            self._token_is_gone = True
        super()._end(status, result, code)


class _ClosesOneAtATime(Locked):
    _closing = False

    def close(self) -> None:
        with self._lock:
            if self._closing:
                raise Refused(E_ILLEGAL_STATE_CHANGE)
            self._closing = True
        try:
            super().close()
        finally:
            with self._lock:
                self._closing = False


class _LooksBeforeItAnswers(Locked):
    def get_results(self) -> Any:
        with self._lock:
            self._require_results()
        with self._lock:
            return self._result


class _LooksBeforeItDraws(Locked):
    _drawn = 0

    @property
    def id(self) -> int:
        with self._lock:
            self._enter()
            drawn = self._drawn
        if not drawn:
            drawn = next(_numbers)
            with self._lock:
                self._drawn = drawn
        return drawn


_numbers = count(1)


def _subject(implementation: type[Locked], kind: Kind) -> Subject:
    """Return an operation of this class and its levers; none of them reports progress."""
    if kind.has_progress:
        raise NotImplementedError
    operation = implementation(kind)
    return Subject(
        operation,
        complete=operation._complete,
        fail=operation._fail,
        acknowledge_cancel=operation._acknowledge_cancel,
        cancel_notifications=lambda: operation._cancels_told,
    )


def _explored(start: Callable[[Kind], Subject]) -> Callable[[Kind], Subject]:
    """Have the schedules of this module's races explored."""
    start.sources = (sys.modules[__name__],)  # type: ignore[attr-defined]
    return start


@correct("one-lock")
@_explored
def locked(kind: Kind) -> Subject:
    """Every member looks and acts under one lock."""
    return _subject(Locked, kind)


@correct("once-flag")
@_explored
def once_flag(kind: Kind) -> Subject:
    """A lock that is only ever tried is a flag: a handler may run while it is taken."""
    return _subject(_ClaimsOnce, kind)


@breaks("FIRE-ONCE", "[complete(5) | put_completed(h1)]", "calls nobody", also=("LATE-SET",), raced=True)
@_explored
def handler_lost_at_the_end(kind: Kind) -> Subject:
    """Whether a handler is due is found out before it is put: an end in between never calls it."""
    return _subject(LooksBeforeItPuts, kind)


@breaks("FIRE-ONCE", "cancel [put_completed(h1) | complete(5)]", "calls h1(Canceled)", raced=True)
@_explored
def marked_after_the_put(kind: Kind) -> Subject:
    """A put notes outside the lock that its handler is called: an end in between calls it again."""
    # The end looks at the note only where a handler waits: no one run shows that it matters when it is written.
    return _subject(_CallsBeforeItMarks, kind)


@breaks("STATUS", "[cancel | fail(0x80004005)] status error_code", "status returns Canceled", raced=True)
@_explored
def cancel_overwrites_the_end(kind: Kind) -> Subject:
    """Cancel finds the operation started and then cancels it, whether it has ended in between or not."""
    return _subject(_LooksBeforeItCancels, kind)


@breaks("CANCEL-OK", "[cancel | complete(5)]", "cancel fails with 0x8000FFFF", raced=True)
@_explored
def cancel_meets_the_end(kind: Kind) -> Subject:
    """Cancel finds the operation started and then tells a worker that has let its token go: it fails."""
    return _subject(_LooksBeforeItTells, kind)


@breaks("CLOSE-IDEMP", "complete(5) [close | close]", "close fails with 0x8000000D", raced=True)
@_explored
def close_meets_close(kind: Kind) -> Subject:
    """A Close that comes while another is at it is refused, as if the operation were started."""
    return _subject(_ClosesOneAtATime, kind)


@breaks("RESULTS", "complete(5) [close | get_results]", "get_results returns null", raced=True)
@_explored
def results_gone_at_close(kind: Kind) -> Subject:
    """GetResults finds that there is a result and then returns it: null, when a close came in between."""
    return _subject(_LooksBeforeItAnswers, kind)


@breaks("ID-STABLE", "[id | id]", "id returns", raced=True)
@_explored
def id_drawn_twice(kind: Kind) -> Subject:
    """The id is drawn when it is first asked for: two threads that both find none draw one each."""
    return _subject(_LooksBeforeItDraws, kind)
