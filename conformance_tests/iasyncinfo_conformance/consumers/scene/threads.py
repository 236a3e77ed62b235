"""The threads of a consumer, looked at from outside: which are its own, and whether one has anything to do."""

import sys
import threading
import time
from collections.abc import Iterable
from typing import Final

from iasyncinfo_conformance.consumers.scene.clock import real_sleep
from iasyncinfo_conformance.stepping.waiting import sleeps

_LOOK_SECONDS: Final = 0.0005
_LONGEST_WAIT: Final = 3.0
_LOOKS: Final = 4
_SPINS: Final = 50
"""Lines of the log, one call after another, that are a poll without a pause."""
_BUSY_SECONDS: Final = 0.2
"""Seconds of the processor that are a poll of something of its own."""
_POOL: Final = "concurrent/futures/thread.py"


class Threads:
    """The threads that came since this was made."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())
        self._ours: set[threading.Thread] = set()

    def ours(self, thread: threading.Thread) -> None:
        """Count a thread as the suite's."""
        self._ours.add(thread)

    def foreign(self) -> list[threading.Thread]:
        """Return the consumer's own threads that have something to do, or wait for something."""
        new = [each for each in threading.enumerate() if each not in self._before and each not in self._ours]
        return [each for each in new if not _is_idle_in_a_pool(each)]

    def are_at_rest(self, worker: threading.Thread) -> bool:
        """Return whether neither they nor the suite's worker are at something; to start one may take its time."""
        return rest([worker, *self.foreign()])

    def left(self, seconds: float) -> list[str]:
        """Return the names of those that do not end within a moment."""
        waited = 0.0
        while (found := self.foreign()) and waited < seconds:
            real_sleep(0.002)
            waited += 0.002
        return [each.name for each in found]


def places(threads: Iterable[threading.Thread]) -> tuple[object, ...]:
    """Return where threads are: the same again where none of them has moved."""
    frames = sys._current_frames()
    found = [frames.get(thread.ident or 0) for thread in threads]
    return tuple((id(frame), frame.f_lasti) if frame is not None else None for frame in found)


def rest(threads: list[threading.Thread], looks: int = 2) -> bool:
    """Return whether threads have stayed where they are, and sleep, for a moment."""
    before = places(threads)
    for _ in range(looks):
        real_sleep(_LOOK_SECONDS)
        if places(threads) != before or not all(map(sleeps, threads)):
            return False
    return True


class Patience:
    """How long a thread may do nothing before it is said to wait for ever.

    One that waits for a condition, an event or a queue with a time-out looks again once that is over: it has as much
    longer. One that wakes, looks and waits again is given a few times that, and is said to wait for ever, too.
    """

    def __init__(self, thread: threading.Thread, seconds: float) -> None:
        self._thread, self._seconds = thread, seconds
        self._nothing = 0.0
        self.still: float = 0.0
        """For how many seconds it has not moved."""
        self._begun = time.process_time()

    def begin_again(self) -> None:
        """Hear that something has happened."""
        self.still = self._nothing = 0.0
        self._begun = time.process_time()

    def moved(self) -> None:
        """Hear that the thread has moved, which may be no more than a look."""
        self.still = 0.0

    def spins(self, calls: int) -> bool:
        """Return whether the thread looks again and again: so many calls of members, or something of its own."""
        return calls > _SPINS or time.process_time() - self._begun > _BUSY_SECONDS

    def is_over(self, seconds: float) -> bool:
        """Count some seconds more; return whether they were too many."""
        self.still += seconds
        self._nothing += seconds
        longer = _waits_at_most(self._thread)
        return self.still > self._seconds + longer or self._nothing > _LOOKS * self._seconds + 2 * longer


def _waits_at_most(thread: threading.Thread) -> float:
    frame = sys._current_frames().get(thread.ident or 0)
    if frame is None or frame.f_code is not threading.Condition.wait.__code__:
        return 0.0
    timeout = frame.f_locals.get("timeout")
    return min(float(timeout), _LONGEST_WAIT) if isinstance(timeout, int | float) and timeout > 0 else 0.0


def _is_idle_in_a_pool(thread: threading.Thread) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_code.co_filename.endswith(_POOL) and frame.f_code.co_name == "_worker"
