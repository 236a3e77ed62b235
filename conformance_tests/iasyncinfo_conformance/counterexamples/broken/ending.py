"""Wrong implementations of the work's end: levers that fail here and there, and ends inside handlers."""

from dataclasses import replace
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_POINTER, S_OK


class _NeedsListener(Plain):
    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        super()._end(status, result, code)
        if not self._assigned:
            raise self._refusal(E_POINTER)


class _EndsInside(Reporting):
    """A Cancel ends the work; one that a Progress handler makes tells of a success."""

    _inside = False

    def _tell_worker(self) -> None:
        super()._tell_worker()
        self._acknowledge_cancel()

    def _report(self, value: Any) -> None:
        self._inside = True
        super()._report(value)
        self._inside = False

    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.COMPLETED if self._inside else status


@breaks("STATUS", "complete(5)", "0x80004003", hidden=True, also=("CANCEL-REQ",))
def end_needs_listener(kind: Kind) -> Subject:
    """The work cannot end while nobody listens."""
    return subject(_NeedsListener, kind)


@breaks(
    "FIRE-ARGS",
    "put_progress(p1{put_completed(h1) cancel}) report_progress(1)",
    "cancel succeeds; calls h1(Completed)",
    kind=Kind.ACTION_WITH_PROGRESS,
    hidden=True,
)
def end_inside_handler_told_wrong(kind: Kind) -> Subject:
    """Whoever listens to an end that a Progress handler asked for is told of a success."""
    return replace(subject(_EndsInside, kind), cancel_ends_work=True)
