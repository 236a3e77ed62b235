"""A scheduler of threads that also sleep: time passes where no thread can run, as far as the first that wakes.

A thread that uses one thing many times while another could run, or sleeps, gives way: it looks again and again at
what the other is about to change. What wakes at the same time runs in any order.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any, Final, NoReturn

from iasyncinfo_conformance.schedules.points import OUTSIDE, Abandoned, Waitable
from iasyncinfo_conformance.schedules.scheduler import Scheduler

_MOST_LOOKS: Final = 16
"""How often a thread uses one thing at a stretch before it gives way."""
_MOST_TURNS: Final = 400
"""How often time may pass before a run is said to come to no end."""
_NEVER: Final = float("inf")


class _Sleep:
    """What a thread waits for that sleeps; nobody frees it."""

    holder: int | None = None
    number: int = 0


class TimedScheduler(Scheduler):
    """The threads of a run, and the seconds that have passed in it."""

    clock: float
    OWN_THREADS = "it starts threads of its own, whose switches cannot be chosen"

    def __init__(self) -> None:
        super().__init__()
        self.stuck: Callable[[], None] = lambda: None
        """Called where the run comes to no end, before its threads are abandoned."""
        self.least: float = 0.0
        """Seconds that have to pass before a run is said to come to no end."""
        self._deadlines: dict[int, float] = {}
        self._turns = 0
        self._looks: Counter[tuple[int, object]] = Counter()
        self._part = 0

    def prepare(self, plan: Any) -> None:
        """Begin a run, at the time 0."""
        super().prepare(plan)
        self.clock, self._deadlines, self._turns, self._part = 0.0, {}, 0, 0

    def sleep(self, seconds: float) -> None:
        """Have the thread that runs wait so long, and at least until no other can run."""
        if threading.get_ident() != self._home:
            self._refuse_foreign()
        if self.me == OUTSIDE:
            self.clock += max(0.0, seconds)
        else:
            self._wait_until(_Sleep(), self.clock + max(0.0, seconds))

    def wait(self, lock: Waitable, timeout: float) -> bool:
        """Wait until the lock may be free; return False where the time ran out first."""
        return self._wait_until(lock, self.clock + timeout if timeout > 0 else _NEVER)

    def touch(self, what: str, place: int, name: object) -> None:
        """Pass a point at an access; give way where this thread looks again and again."""
        if self._part != len(self.begun):
            self._part = len(self.begun)
            self._looks.clear()
        self._looks[place, name] += 1
        if self._looks[place, name] > _MOST_LOOKS:
            self._give_way()
        super().touch(what, place, name)

    def _give_way(self) -> None:
        """Let others run, or time pass until one of them wakes."""
        others = [self._deadlines[each] for each, (_, timed) in self._waits.items() if timed]
        if len(self._ready) > 1:
            self.sleep(0)
        elif others:
            self._wait_until(_Sleep(), min(others))

    def _wait_until(self, lock: Waitable, deadline: float) -> bool:
        if self._abandoning:
            raise Abandoned
        me = self.me
        self._waits[me] = lock, deadline < _NEVER
        self._deadlines[me] = deadline
        self.note("blocked")
        self._set_ready(me, ready=False)
        self._leave()
        self._waits.pop(me, None)
        timed_out = me in self._timed_out
        self._timed_out.discard(me)
        return not timed_out

    def _time_out(self) -> bool:
        first = min((self._deadlines[each] for each, (_, timed) in self._waits.items() if timed), default=_NEVER)
        self._turns += 1
        if first == _NEVER or (self._turns > _MOST_TURNS and first > self.least):
            return False
        self.clock = max(self.clock, first)
        for thread in [each for each in self._waits if self._deadlines[each] <= first]:
            del self._waits[thread]
            self._timed_out.add(thread)
            self._set_ready(thread, ready=True)
        return True

    def _give_up(self, trouble: str) -> NoReturn:
        self.stuck()
        super()._give_up(trouble)


def timed(scheduler: TimedScheduler) -> ModuleType:
    """Return what private copies import for ``time``: its seconds are the scheduler's."""
    module = ModuleType(time.__name__, time.__doc__)
    module.__dict__.update(vars(time))
    for name in ("time", "monotonic", "perf_counter"):
        module.__dict__[name] = partial(_told, getattr(time, name)(), scheduler)
    module.__dict__["sleep"] = scheduler.sleep
    return module


def _told(begun: float, scheduler: TimedScheduler) -> float:
    return begun + scheduler.clock
