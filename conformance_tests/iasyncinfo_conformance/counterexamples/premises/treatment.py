"""Wrong implementations that treat some handlers otherwise than others."""

import weakref
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind


class _HoldsWeakly(Reporting):
    def _get_progress(self) -> Handler | None:
        return self._listener() if self._listener is not None else None

    def _put_progress(self, handler: Handler | None) -> None:
        self._listener: Any = None if handler is None else weakref.ref(handler)

    def _report(self, value: Any) -> None:
        listener = self._get_progress()
        if listener is not None:
            self._call(listener, value)


class _AsksForTruth(Plain):
    def _fire(self, status: AsyncStatus) -> None:
        if self._handler:
            super()._fire(status)


class _AsksForTruthOfListener(Reporting):
    def _report(self, value: Any) -> None:
        if self._listener:
            super()._report(value)


class _KnowsItAlready(Reporting):
    def _put_progress(self, handler: Handler | None) -> None:
        if handler is None or handler != self._listener:
            super()._put_progress(handler)


class _Registers(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        super()._put_completed(next(iter({handler})))


class _Learns(Plain):
    """An operation that looks at the exception of its handler, and is not ready for every one."""

    def _call(self, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except BaseException as error:
            self._told_of(error)

    def _told_of(self, error: BaseException) -> None:
        """Take the exception in."""


class _TornByValue(_Learns):
    def _told_of(self, error: BaseException) -> None:
        if isinstance(error, ValueError):
            self._status, self._called = AsyncStatus.STARTED, False


class _TornByNoText(_Learns):
    def _told_of(self, error: BaseException) -> None:
        try:
            error.args[0]
        except IndexError:
            self._result, self._status = None, AsyncStatus.ERROR


class _CanceledByHandler(_Learns):
    def _told_of(self, error: BaseException) -> None:
        if isinstance(error, CancelledError):
            self._status = AsyncStatus.CANCELED


class _StoppedByListener(Reporting):
    def _call(self, handler: Callable[[Any, Any], object], argument: Any) -> None:
        try:
            with suppress(Exception):
                handler(self._sender(), argument)
        except BaseException:
            self._listener = None
            self._working = False
            self._status = AsyncStatus.CANCELED


@breaks(
    "PROG-ONCE",
    "put_progress(p1:unheld) report_progress(1) report_progress(2)",
    "succeeds; calls nobody",
    kind=Kind.ACTION_WITH_PROGRESS,
    also=("PROG-REPLACE",),
)
def listener_held_weakly(kind: Kind) -> Subject:
    """A Progress handler that nobody else holds is gone."""
    return subject(_HoldsWeakly, kind)


@breaks("FIRE-ONCE", "put_completed(h1:falsy) complete(5) status", "succeeds; calls nobody", also=("LATE-SET",))
def false_handler_is_null(kind: Kind) -> Subject:
    """A Completed handler whose truth value is false is taken for null."""
    return subject(_AsksForTruth, kind)


@breaks(
    "PROG-ONCE",
    "put_progress(p1:empty) report_progress(1) report_progress(2)",
    "succeeds; calls nobody",
    kind=Kind.OPERATION_WITH_PROGRESS,
)
def empty_listener_is_null(kind: Kind) -> Subject:
    """A Progress handler without a length is taken for null."""
    return subject(_AsksForTruthOfListener, kind)


@breaks(
    "PROG-REPLACE",
    "put_progress(p1:equal) put_progress(p2:equal) report_progress(1)",
    "succeeds; calls p1:equal(1)",
    kind=Kind.ACTION_WITH_PROGRESS,
)
def equal_listener_is_the_same(kind: Kind) -> Subject:
    """A Progress handler that is equal to the one before does not take its place."""
    return subject(_KnowsItAlready, kind)


@breaks("SET-ONCE", "put_completed(h1:unhashable)", "raises TypeError", also=("FIRE-ONCE", "LATE-SET"))
def handler_hashed(kind: Kind) -> Subject:
    """A Completed handler that has no hash is not accepted."""
    return subject(_Registers, kind)


@breaks("THROW", 'put_completed(h1{raise("ValueError")}) complete(5) status status', "returns Started")
def torn_by_a_value_error(kind: Kind) -> Subject:
    """A Completed handler that fails with a ValueError takes the end back."""
    return subject(_TornByValue, kind)


@breaks("THROW", 'put_completed(h1{raise("Exception")}) complete(5) status status', "returns Error")
def torn_by_a_failure_without_text(kind: Kind) -> Subject:
    """A Completed handler that fails without a text turns the end into an error."""
    return subject(_TornByNoText, kind)


@breaks(
    "THROW",
    'put_completed(h1{raise("CancelledError")}) complete(5) status status',
    "returns Canceled",
)
def canceled_by_a_handler(kind: Kind) -> Subject:
    """A Completed handler that raises CancelledError cancels the operation."""
    return subject(_CanceledByHandler, kind)


@breaks(
    "STATUS",
    'put_progress(p1{raise("BaseException")}) report_progress(1) status',
    "returns Canceled",
    kind=Kind.OPERATION_WITH_PROGRESS,
)
def stopped_by_a_listener(kind: Kind) -> Subject:
    """A Progress handler that raises what is no Exception ends the work."""
    return subject(_StoppedByListener, kind)
