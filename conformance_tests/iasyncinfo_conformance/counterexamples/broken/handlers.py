"""Wrong implementations around a running or failing handler: locks, and what a failure does."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from iasyncinfo_conformance.counterexamples.correct.manners import Propagates
from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Refused, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import DISCONNECTED, E_UNEXPECTED, RPC_E_DISCONNECTED, unsigned


class _Locked(Plain):
    _make: Callable[[], Any] = staticmethod(threading.Lock)

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._lock = self._make()

    def _enter(self) -> None:
        with self._lock:
            super()._enter()


class _LocksCompleted(_Locked):
    def _fire(self, status: AsyncStatus) -> None:
        with self._lock:
            super()._fire(status)


class _LocksCompletedRecursively(_LocksCompleted):
    _make = staticmethod(threading.RLock)


class _LocksProgress(_Locked, Reporting):
    def _report(self, value: Any) -> None:
        with self._lock:
            super()._report(value)


class _LocksProgressRecursively(_LocksProgress):
    _make = staticmethod(threading.RLock)


class _Busy(Plain):
    _inside = False

    def _enter(self) -> None:
        if self._inside:
            raise Refused(E_UNEXPECTED)
        super()._enter()

    def _call(self, handler: Handler, argument: Any) -> None:
        self._inside = True
        super()._call(handler, argument)
        self._inside = False


class _Watches(Plain):
    """An operation that looks at how its Completed handler fails."""

    def _call(self, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except OSError as error:
            if isinstance(argument, AsyncStatus):
                self._failed(handler, argument, unsigned(getattr(error, "winerror", 0)))

    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:
        """Answer a handler's failure."""


class _Infected(_Watches):
    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:  # noqa: ARG002
        if code not in DISCONNECTED:
            self._status, self._code = AsyncStatus.ERROR, code


class _InfectedByDisconnection(_Watches):
    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:  # noqa: ARG002
        if code in DISCONNECTED:
            self._status, self._code = AsyncStatus.ERROR, code


class _CallsAgain(_Watches):
    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:  # noqa: ARG002
        with suppress(OSError):
            handler(self._sender(), status)


class _FreesSlot(_Watches):
    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:  # noqa: ARG002
        self._assigned = self._called = False


class _LosesResult(_Watches):
    def _failed(self, handler: Handler, status: AsyncStatus, code: int) -> None:  # noqa: ARG002
        self._result = None


class _PropagatesAll(Plain):
    def _call(self, handler: Handler, argument: Any) -> None:
        handler(self._sender(), argument)


class _PropagatesSome(Plain):
    def _call(self, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except OSError as error:
            code = unsigned(getattr(error, "winerror", 0))
            if code in DISCONNECTED and code != RPC_E_DISCONNECTED:
                raise


class _PropagatesIntoPut(Propagates):
    def _put_completed(self, handler: Handler | None) -> None:
        failure: list[OSError] = []
        super()._put_completed(handler and _keeping(handler, failure))
        if failure:
            raise failure[0]


def _keeping(handler: Handler, failure: list[OSError]) -> Handler:
    def call(sender: Any, status: Any) -> None:
        try:
            handler(sender, status)
        except OSError as error:
            failure.append(error)
            raise

    return call


@breaks("FIRE-NOLOCK", "put_completed(h1{status}) complete(5)", "hang", hangs=True)
def lock_held_in_handler(kind: Kind) -> Subject:
    """A lock is held while the Completed handler runs."""
    return subject(_LocksCompleted, kind)


@breaks("FIRE-NOLOCK", "put_completed(h1{thread{status}}) complete(5)", "hang", hangs=True)
def recursive_lock_held_in_handler(kind: Kind) -> Subject:
    """A recursive lock is held while the Completed handler runs: only another thread notices."""
    return subject(_LocksCompletedRecursively, kind)


@breaks(
    "FIRE-NOLOCK",
    "put_progress(p1{status}) report_progress(1)",
    "hang",
    kind=Kind.ACTION_WITH_PROGRESS,
    hangs=True,
)
def lock_held_in_progress_handler(kind: Kind) -> Subject:
    """A lock is held while the Progress handler runs."""
    return subject(_LocksProgress, kind)


@breaks(
    "FIRE-NOLOCK",
    "put_progress(p1{thread{status}}) report_progress(1)",
    "hang",
    kind=Kind.ACTION_WITH_PROGRESS,
    hangs=True,
)
def recursive_lock_held_in_progress_handler(kind: Kind) -> Subject:
    """A recursive lock is held while the Progress handler runs: only another thread notices."""
    return subject(_LocksProgressRecursively, kind)


@breaks("FIRE-NOLOCK", "put_completed(h1{status}) complete(5)", "0x8000FFFF", also=("FIRE-ORDER",))
def busy_in_handler(kind: Kind) -> Subject:
    """Members called from inside a handler are refused."""
    return subject(_Busy, kind)


@breaks("THROW", "put_completed(h1{raise(0x80070005)}) complete(5) status", "fails with 0x80070005", also=("STATUS",))
def failing_handler_fails_operation(kind: Kind) -> Subject:
    """A handler's failure becomes the operation's."""
    return subject(_Infected, kind)


@breaks(
    "THROW",
    "put_completed(h1{raise(0x80070005)}) complete(5)",
    "succeeds; calls h1(Completed), then h1(Completed)",
    also=("FIRE-ONCE",),
)
def failing_handler_called_again(kind: Kind) -> Subject:
    """A handler that fails is called once more."""
    return subject(_CallsAgain, kind)


@breaks(
    "THROW",
    "put_completed(h1{raise(0x80070005)}) complete(5) put_completed(h2)",
    "succeeds; calls h2(Completed)",
    also=("SECOND", "SET-ONCE"),
)
def failing_handler_frees_slot(kind: Kind) -> Subject:
    """After a handler has failed, another can be set."""
    return subject(_FreesSlot, kind)


@breaks("THROW", "put_completed(h1{raise(0x80070005)}) complete(5) get_results", "null", also=("RESULTS",))
def failing_handler_loses_result(kind: Kind) -> Subject:
    """A handler's failure drops the result."""
    return subject(_LosesResult, kind)


@breaks(
    "DISCONNECT",
    "put_completed(h1{raise(0x80010108)}) complete(5)",
    "fails with 0x80010108 RPC_E_DISCONNECTED; calls h1(Completed)",
)
def disconnection_reaches_worker(kind: Kind) -> Subject:
    """A handler's failure reaches whoever caused the call, even if its client is gone."""
    return subject(_PropagatesAll, kind)


@breaks(
    "DISCONNECT",
    "put_completed(h1{raise(0x800706BA)}) complete(5)",
    "fails with 0x800706BA RPC_S_SERVER_UNAVAILABLE; calls h1(Completed)",
)
def disconnection_half_known(kind: Kind) -> Subject:
    """Of the three codes that say that the client is gone, only RPC_E_DISCONNECTED is kept from the worker."""
    return subject(_PropagatesSome, kind)


@breaks(
    "DISCONNECT",
    "complete(5) put_completed(h1{raise(0x80010108)})",
    "fails with 0x80010108 RPC_E_DISCONNECTED; calls h1(Completed)",
)
def disconnection_reaches_setter(kind: Kind) -> Subject:
    """A late handler's failure comes out of the put, even if its client is gone."""
    return subject(_PropagatesIntoPut, kind)


@breaks(
    "DISCONNECT",
    "put_completed(h1{raise(0x80010108)}) complete(5) status",
    "returns Error",
    also=("STATUS", "THROW"),
)
def disconnection_fails_operation(kind: Kind) -> Subject:
    """A client that is gone turns the operation to Error."""
    return subject(_InfectedByDisconnection, kind)
