"""Right implementations that call their handlers back elsewhere: on a thread, or in a later turn."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, TypeAlias

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

Job: TypeAlias = Callable[[], None]


class Turns:
    """A queue of callbacks that run when it is drained; those due inside a callback run at once."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._running = False

    def post(self, job: Job) -> None:
        """Run ``job`` in the next turn."""
        if self._running:
            job()
        else:
            self._jobs.append(job)

    def settle(self) -> None:
        """Run everything that waits."""
        self._running = True
        try:
            while self._jobs:
                self._jobs.popleft()()
        finally:
            self._running = False

    def dispose(self) -> None:
        """Forget what waits."""
        self._jobs.clear()


class Worker:
    """A thread of its own that runs callbacks in order; those due inside a callback run at once."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def post(self, job: Job) -> None:
        """Run ``job`` on the thread, which starts with the first one."""
        if threading.current_thread() is self._thread:
            job()
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def settle(self) -> None:
        """Wait until everything posted so far has run."""
        if self._thread is not None:
            reached = threading.Event()
            self._jobs.put(reached.set)
            reached.wait()

    def dispose(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class Elsewhere(Plain):
    """An operation that decides at once whom to call, and leaves the call to ``_place``."""

    _place: Turns | Worker

    def _fire(self, status: AsyncStatus) -> None:
        fire = super()._fire
        if self._handler is not None and not self._called:
            self._place.post(lambda: fire(status))
        else:
            fire(status)


class _OnThread(Elsewhere):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._place = Worker()


class _InTurns(Elsewhere):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._place = Turns()


def _placed(started: Subject) -> Subject:
    operation: Any = started.operation
    place = operation._place
    if started.report_progress is not None:
        started = replace(started, report_progress=lambda value: _report(operation, value))
    return replace(started, settle=place.settle, dispose=place.dispose)


def _report(operation: Any, value: Any) -> None:
    listener: Handler | None = operation._listener
    if listener is not None and operation._working:
        operation._place.post(lambda: operation._call(listener, value))


@correct("elsewhere")
def start(kind: Kind) -> Subject:
    """Handlers run on another thread."""
    return _placed(subject(_OnThread, kind))


@correct("next-turn")
def start_next_turn(kind: Kind) -> Subject:
    """Handlers run in a later turn of a loop, on the same thread."""
    return _placed(subject(_InTurns, kind))
