"""Wrong implementations of the object itself: its members, its id, its life."""

import itertools
import weakref
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ASYNC_OPERATION_NOT_STARTED, E_NOTIMPL


class _Missing:
    """A member that is not there."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        raise AttributeError(self._name)


class _NoResults(Plain):
    get_results: Any = _Missing()


class _WriteOnlyProgress(Reporting):
    def _get_progress(self) -> Handler | None:
        raise AttributeError("progress")


class _NotImplemented(Plain):
    def _enter(self) -> None:
        raise Refused(E_NOTIMPL)

    def cancel(self) -> None:
        raise Refused(E_NOTIMPL)

    def close(self) -> None:
        raise Refused(E_NOTIMPL)


class _IdNotImplemented(Plain):
    @property
    def id(self) -> int:
        raise Refused(E_NOTIMPL)


class _Cold(Plain):
    _warm = False

    def _enter(self) -> None:
        super()._enter()
        if not self._warm and self._status == AsyncStatus.STARTED:
            raise Refused(E_ASYNC_OPERATION_NOT_STARTED)

    def _put_completed(self, handler: Handler | None) -> None:
        self._warm = True
        super()._put_completed(handler)

    @property
    def completed(self) -> Handler | None:
        return super().completed

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._warm = True
        self._put_completed(handler)


class _ColdId(Plain):
    _warm = False

    @property
    def id(self) -> int:
        if not self._warm:
            raise Refused(E_ASYNC_OPERATION_NOT_STARTED)
        return super().id

    @property
    def status(self) -> Any:
        self._warm = True
        return super().status


class _Zero(Plain):
    @property
    def id(self) -> int:
        return 0 * super().id


class _Anew(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._numbers = itertools.count(1)

    @property
    def id(self) -> int:
        self._enter()
        return next(self._numbers)


class _IdFollowsStatus(Plain):
    @property
    def id(self) -> int:
        return super().id + (not self._working)


class _IdFollowsCancel(Plain):
    @property
    def id(self) -> int:
        return super().id + (self._cancels_told > 0)


class _CanceledByDrop(Plain):
    def __del__(self) -> None:
        self.cancel()
        self._fire(self._status)


def _held_weakly(implementation: type[Plain], kind: Kind) -> Subject:
    """Return a subject whose worker holds its operation by a weak reference."""
    operation: Any = subject(implementation, kind).operation
    target = weakref.ref(operation)

    def lever(name: str, otherwise: Any = None) -> Any:
        def move(*arguments: Any) -> Any:
            alive = target()
            return otherwise if alive is None else getattr(alive, name)(*arguments)

        return move

    return Subject(
        operation,
        complete=lever("_complete"),
        fail=lever("_fail"),
        acknowledge_cancel=lever("_acknowledge_cancel"),
        report_progress=lever("_report_progress") if kind.has_progress else None,
        cancel_notifications=lambda: getattr(target(), "_cancels_told", 0),
    )


@breaks("IFACE", "get_results", "AttributeError", also=("EARLY-RESULT", "RESULTS", "CANCELED-RESULT"))
def no_results(kind: Kind) -> Subject:
    """The object has no get_results."""
    return subject(_NoResults, kind)


@breaks(
    "IFACE",
    "get_results",
    "AttributeError",
    kind=Kind.ACTION,
    also=("EARLY-RESULT", "RESULTS", "CANCELED-RESULT"),
)
def no_results_of_actions(kind: Kind) -> Subject:
    """Actions have no get_results, because they have no result."""
    return subject(Plain if kind.has_result else _NoResults, kind)


@breaks("IFACE", "get_progress", "AttributeError", kind=Kind.ACTION_WITH_PROGRESS, also=("PROG-REPLACE",))
def write_only_progress(kind: Kind) -> Subject:
    """Progress can be set and not be read."""
    return subject(_WriteOnlyProgress, kind)


@breaks("IFACE", "status", "0x80004001", also=("STATUS",))
def nothing_implemented(kind: Kind) -> Subject:
    """Every member answers E_NOTIMPL."""
    return subject(_NotImplemented, kind)


@breaks("IFACE", "id", "0x80004001", also=("ID-STABLE",))
def id_not_implemented(kind: Kind) -> Subject:
    """Id answers E_NOTIMPL."""
    return subject(_IdNotImplemented, kind)


@breaks("HOT", "status", "fails with 0x80000019 E_ASYNC_OPERATION_NOT_STARTED", also=("STATUS",))
def cold(kind: Kind) -> Subject:
    """Members answer 0x80000019 until a handler is set, something ends the work or a cancel comes."""
    return subject(_Cold, kind)


@breaks("HOT", "id", "fails with 0x80000019 E_ASYNC_OPERATION_NOT_STARTED", also=("ID-STABLE",))
def cold_id(kind: Kind) -> Subject:
    """Id answers 0x80000019 until Status has been read."""
    return subject(_ColdId, kind)


@breaks("ID-NONZERO", "id", "returns 0")
def id_zero(kind: Kind) -> Subject:
    """Id is zero."""
    return subject(_Zero, kind)


@breaks("ID-STABLE", "id id", "2")
def id_anew(kind: Kind) -> Subject:
    """Each read of Id draws another number."""
    return subject(_Anew, kind)


@breaks("ID-STABLE", "id complete(5) id", "2")
def id_changes_at_end(kind: Kind) -> Subject:
    """Id becomes another number at the worker's end."""
    return subject(_IdFollowsStatus, kind)


@breaks("ID-STABLE", "id cancel id", "2")
def id_changes_at_cancel(kind: Kind) -> Subject:
    """Id becomes another number when the worker is told to cancel."""
    return subject(_IdFollowsCancel, kind)


@breaks("KEEPALIVE", "put_completed(h1) release complete(5)", "succeeds; calls nobody")
def worker_holds_weakly(kind: Kind) -> Subject:
    """The worker holds the operation by a weak reference: dropped, it never calls the handler."""
    return _held_weakly(Plain, kind)


@breaks("KEEPALIVE", "put_completed(h1) release", "succeeds; calls nobody")
def canceled_by_drop(kind: Kind) -> Subject:
    """Dropping the last reference cancels the operation."""
    return _held_weakly(_CanceledByDrop, kind)
