"""Right implementations whose answers differ where the rules leave it open."""

import itertools
import logging
import random
from dataclasses import replace
from typing import Any, Final

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    DISCONNECTED,
    E_ILLEGAL_STATE_CHANGE,
    E_POINTER,
    E_UNEXPECTED,
    RO_E_CLOSED,
    S_OK,
    unsigned,
)

_LOG: Final = logging.getLogger(__name__)


class Waits(Plain):
    """A handler set while a cancel is pending waits for the worker."""

    def _is_due(self) -> bool:
        return not self._working


class Overturns(Plain):
    """What the worker ends with counts, though it was to cancel."""

    def close(self) -> None:
        """End the use of the operation; refused until the worker has ended."""
        if self._working:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        super().close()

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        self._status, self._result, self._code = status, result, code


class Patient(Waits, Overturns):
    """Both: no handler is ever told what does not stay true."""


class Retains(Plain):
    """Completed goes on to read the handler that was called."""

    def _fire(self, status: AsyncStatus) -> None:
        handler = self._handler
        try:
            super()._fire(status)
        finally:
            self._handler = handler


class IgnoresNull(Plain):
    """Setting Completed to null does nothing while no handler is set."""

    def _put_completed(self, handler: Handler | None) -> None:
        if handler is not None or self._assigned:
            super()._put_completed(handler)


class Propagates(Plain):
    """A handler's failure reaches whoever caused the call, unless its client is gone."""

    def _call(self, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except OSError as error:
            if unsigned(getattr(error, "winerror", None) or 0) not in DISCONNECTED:
                raise


class _RefusesNull(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if handler is None and not self._assigned:
            raise self._refusal(E_POINTER)
        super()._put_completed(handler)


class _RefusesNullAfterAll(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if handler is None and not self._assigned:
            self._assigned = True
            raise self._refusal(E_POINTER)
        super()._put_completed(handler)


class _Cooperative(Plain):
    def _tell_worker(self) -> None:
        super()._tell_worker()
        self._acknowledge_cancel()


class _Deaf(Plain):
    def _tell_worker(self) -> None:
        pass


class _SaysClosed(Plain):
    def _enter(self) -> None:
        if self._closed:
            raise self._refusal(RO_E_CLOSED)


class _ReportsOn(Reporting):
    def _stop_listening(self) -> None:
        pass

    def _report_progress(self, value: Any) -> None:
        self._report(value)


class _HandsOverOnce(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._taken = False

    def get_results(self) -> Any:
        result = super().get_results()
        if self._taken and self._kind.has_result:
            raise self._refusal(E_UNEXPECTED)
        self._taken = True
        return result


class _LetsGo(Plain):
    def close(self) -> None:
        super().close()
        self._handler = None


class _Random(Plain):
    _numbers = random.Random(19830118)

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._id = self._numbers.randrange(1, 2**31)

    @property
    def id(self) -> int:
        self._enter()
        return self._id


class _Counted(_Random):
    _count = itertools.count(1)

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._id = next(self._count)


class _Strict(Plain):
    def _acknowledge_cancel(self) -> None:
        if self._status == AsyncStatus.STARTED:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        super()._acknowledge_cancel()


class _CrashesWorker(Propagates):
    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        try:
            super()._end(status, result, code)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException:  # an unhandled failure of the process, which the caller does not see
            _LOG.debug("the process would end here", exc_info=True)


@correct("waits")
def start_waits(kind: Kind) -> Subject:
    """A handler set while a cancel is pending waits for the worker."""
    return subject(Waits, kind)


class IgnoresNullAgain(Plain):
    """Setting null once Completed has been set does nothing."""

    def _put_completed(self, handler: Handler | None) -> None:
        if not (self._assigned and handler is None):
            super()._put_completed(handler)


@correct("ignores-null-again")
def start_ignores_null_again(kind: Kind) -> Subject:
    """Setting Completed to null uses the slot up; once it is used up, null is ignored."""
    return subject(IgnoresNullAgain, kind)


@correct("overturns")
def start_overturns(kind: Kind) -> Subject:
    """A success or failure after a cancel counts, even where a handler was told Canceled at once."""
    return subject(Overturns, kind)


@correct("patient")
def start_patient(kind: Kind) -> Subject:
    """A success or failure after a cancel counts, and handlers wait for it."""
    return subject(Patient, kind)


@correct("ignores-null")
def start_ignores_null(kind: Kind) -> Subject:
    """Setting Completed to null does not count."""
    return subject(IgnoresNull, kind)


@correct("refuses-null")
def start_refuses_null(kind: Kind) -> Subject:
    """Setting Completed to null is refused with E_POINTER."""
    return subject(_RefusesNull, kind)


@correct("refuses-null-after-all")
def start_refuses_null_after_all(kind: Kind) -> Subject:
    """Setting Completed to null is refused with E_POINTER and uses the slot up all the same."""
    return subject(_RefusesNullAfterAll, kind)


@correct("retains")
def start_retains(kind: Kind) -> Subject:
    """Completed reads the handler also after its call."""
    return subject(Retains, kind)


@correct("propagates")
def start_propagates(kind: Kind) -> Subject:
    """A handler's failure comes out of the put, the worker's end or the report, unless the client is gone."""
    return subject(Propagates, kind)


@correct("crashes-worker")
def start_crashes_worker(kind: Kind) -> Subject:
    """A handler's failure comes out of the put, and at the worker's end goes to the process."""
    return subject(_CrashesWorker, kind)


@correct("cooperative")
def start_cooperative(kind: Kind) -> Subject:
    """The work ends inside Cancel."""
    return replace(subject(_Cooperative, kind), cancel_ends_work=True)


@correct("deaf")
def start_deaf(kind: Kind) -> Subject:
    """The worker never hears of a cancel and may notice it by itself."""
    return subject(_Deaf, kind)


@correct("strict")
def start_strict(kind: Kind) -> Subject:
    """The worker may not acknowledge a cancel that nobody asked for."""
    return subject(_Strict, kind)


@correct("says-closed")
def start_says_closed(kind: Kind) -> Subject:
    """A closed operation answers RO_E_CLOSED."""
    return subject(_SaysClosed, kind)


@correct("lets-go")
def start_lets_go(kind: Kind) -> Subject:
    """Close while a cancel is pending drops the handler that waits."""
    return subject(_LetsGo, kind)


@correct("reports-on")
def start_reports_on(kind: Kind) -> Subject:
    """Progress is delivered after the end too."""
    return subject(_ReportsOn, kind)


@correct("hands-over-once")
def start_hands_over_once(kind: Kind) -> Subject:
    """A second GetResults is refused with E_UNEXPECTED."""
    return subject(_HandsOverOnce, kind)


@correct("random-ids")
def start_random_ids(kind: Kind) -> Subject:
    """Ids are random numbers."""
    return subject(_Random, kind)


@correct("counted-ids")
def start_counted_ids(kind: Kind) -> Subject:
    """Ids are counted."""
    return subject(_Counted, kind)
