"""Wrong implementations that only races show, whose adapters name no sources."""

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler
from iasyncinfo_conformance.counterexamples.races import Locked, LooksBeforeItPuts, _subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind


@breaks("FIRE-ONCE", "[put_completed(h1) | complete(5)] get_completed", "calls nobody", raced=True)
def unnamed_lost_put(kind: Kind) -> Subject:
    """A handler that is set while the work ends is never called; the adapter names no sources."""
    return _subject(LooksBeforeItPuts, kind)


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
