"""Wrong implementations that only races show, whose adapters name no sources."""

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler
from iasyncinfo_conformance.counterexamples.races import Locked
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind


class _LooksThenKeeps(Locked):
    """An end that comes between the look at the status and the keeping of the handler calls nobody."""

    def _put(self, handler: Handler | None) -> None:
        with self._lock:
            self._assign()
            ended = self._status != AsyncStatus.STARTED
        with self._lock:
            self._handler = handler
            due = self._take() if ended else None
        self._call(due)


def _subject(implementation: type[Locked], kind: Kind) -> Subject:
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


@breaks("FIRE-ONCE", "[put_completed(h1) | complete(5)] get_completed", "calls nobody", raced=True)
def unnamed_lost_put(kind: Kind) -> Subject:
    """A handler that is set while the work ends is never called; the adapter names no sources."""
    return _subject(_LooksThenKeeps, kind)


class _TakesNoClaim(Locked):
    """Two that end the slot's wait at the same time both call the handler."""

    def _take(self) -> Handler | None:
        return None if self._called else self._handler

    def _call(self, handler: Handler | None) -> None:
        if handler is not None and not self._called:
            super()._call(handler)
            self._called = True


@breaks("FIRE-ONCE", "[cancel | put_completed(h1) | complete(5)] put_completed(h9)", "calls", raced=True)
def unnamed_double_call(kind: Kind) -> Subject:
    """Whoever finds the handler calls it, and says so afterwards; the adapter names no sources."""
    return _subject(_TakesNoClaim, kind)
