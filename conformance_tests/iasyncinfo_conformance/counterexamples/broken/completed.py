"""Wrong implementations of the Completed slot: what is kept and what is refused."""

from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL


class _Replaces(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        self._assigned = False
        super()._put_completed(handler)


class _ReplacesAfterCall(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if self._called and not self._working:
            self._assigned = self._called = False
        super()._put_completed(handler)


class _ReplacesThoughRefused(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if self._assigned and not self._called and handler is not None:
            self._handler = handler
        super()._put_completed(handler)


class _NullRemoves(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if self._assigned and not self._called and handler is None:
            self._handler = None
        super()._put_completed(handler)


class _WrongCode(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if self._assigned:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super()._put_completed(handler)


class _Ignores(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if not self._assigned:
            super()._put_completed(handler)


class _IgnoresAfterCall(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        if not self._called:
            super()._put_completed(handler)


class _IgnoresInside(Plain):
    _inside = False

    def _put_completed(self, handler: Handler | None) -> None:
        if not self._inside:
            super()._put_completed(handler)

    def _call(self, handler: Handler, argument: Any) -> None:
        self._inside = True
        super()._call(handler, argument)
        self._inside = False


class _NeverLate(Plain):
    def _is_due(self) -> bool:
        return self._working and super()._is_due()


class _NeverLateAfterFailure(Plain):
    def _is_due(self) -> bool:
        return self._status != AsyncStatus.ERROR and super()._is_due()


class _LateAtNextRead(Plain):
    def _is_due(self) -> bool:
        return self._working and super()._is_due()

    @property
    def status(self) -> Any:
        if not self._working:
            self._fire(self._status)
        return super().status


def _not_set(_sender: Any, _status: Any) -> None:
    """Stand for a handler that has not been set."""


class _Sentinel(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._handler = _not_set

    def _fire(self, status: AsyncStatus) -> None:
        if self._handler is not _not_set:
            super()._fire(status)


class _NullSentinel(Plain):
    def _get_completed(self) -> Handler | None:
        handler = super()._get_completed()
        return _not_set if handler is None and self._assigned and not self._called else handler


@breaks(
    "SET-ONCE",
    "put_completed(h1) put_completed(h2)",
    "returns 'h2'",
    also=("SECOND",),
)
def second_replaces(kind: Kind) -> Subject:
    """A second handler silently replaces the first."""
    return subject(_Replaces, kind)


@breaks("SET-ONCE", "complete(5) put_completed(h1) put_completed(h2)", "calls h2", also=("SECOND", "FIRE-ONCE"))
def second_taken_after_call(kind: Kind) -> Subject:
    """Once the first handler has been called, another is taken and called too."""
    return subject(_ReplacesAfterCall, kind)


@breaks("SET-ONCE", "put_completed(h1) put_completed(h2) complete(5)", "succeeds; calls h2(Completed)")
def second_replaces_though_refused(kind: Kind) -> Subject:
    """A second handler is refused and yet takes the place of the first."""
    return subject(_ReplacesThoughRefused, kind)


@breaks("SET-ONCE", "put_completed(h1) put_completed(null) complete(5)", "succeeds; calls nobody", also=("FIRE-ONCE",))
def null_removes(kind: Kind) -> Subject:
    """Setting null is refused and yet removes the handler that waits."""
    return subject(_NullRemoves, kind)


@breaks("SECOND", "put_completed(h1) put_completed(h2)", "0x8000000E")
def second_wrong_code(kind: Kind) -> Subject:
    """A second handler is refused with E_ILLEGAL_METHOD_CALL."""
    return subject(_WrongCode, kind)


@breaks("SECOND", "put_completed(h1) put_completed(h2)", "succeeds")
def second_ignored(kind: Kind) -> Subject:
    """A second handler is accepted and forgotten."""
    return subject(_Ignores, kind)


@breaks("SECOND", "complete(5) put_completed(h1) put_completed(h2)", "succeeds")
def second_ignored_after_call(kind: Kind) -> Subject:
    """A second handler is accepted and forgotten once the first has been called."""
    return subject(_IgnoresAfterCall, kind)


@breaks(
    "SECOND", "put_completed(h1{put_completed(h2)}) complete(5)", "succeeds; calls h1(Completed) which meets [null]"
)
def second_ignored_inside(kind: Kind) -> Subject:
    """A handler may set another while it runs, which is forgotten."""
    return subject(_IgnoresInside, kind)


@breaks("LATE-SET", "complete(5) put_completed(h1)", "calls nobody", also=("FIRE-ONCE",))
def late_never_called(kind: Kind) -> Subject:
    """A handler set after the end is never called."""
    return subject(_NeverLate, kind)


@breaks("LATE-SET", "fail(0x80004005) put_completed(h1)", "calls nobody", also=("FIRE-ONCE",))
def late_never_called_after_failure(kind: Kind) -> Subject:
    """A handler set after a failure is never called."""
    return subject(_NeverLateAfterFailure, kind)


@breaks("LATE-SET", "complete(5) put_completed(h1)", "calls nobody", also=("FIRE-ONCE",))
def late_called_at_next_read(kind: Kind) -> Subject:
    """A handler set after the end is called only when Status is read next."""
    return subject(_LateAtNextRead, kind)


@breaks("GET-EMPTY", "get_completed", "returns '?'")
def sentinel_leaks(kind: Kind) -> Subject:
    """Completed reads a handler of the implementation's own before any was set."""
    return subject(_Sentinel, kind)


@breaks("GET-EMPTY", "put_completed(null) get_completed", "returns '?'")
def null_reads_sentinel(kind: Kind) -> Subject:
    """Completed reads a handler of the implementation's own after null was set."""
    return subject(_NullSentinel, kind)
