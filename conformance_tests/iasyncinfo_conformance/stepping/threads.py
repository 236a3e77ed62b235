"""What runs the threads of a race: here, those of the system."""

import sys
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from iasyncinfo_conformance.target import Result


class Threads(Protocol):
    """What runs the threads of a race."""

    sink: list[Result] | None
    """Where the events of the thread that runs go."""

    def race(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run the jobs at the same time."""

    def calling(self, label: str) -> bool:
        """Hear that a handler is called; return whether its caller is known to hold a lock."""


class RealThreads(threading.local):
    """Threads of the system, released together, and switched as often as can be."""

    sink: list[Result] | None = None

    def race(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run the jobs, each on a thread of its own."""
        ready: list[None] = []
        workers = [_idle.pop() if _idle else _Worker() for _ in jobs]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for worker, job in zip(workers, jobs, strict=True):
                worker.begin(job, ready, len(jobs))
            errors = [worker.end() for worker in workers]
        finally:
            sys.setswitchinterval(interval)
        _idle.extend(workers)
        for error in filter(None, errors):
            raise error

    def calling(self, _label: str) -> bool:
        """Know of no lock."""
        return False


_SWITCH_SECONDS: Final = 1e-6
_idle: "list[_Worker]" = []
"""Threads without work: one that never comes back from its job is never here again."""


class _Worker:
    """A thread that does one job after the other."""

    def __init__(self) -> None:
        self._due, self._done = threading.Lock(), threading.Lock()
        self._due.acquire()
        self._done.acquire()
        self._error: BaseException | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def begin(self, job: Callable[[], None], ready: list[None], together: int) -> None:
        """Have the job done once so many threads are ready."""
        self._job, self._ready, self._together = job, ready, together
        self._due.release()

    def end(self) -> BaseException | None:
        """Wait until the job is done; return what it raised."""
        self._done.acquire()
        error, self._error = self._error, None
        return error

    def _work(self) -> None:
        while self._due.acquire():
            self._ready.append(None)
            while len(self._ready) < self._together:
                pass  # no lock wakes several threads in the same moment
            try:
                self._job()
            except BaseException as error:
                self._error = error
            del self._job
            self._done.release()


REAL_THREADS: Final = RealThreads()
