"""Wrong implementations of the Completed handler's call: how often, with what, and when."""

from typing import Any

from iasyncinfo_conformance.counterexamples.correct.manners import Patient
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import S_OK


class _NeverAfterFailure(Plain):
    def _fail(self, hresult: int) -> None:
        self._called = True
        super()._fail(hresult)


class _NeverAfterCancel(Plain):
    def _acknowledge_cancel(self) -> None:
        self._called = True
        super()._acknowledge_cancel()


class _Twice(Plain):
    def _fire(self, status: AsyncStatus) -> None:
        handler, called = self._handler, self._called
        super()._fire(status)
        if handler is not None and not called and self._again():
            self._call(handler, status)

    def _again(self) -> bool:
        return True


class _TwiceLate(_Twice):
    _late = False

    def _is_due(self) -> bool:
        self._late = not self._working
        return super()._is_due()

    def _again(self) -> bool:
        return self._late


class _AgainAtEnd(Plain):
    _early: Handler | None = None

    def _is_due(self) -> bool:
        due = super()._is_due()
        self._early = self._handler if due and self._working else None
        return due

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        super()._end(status, result, code)
        if self._early is not None:
            self._call(self._early, self._status)


class _AgainAtClose(Plain):
    _kept: Handler | None = None

    def _fire(self, status: AsyncStatus) -> None:
        self._kept = self._handler or self._kept
        super()._fire(status)

    def close(self) -> None:
        closed = self._closed
        super().close()
        if self._kept is not None and self._called and not closed:
            self._call(self._kept, self._status)


class _NoSender(Plain):
    def _sender(self) -> Any:
        return None


class _SendsWorker(Plain):
    def _sender(self) -> Any:
        return self._complete


class _TellsStarted(Plain):
    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.STARTED if status == AsyncStatus.COMPLETED else status


class _TellsStartedLate(Plain):
    _late = False

    def _is_due(self) -> bool:
        self._late = not self._working
        return super()._is_due()

    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.STARTED if self._late else status


class _TellsCompleted(Plain):
    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.COMPLETED if status == AsyncStatus.ERROR else status


class _TellsCanceled(Patient):
    def _told(self, status: AsyncStatus) -> Any:
        return AsyncStatus.CANCELED if self._cancels_told else status


class _Swaps(Plain):
    def _call(self, handler: Handler, argument: Any) -> None:
        super()._call(lambda sender, told: handler(told, sender), argument)


class _StatusAfterHandler(Plain):
    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        self._fire(status if self._status == AsyncStatus.STARTED else self._status)
        super()._end(status, result, code)


class _ResultAfterHandler(Plain):
    def _complete(self, result: Any) -> None:
        super()._complete(None)
        if self._kind.has_result:
            self._result = result


class _CodeAfterHandler(Plain):
    def _fail(self, hresult: int) -> None:
        super()._fail(S_OK)
        if self._status == AsyncStatus.ERROR:
            self._code = hresult


@breaks("FIRE-ONCE", "put_completed(h1) fail(0x80004005)", "succeeds; calls nobody")
def never_called_after_failure(kind: Kind) -> Subject:
    """A handler that waits is not called when the worker fails."""
    return subject(_NeverAfterFailure, kind)


@breaks("FIRE-ONCE", "put_completed(h1) cancel acknowledge_cancel", "succeeds; calls nobody")
def never_called_after_cancel(kind: Kind) -> Subject:
    """A handler that waits is not called when the worker honours a cancel."""
    return subject(_NeverAfterCancel, kind)


@breaks(
    "FIRE-ONCE",
    "put_completed(h1) complete(5)",
    "h1(Completed) which meets [0x8000000E E_ILLEGAL_METHOD_CALL, null, null]",
    also=("LATE-SET",),
)
def called_twice(kind: Kind) -> Subject:
    """Every handler is called twice."""
    return subject(_Twice, kind)


@breaks(
    "FIRE-ONCE",
    "complete(5) put_completed(h1)",
    "succeeds; calls h1(Completed), then h1(Completed)",
    also=("LATE-SET",),
)
def late_called_twice(kind: Kind) -> Subject:
    """A handler set after the end is called twice."""
    return subject(_TwiceLate, kind)


@breaks("FIRE-ONCE", "cancel put_completed(h1) acknowledge_cancel", "succeeds; calls h1(Canceled)")
def called_again_at_end(kind: Kind) -> Subject:
    """A handler called while a cancel was pending is called again when the worker ends."""
    return subject(_AgainAtEnd, kind)


@breaks("FIRE-ONCE", "put_completed(h1) complete(5) close", "succeeds; calls h1(Completed)")
def called_again_at_close(kind: Kind) -> Subject:
    """Close calls the handler again."""
    return subject(_AgainAtClose, kind)


@breaks("FIRE-ARGS", "put_completed(h1) complete(5)", "calls h1(not the operation")
def sender_null(kind: Kind) -> Subject:
    """Handlers are given null for the operation."""
    return subject(_NoSender, kind)


@breaks("FIRE-ARGS", "put_completed(h1) complete(5)", "calls h1(not the operation")
def sender_worker(kind: Kind) -> Subject:
    """Handlers are given the worker's side for the operation."""
    return subject(_SendsWorker, kind)


@breaks("FIRE-ARGS", "put_completed(h1) complete(5)", "calls h1(Started)")
def told_started(kind: Kind) -> Subject:
    """A handler that waited for a success is told Started."""
    return subject(_TellsStarted, kind)


@breaks(
    "FIRE-ARGS",
    "complete(5) put_completed(h1)",
    "succeeds; calls h1(Started)",
)
def late_told_started(kind: Kind) -> Subject:
    """A handler set after the end is told Started."""
    return subject(_TellsStartedLate, kind)


@breaks("FIRE-ARGS", "put_completed(h1) fail(0x80004005)", "succeeds; calls h1(Completed)")
def told_completed_after_failure(kind: Kind) -> Subject:
    """A handler is told Completed when the worker has failed."""
    return subject(_TellsCompleted, kind)


@breaks("FIRE-ARGS", "put_completed(h1{status}) cancel complete(5)", "calls h1(Canceled)")
def told_canceled_of_success(kind: Kind) -> Subject:
    """A worker's success after a cancel is published as Completed and told as Canceled."""
    return subject(_TellsCanceled, kind)


@breaks("FIRE-ARGS", "put_completed(h1) complete(5)", "calls h1(not the operation")
def arguments_swapped(kind: Kind) -> Subject:
    """Handlers are given the status first and the operation second."""
    return subject(_Swaps, kind)


@breaks(
    "FIRE-ORDER",
    "put_completed(h1{status}) complete(5)",
    "succeeds; calls h1(Completed) which meets [0, 0x8000000E E_ILLEGAL_METHOD_CALL, 0]",
)
def status_after_handler(kind: Kind) -> Subject:
    """The end is published after the handler has run."""
    return subject(_StatusAfterHandler, kind)


@breaks("FIRE-ORDER", "put_completed(h1{get_results}) complete(5)", "null")
def result_after_handler(kind: Kind) -> Subject:
    """The result is published after the handler has run."""
    return subject(_ResultAfterHandler, kind)


@breaks(
    "FIRE-ORDER",
    "put_completed(h1{error_code}) fail(0x80004005)",
    "succeeds; calls h1(Error) which meets [3, 0x00000000 S_OK, 0]",
)
def code_after_handler(kind: Kind) -> Subject:
    """The error code is published after the handler has run."""
    return subject(_CodeAfterHandler, kind)
