"""Wrong implementations of the members with which threads wait, ``get`` and ``wait``, and of all three."""

import threading
from typing import Any, ClassVar

from iasyncinfo_conformance.counterexamples.correct.waits import Later, Waited
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Refused, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_UNEXPECTED, ERROR_CANCELLED, S_OK


class _GivesStatus(Waited):
    def get(self) -> Any:
        super().get()
        return self.status


class _FalsyIsNothing(Waited):
    def _results(self) -> Any:
        return super()._results() or None


class _OneCode(Waited):
    def _results(self) -> Any:
        try:
            return super()._results()
        except Refused:
            raise Refused(E_UNEXPECTED) from None


class _CodeInText(Waited):
    def _results(self) -> Any:
        try:
            return super()._results()
        except Refused as refused:
            raise RuntimeError(f"failed with {refused.winerror:#x}") from refused


class _NullForCanceled(Waited):
    def _results(self) -> Any:
        return None if self.status == AsyncStatus.CANCELED else super()._results()


class _AlwaysStarted(Waited):
    def wait(self, seconds: float, /) -> Any:
        super().wait(seconds)
        return AsyncStatus.STARTED


class _SucceededOrNot(Waited):
    def wait(self, seconds: float, /) -> Any:
        return super().wait(seconds) == AsyncStatus.COMPLETED


class _CancelsWhenOver(Waited):
    def wait(self, seconds: float, /) -> Any:
        status = super().wait(seconds)
        if status == AsyncStatus.STARTED:
            self.cancel()
        return status


class _ReadsWhenOver(Waited):
    def wait(self, seconds: float, /) -> Any:
        super().wait(seconds)
        return self.status


class _Milliseconds(Waited):
    def wait(self, seconds: float, /) -> Any:
        return super().wait(seconds / 1000)


class _Anothers(Waited):
    """The last result of all is everybody's."""

    _last: ClassVar[list[Any]] = [None]

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        self._last[0] = result
        super()._end(status, result, code)

    def get(self) -> Any:
        super().get()
        return self._last[0]


class _GetsNothingPending(Later):
    def get(self) -> Any:
        if self._status == AsyncStatus.CANCELED:
            raise Refused(ERROR_CANCELLED)
        return super().get()


class _AsksToStop(Waited):
    def get(self) -> Any:
        self._tell_worker()
        return super().get()


class _Impatient(Waited):
    def get(self) -> Any:
        if self._wait_on_thread(0.05) == AsyncStatus.STARTED:
            raise TimeoutError
        return self._results()


class _EmptiesTheSlot(Waited):
    """Who waits has the slot, whoever had it before."""

    def wait(self, seconds: float, /) -> Any:
        self._assigned &= self._status != AsyncStatus.STARTED
        return super().wait(seconds)


class _OverOnce(Waited):
    """Once a wait is over all others are."""

    _is_over = False

    def wait(self, seconds: float, /) -> Any:
        if self._status != AsyncStatus.STARTED:
            return self._status
        self._is_over = self._is_over or super().wait(seconds) == AsyncStatus.STARTED
        return self._status


class _WaitsOn(Waited):
    def wait(self, seconds: float, /) -> Any:
        return self._wait_on_thread(None if seconds == 0 else seconds)


class _Late(Waited):
    """Who comes after the end waits for the next one."""

    def get(self) -> Any:
        if self._status != AsyncStatus.STARTED:
            threading.Event().wait()
        return super().get()


class _TakesOver(Waited):
    """Who waits second is called, and who waits first is forgotten: it comes back with nothing."""

    _waiting: ClassVar[dict[int, threading.Event]] = {}

    def get(self) -> Any:
        before = self._waiting.get(id(self))
        if before is not None and self._status == AsyncStatus.STARTED:
            before.set()
            self._assigned = False
        ended = self._waiting[id(self)] = threading.Event()
        self.completed = lambda _sender, _status: ended.set()
        ended.wait()
        return None if self._status == AsyncStatus.STARTED else self._results()


@breaks("WAIT-RESULT", "complete(5) get", "returns 1", also=("WAIT-AGAIN",))
def get_gives_status(kind: Kind) -> Subject:
    """What get returns is the status."""
    return subject(_GivesStatus, kind)


@breaks("WAIT-RESULT", "complete(0) await", "returns null")
def falsy_result_is_nothing(kind: Kind) -> Subject:
    """A result that is false is none."""
    return subject(_FalsyIsNothing, kind)


@breaks("WAIT-ERROR", "fail(0x80004005) get", "fails with 0x8000FFFF", also=("WAIT-AGAIN",))
def wait_has_one_code(kind: Kind) -> Subject:
    """Whatever the work failed with, who waits is told E_UNEXPECTED."""
    return subject(_OneCode, kind)


@breaks("WAIT-ERROR", "await{fail(0x80070057)}", "carries no HRESULT", also=("WAIT-AGAIN",))
def wait_tells_code_as_text(kind: Kind) -> Subject:
    """The code of a failure is in the text of an exception, and nowhere else."""
    return subject(_CodeInText, kind)


@breaks("WAIT-CANCELED", "get{cancel acknowledge_cancel}", "returns null", also=("WAIT-AGAIN",))
def canceled_is_null(kind: Kind) -> Subject:
    """Who waits for an operation that is canceled gets a null."""
    return subject(_NullForCanceled, kind)


@breaks("WAIT-STATUS", "complete(5) wait_for(60)", "returns Started")
def wait_says_started(kind: Kind) -> Subject:
    """However it ended, wait says that it has not."""
    return subject(_AlwaysStarted, kind)


@breaks("WAIT-STATUS", "wait_for(60){fail(0x80004005)}", "returns Started")
def wait_says_yes_or_no(kind: Kind) -> Subject:
    """What wait returns is whether the work has succeeded."""
    return subject(_SucceededOrNot, kind)


@breaks("WAIT-TIMEOUT", "wait_for(0) status", "returns Canceled")
def wait_cancels_when_over(kind: Kind) -> Subject:
    """A wait whose seconds are over cancels the operation."""
    return subject(_CancelsWhenOver, kind)


@breaks("WAIT-TIMEOUT", "wait_for(0.05){cancel}", "returns Canceled")
def wait_tells_pending_cancel(kind: Kind) -> Subject:
    """A wait whose seconds are over tells the status, which a pending cancel has changed."""
    return subject(_ReadsWhenOver, kind)


@breaks("WAIT-TIMEOUT", "wait_for(0.02)", "before its seconds were over")
def wait_takes_milliseconds(kind: Kind) -> Subject:
    """Seconds are taken for milliseconds."""
    return subject(_Milliseconds, kind)


@breaks("WAIT-PENDING", "cancel get{fail(0x80004005)}", "fails with 0x800704C7")
def get_takes_pending_for_end(kind: Kind) -> Subject:
    """Who comes while a cancel is pending never hears of the failure."""
    return subject(_GetsNothingPending, kind)


@breaks("WAIT-RESULT", 'complete(5) b.complete("text") get b.get', "returns 'text'")
def get_gives_anothers_result(kind: Kind) -> Subject:
    """The result of the operation that ended last is that of all."""
    return subject(_Anothers, kind)


@breaks("WAIT-RESULT", "get{wait(0.1) complete(5)}", "raises TimeoutError")
def get_gives_up_by_itself(kind: Kind) -> Subject:
    """Whoever waits for a while is told that it takes too long."""
    return subject(_Impatient, kind)


@breaks("WAIT-AGAIN", "put_completed(h1) wait_for(0){complete(5)}", "meanwhile complete succeeds")
def wait_empties_the_slot(kind: Kind) -> Subject:
    """A wait throws the client's handler out."""
    return subject(_EmptiesTheSlot, kind)


@breaks("WAIT-AGAIN", "wait_for(0) wait_for(60){complete(5)}", "returns Started")
def wait_is_over_for_all(kind: Kind) -> Subject:
    """Once a wait has been over none waits any more."""
    return subject(_OverOnce, kind)


@breaks("WAIT-LEAVES", "get{status cancel_notifications complete(5)}", "cancel_notifications returns 1")
def get_asks_to_stop(kind: Kind) -> Subject:
    """Whoever waits has the worker told to stop."""
    return subject(_AsksToStop, kind)


@breaks("WAIT-ENDS", "wait_for(0)", "never answers", hangs=True)
def wait_takes_zero_for_ever(kind: Kind) -> Subject:
    """No seconds are taken for no limit."""
    return subject(_WaitsOn, kind)


@breaks("WAIT-ENDS", "complete(5) get", "never answers", hangs=True)
def get_comes_too_late(kind: Kind) -> Subject:
    """Who comes after the end waits for ever."""
    return subject(_Late, kind)


@breaks("WAIT-AGAIN", "get{get{complete(5)}}", "returns null")
def get_is_taken_over(kind: Kind) -> Subject:
    """Who waits second takes the place of who waits first."""
    return subject(_TakesOver, kind)
