"""Wrong implementations whose fault hides behind a state of their own: no short word shows it."""

from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL


class _ThirdCancelFails(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._cancels = 0

    def cancel(self) -> None:
        self._cancels += 1
        if self._cancels == 3:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        super().cancel()


class _Reopens(Plain):
    def cancel(self) -> None:
        self._closed = False
        super().cancel()


class _ReadsOnce(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._reads = 0

    def get_results(self) -> Any:
        result = super().get_results()
        self._reads += 1
        if self._reads > 4:
            raise Refused(E_ILLEGAL_METHOD_CALL)
        return result


class _ForgetsAfterNull(Reporting):
    """Clearing Progress twice in a row clears the Completed handler too."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._cleared = 0

    def _put_progress(self, handler: Handler | None) -> None:
        self._cleared = self._cleared + 1 if handler is None else 0
        if self._cleared == 2:
            self._handler = None
        super()._put_progress(handler)


@breaks("CANCEL-OK", "complete(5) cancel cancel cancel", "0x8000000E", also=("TERMINAL-CANCEL",))
def third_cancel_fails(kind: Kind) -> Subject:
    """The third Cancel is refused."""
    return subject(_ThirdCancelFails, kind)


@breaks("CLOSED-ALIKE", "complete(5) close status cancel status", "returns", hidden=True)
def reopened_by_cancel(kind: Kind) -> Subject:
    """Cancel after Close opens the operation again."""
    return subject(_Reopens, kind)


@breaks("RESULTS", "complete(5)" + " get_results" * 5, "0x8000000E", hidden=True)
def results_read_up(kind: Kind) -> Subject:
    """The fifth GetResults is refused."""
    return subject(_ReadsOnce, kind)


@breaks(
    "FIRE-ONCE",
    "put_completed(h1) put_progress(null) put_progress(null) complete(5)",
    "calls nobody",
    kind=Kind.OPERATION_WITH_PROGRESS,
    hidden=True,
)
def forgets_after_null(kind: Kind) -> Subject:
    """Clearing Progress twice in a row loses the Completed handler."""
    return subject(_ForgetsAfterNull if kind.has_progress else Plain, kind)
