"""Wrong implementations that only races show, whose adapters name no sources."""

import threading
from typing import Any

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


class _NotesFailures(Locked):
    """The lock under which a failure is noted is never given back; the thread that holds it does not notice."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._turn = threading.RLock()
        self._failures = 0

    def cancel(self) -> None:
        with self._turn:
            super().cancel()

    def close(self) -> None:
        with self._turn:
            super().close()

    def _call(self, handler: Handler | None) -> None:
        def noted(sender: Any, status: Any) -> None:
            try:
                if handler is not None:
                    handler(sender, status)
            except BaseException:
                self._turn.acquire()
                self._failures += 1

        super()._call(noted if handler is not None else None)


@breaks("FIRE-NOLOCK", "put_completed(h1{raise(0x80070005)}) complete(5) [cancel | close]", "deadlock", raced=True)
def unnamed_lock_kept_by_a_failure(kind: Kind) -> Subject:
    """After a handler has failed no other thread gets in; the adapter names no sources."""
    return _subject(_NotesFailures, kind)
