"""Wrong implementations that do something some time after the word is over."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

SECONDS: Final = 0.005


def _later(do: Callable[[], object]) -> None:
    def quietly() -> None:
        with suppress(Exception):  # a handler's, which is nobody's here
            do()

    timer = threading.Timer(SECONDS, quietly)
    timer.daemon = True
    timer.start()


class _TellsAgain(Plain):
    def _call(self, handler: Handler, argument: Any) -> None:
        super()._call(handler, argument)
        if isinstance(argument, AsyncStatus):
            _later(lambda: handler(self._sender(), argument))


class _TellsOfTheStart(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        super()._put_completed(handler)
        if handler is not None and self._status == AsyncStatus.STARTED:
            _later(lambda: self._status == AsyncStatus.STARTED and handler(self._sender(), AsyncStatus.STARTED))


class _ReportsAfterClose(Reporting):
    def _put_progress(self, handler: Handler | None) -> None:
        super()._put_progress(handler)
        self._kept = handler

    def close(self) -> None:
        super().close()
        kept = getattr(self, "_kept", None)
        if kept is not None:
            _later(lambda: kept(self._sender(), 100))


class _GivesUp(Plain):
    def _put_completed(self, handler: Handler | None) -> None:
        super()._put_completed(handler)
        if self._status == AsyncStatus.STARTED:
            _later(self._give_up)

    def _give_up(self) -> None:
        if self._status == AsyncStatus.STARTED:
            self._status = AsyncStatus.ERROR


class _ToldTwice(Plain):
    def _tell_worker(self) -> None:
        super()._tell_worker()
        _later(super()._tell_worker)


@breaks("CANCEL-ONCE", "put_completed(h1) cancel wait(0.05) cancel_notifications", "returns 2", late=True)
def told_again_later(kind: Kind) -> Subject:
    """The worker is told of a cancel again 5 ms later."""
    return subject(_ToldTwice, kind)


@breaks("FIRE-ONCE", "put_completed(h1) complete(5) wait(0.05)", "calls h1(Completed)", late=True)
def called_again_later(kind: Kind) -> Subject:
    """The Completed handler is called a second time 5 ms later."""
    return subject(_TellsAgain, kind)


@breaks(
    "CANCEL-NOFIRE",
    "put_completed(h1) wait(0.05)",
    "calls h1(Started)",
    late=True,
)
def told_of_the_start(kind: Kind) -> Subject:
    """A handler that waits is told 5 ms later that the operation is started."""
    return subject(_TellsOfTheStart, kind)


@breaks(
    "PROG-ONCE",
    "put_progress(p1) put_completed(h1) report_progress(1) complete(5) close wait(0.05)",
    "calls p1(100)",
    kind=Kind.ACTION_WITH_PROGRESS,
    late=True,
)
def reports_after_close(kind: Kind) -> Subject:
    """A report reaches the Progress handler 5 ms after Close."""
    return subject(_ReportsAfterClose, kind)


@breaks("STATUS", "put_completed(h1) wait(0.05) status", "returns Error", late=True)
def gives_up_by_itself(kind: Kind) -> Subject:
    """An operation that nobody drives reads Error 5 ms later, though its worker goes on."""
    return subject(_GivesUp, kind)
