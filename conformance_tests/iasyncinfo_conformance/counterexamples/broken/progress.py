"""Wrong implementations of Progress."""

from functools import partial
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_DELEGATE_ASSIGNMENT, E_POINTER

_entered = partial(breaks, kind=Kind.ACTION_WITH_PROGRESS)


class _Once(Reporting):
    _assigned_progress = False

    def _put_progress(self, handler: Handler | None) -> None:
        if self._assigned_progress:
            raise Refused(E_ILLEGAL_DELEGATE_ASSIGNMENT)
        self._assigned_progress = True
        super()._put_progress(handler)


class _KeepsFirst(Reporting):
    def _put_progress(self, handler: Handler | None) -> None:
        if self._listener is None or handler is None:
            super()._put_progress(handler)


class _KeepsAtNull(Reporting):
    def _put_progress(self, handler: Handler | None) -> None:
        if handler is not None:
            super()._put_progress(handler)


class _ReadsNull(Reporting):
    def _get_progress(self) -> Handler | None:
        return None


class _Forgets(Reporting):
    def _put_progress(self, handler: Handler | None) -> None:
        pass


class _Counting(Reporting):
    _count = 0

    def _report(self, value: Any) -> None:
        self._count += self._listener is not None
        if self._heard(self._count):
            super()._report(value)

    def _heard(self, count: int) -> bool:
        return bool(count)


class _Alternate(_Counting):
    def _heard(self, count: int) -> bool:
        return count % 2 == 1


class _LosesTenth(_Counting):
    def _heard(self, count: int) -> bool:
        return count % 10 != 0


class _Twice(Reporting):
    def _report(self, value: Any) -> None:
        super()._report(value)
        super()._report(value)


class _NoSender(Reporting):
    _telling = False

    def _report(self, value: Any) -> None:
        self._telling = True
        super()._report(value)
        self._telling = False

    def _sender(self) -> Any:
        return None if self._telling else super()._sender()


class _Stale(Reporting):
    _last: Any = None

    def _report(self, value: Any) -> None:
        self._last, last = value, self._last
        super()._report(value if last is None else last)


class _NoRepeats(Reporting):
    _last: tuple[Any, ...] = ()

    def _report(self, value: Any) -> None:
        if self._listener is None or self._last != (value,):
            super()._report(value)
        self._last = (value,)


class _Queued(Reporting):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._queue: list[tuple[Handler, Any]] = []

    def _report(self, value: Any) -> None:
        if self._listener is not None:
            self._queue.append((self._listener, value))

    def _fire(self, status: AsyncStatus) -> None:
        queue, self._queue = self._queue, []
        for handler, value in queue:
            self._call(handler, value)
        super()._fire(status)


class _DeafWhenCanceled(Reporting):
    def _report(self, value: Any) -> None:
        if self._status == AsyncStatus.STARTED:
            super()._report(value)


class _LastListener(Reporting):
    _caller: Handler | None = None

    def _report(self, value: Any) -> None:
        if self._listener is None:
            return
        self._caller = self._caller or self._listener
        self._call(self._caller, value)


class _NeedsListener(Reporting):
    def _report(self, value: Any) -> None:
        if self._listener is None:
            raise Refused(E_POINTER)
        super()._report(value)


class _NeedsListenerAgain(Reporting):
    _had = False

    def _put_progress(self, handler: Handler | None) -> None:
        self._had = self._had or handler is not None
        super()._put_progress(handler)

    def _report(self, value: Any) -> None:
        if self._listener is None and self._had and self._status == AsyncStatus.STARTED:
            raise Refused(E_POINTER)
        super()._report(value)


class _Replays(Reporting):
    _unheard: tuple[Any, ...] = ()

    def _put_progress(self, handler: Handler | None) -> None:
        super()._put_progress(handler)
        if handler is not None:
            unheard, self._unheard = self._unheard, ()
            for value in unheard:
                self._call(handler, value)

    def _report(self, value: Any) -> None:
        if self._listener is None:
            self._unheard = (*self._unheard, value)
        super()._report(value)


@_entered("PROG-REPLACE", "put_progress(p1) put_progress(p2)", "0x80000018")
def progress_set_once(kind: Kind) -> Subject:
    """A second Progress handler is refused."""
    return subject(_Once, kind)


@_entered("PROG-REPLACE", "put_progress(p1) put_progress(p2) get_progress", "returns 'p1'", also=("PROG-ONCE",))
def second_listener_ignored(kind: Kind) -> Subject:
    """A second Progress handler is accepted and forgotten."""
    return subject(_KeepsFirst, kind)


@_entered("PROG-REPLACE", "put_progress(p1) put_progress(null) get_progress", "returns 'p1'", also=("PROG-NULL",))
def null_keeps_listener(kind: Kind) -> Subject:
    """Setting Progress to null does not clear it."""
    return subject(_KeepsAtNull, kind)


@_entered("PROG-REPLACE", "put_progress(p1) get_progress", "returns null")
def progress_reads_null(kind: Kind) -> Subject:
    """Progress reads null though a handler is set."""
    return subject(_ReadsNull, kind)


@_entered("PROG-REPLACE", "put_progress(p1) get_progress", "returns null", also=("PROG-ONCE",))
def listener_forgotten(kind: Kind) -> Subject:
    """Setting Progress is accepted and does nothing."""
    return subject(_Forgets, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1) report_progress(2)", "succeeds; calls nobody")
def every_second_report(kind: Kind) -> Subject:
    """Only every second report is delivered."""
    return subject(_Alternate, kind)


@_entered("PROG-ONCE", "put_progress(p1)" + " report_progress(1)" * 10, "succeeds; calls nobody")
def tenth_report_lost(kind: Kind) -> Subject:
    """The tenth report is lost."""
    return subject(_LosesTenth, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1)", "succeeds; calls p1(1), then p1(1)")
def report_delivered_twice(kind: Kind) -> Subject:
    """Each report is delivered twice."""
    return subject(_Twice, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1)", "calls p1(not the operation")
def report_without_sender(kind: Kind) -> Subject:
    """The Progress handler is given null for the operation."""
    return subject(_NoSender, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1) report_progress(2)", "succeeds; calls p2(1)")
def report_stale(kind: Kind) -> Subject:
    """Each report delivers the value of the one before."""
    return subject(_Stale, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1) report_progress(1)", "succeeds; calls nobody")
def equal_reports_merged(kind: Kind) -> Subject:
    """A report that equals the one before is lost."""
    return subject(_NoRepeats, kind)


@_entered("PROG-ONCE", "put_progress(p1) report_progress(1)", "succeeds; calls nobody")
def reports_queued(kind: Kind) -> Subject:
    """Reports are delivered when the worker ends."""
    return subject(_Queued, kind)


@_entered("PROG-ONCE", "put_progress(p1) cancel report_progress(1) acknowledge_cancel", "succeeds; calls nobody")
def report_lost_when_canceled(kind: Kind) -> Subject:
    """Reports are lost while a cancel is pending."""
    return subject(_DeafWhenCanceled, kind)


@_entered(
    "PROG-ONCE", "put_progress(p1) report_progress(1) put_progress(p2) report_progress(2)", "succeeds; calls p1(2)"
)
def first_listener_kept(kind: Kind) -> Subject:
    """Once a handler has heard a report, it hears those of its successors too."""
    return subject(_LastListener, kind)


@_entered("PROG-NULL", "report_progress(1)", "0x80004003")
def report_needs_listener(kind: Kind) -> Subject:
    """A report that nobody listens to fails."""
    return subject(_NeedsListener, kind)


@_entered("PROG-NULL", "put_progress(p1) put_progress(null) report_progress(1)", "0x80004003")
def report_needs_listener_again(kind: Kind) -> Subject:
    """A report fails once the handler has been removed."""
    return subject(_NeedsListenerAgain, kind)


@_entered("PROG-NULL", "report_progress(1) put_progress(p1)", "succeeds; calls p1(1)", also=("PROG-ONCE",))
def unheard_reports_replayed(kind: Kind) -> Subject:
    """Reports that nobody listened to are delivered to the handler that is set next."""
    return subject(_Replays, kind)
