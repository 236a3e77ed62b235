"""Right implementations that ask their work to stop in other ways than by Cancel, or hear of it elsewhere."""

import threading
from dataclasses import replace
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind


class CloseCancels(Plain):
    """Close of a started operation is a Cancel."""

    def close(self) -> None:
        """Ask the work to stop where it runs; else end the use of the operation."""
        if self._status == AsyncStatus.STARTED and not self._closed:
            self.cancel()
        else:
            super().close()


class CloseEndsWork(CloseCancels):
    """And the work stops there and then."""

    def _tell_worker(self) -> None:
        super()._tell_worker()
        self._acknowledge_cancel()


class EndsElsewhere(Plain):
    """The work hears of a Cancel on a thread of its own, which ends it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._hearing: list[threading.Thread] = []

    def _tell_worker(self) -> None:
        super()._tell_worker()
        thread = threading.Thread(target=self._acknowledge_cancel)
        self._hearing.append(thread)
        thread.start()

    def _settle(self) -> None:
        me = threading.current_thread()
        while self._hearing and self._hearing[-1] is not me:  # a handler may ask again
            self._hearing.pop().join()


class EndsElsewhereWaited(EndsElsewhere):
    """And Cancel waits for it."""

    def cancel(self) -> None:
        """Ask the work to stop, and wait until it has."""
        super().cancel()
        self._settle()


@correct("close-requests")
def start_close_requests(kind: Kind) -> Subject:
    """Close of a started operation requests the stop."""
    return subject(CloseCancels, kind)


@correct("close-ends-work")
def start_close_ends_work(kind: Kind) -> Subject:
    """Close of a started operation ends its work."""
    return replace(subject(CloseEndsWork, kind), cancel_ends_work=True)


@correct("cancel-ends-elsewhere")
def start_ends_elsewhere(kind: Kind) -> Subject:
    """A Cancel ends the work on another thread, soon."""
    return _settling(EndsElsewhere, kind)


@correct("cancel-waits-for-its-end")
def start_ends_elsewhere_waited(kind: Kind) -> Subject:
    """A Cancel ends the work on another thread, and returns when it has."""
    return _settling(EndsElsewhereWaited, kind)


def _settling(implementation: type[EndsElsewhere], kind: Kind) -> Subject:
    started = subject(implementation, kind)
    operation: Any = started.operation
    return replace(started, cancel_ends_work=True, settle=operation._settle)
