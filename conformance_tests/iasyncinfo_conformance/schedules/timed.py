"""A scheduler of threads that also sleep: time passes where no thread can run, as far as the first that wakes.

A thread that uses one thing many times while another could run, or sleeps, gives way: it looks again and again at
what the other is about to change. What wakes at the same time runs in any order.

A run that is no more than played, with no schedule to be told of, keeps no log, however long it is.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any, Final, NoReturn

from greenlet import greenlet

from iasyncinfo_conformance.schedules.points import OUTSIDE, Abandoned, Segment, Waitable
from iasyncinfo_conformance.schedules.scheduler import Scheduler

_MOST_LOOKS: Final = 16
"""How often a thread uses one thing at a stretch before it gives way."""
_SPINS: Final = 50
"""How often a thread gives way in a run that is played before time passes: it looks without a pause."""
_MOST_WAYS: Final = 5000
"""How often a thread may give way where nobody else can ever run."""
_MOST_TURNS: Final = 400
"""How often time may pass before a run is said to come to no end."""
_LEAST_SLEEP: Final = 0.001
"""Seconds for which a thread of the consumer's sleeps at least: also a sleep of 0 takes its time."""
NEVER: Final = float("inf")
_LONGEST_WAIT: Final = 10_000_000.0
"""Seconds from which on a wait is one without end: some ask for the longest that there is."""


class Alarm:
    """What a thread waits for until the time comes, or somebody frees it."""

    holder: int | None = None
    number: int = 0


class _Sleep(Alarm):
    """What a thread waits for that sleeps; nobody frees it."""


class TimedScheduler(Scheduler):
    """The threads of a run, and the seconds that have passed in it."""

    clock: float
    OWN_THREADS = "it starts threads of its own, whose switches cannot be chosen"

    def __init__(self) -> None:
        super().__init__()
        self.stuck: Callable[[], None] = lambda: None
        """Called where the run comes to no end, before its threads are abandoned."""
        self.spins: Callable[[], None] = lambda: None
        """Called where a thread looks again and again, so that time has to pass nevertheless."""
        self._least = 0.0
        self._deadlines: dict[int, float] = {}
        self._turns = self._ways = 0
        self._looks: Counter[tuple[int, object]] = Counter()
        self._part = 0
        self._plays = False

    def prepare(self, plan: Sequence[Segment], *, plays: bool = False) -> None:
        """Begin a run, at the time 0: one that is only played keeps no log."""
        super().prepare(plan)
        self.clock, self._deadlines, self._part, self._ways = 0.0, {}, 0, 0
        self._plays = plays

    def expect(self, seconds: float) -> None:
        """Hear that something is to happen, or was; after so many seconds, and some turns, the run has no end."""
        self._turns, self._least = 0, self.clock + seconds

    def sleep(self, seconds: float) -> None:
        """Have the thread that runs wait so long, and at least until no other can run."""
        self._ways = 0
        if self.me == OUTSIDE:
            self._require_home()
            self.clock += max(0.0, seconds)
        else:
            self._wait_until(_Sleep(), self.clock + max(0.0, seconds))

    def sleeps_until(self, thread: int) -> float:
        """Return when a thread wakes that sleeps; 0 where it does not."""
        lock, _ = self._waits.get(thread, (None, False))
        return self._deadlines[thread] if isinstance(lock, _Sleep) else 0.0

    def wait(self, lock: Waitable, timeout: float) -> bool:
        """Wait until the lock may be free; return False where the time ran out first."""
        self._ways = 0
        return self._wait_until(lock, self.clock + timeout if 0 < timeout < _LONGEST_WAIT else NEVER)

    def wait_for(self, alarm: Alarm, deadline: float) -> bool:
        """Wait until somebody frees what is waited for; return False where the time has come first."""
        return self._wait_until(alarm, deadline)

    def point(self, what: str, lock: Waitable) -> None:
        """Pass a point at a lock."""
        if not self._plays:
            super().point(what, lock)

    def touch(self, what: str, place: int, name: object) -> None:
        """Pass a point at an access; give way where this thread looks again and again."""
        self.look(place, name)
        if not self._plays:
            super().touch(what, place, name)

    def look(self, place: int, name: object) -> None:
        """Note that a thread uses a thing; give way where it does again and again."""
        if self._part != len(self.begun):
            self._part = len(self.begun)
            self._looks.clear()
        self._looks[place, name] += 1
        if self._looks[place, name] > _MOST_LOOKS:
            self._give_way()

    def _give_way(self) -> None:
        """Let others run, or time pass until one of them wakes."""
        self._require_home()
        wakes = [self._deadlines[each] for each, (_, timed) in self._waits.items() if timed]
        self._ways += 1
        if len(self._ready) > 1 or (wakes and min(wakes) <= self.clock):
            self._wait_until(Alarm(), self.clock)
        elif wakes and (not self._plays or self._ways > _SPINS):
            self.spins()
            self._wait_until(Alarm(), min(wakes))
        elif self._ways > _MOST_WAYS:
            self._give_up("spins, and nobody else can run")
        else:
            self._looks.clear()

    def _require_home(self) -> None:
        if threading.get_ident() != self._home:
            self._refuse_foreign()

    def _wait_until(self, lock: Waitable, deadline: float) -> bool:
        if self._abandoning:
            raise Abandoned
        self._require_home()
        me = self.me
        self._waits[me] = lock, deadline < NEVER
        self._deadlines[me] = deadline
        self.note("blocked")
        self._set_ready(me, ready=False)
        self._leave()
        self._waits.pop(me, None)
        timed_out = me in self._timed_out
        self._timed_out.discard(me)
        return not timed_out

    def _time_out(self) -> bool:
        first = min((self._deadlines[each] for each, (_, timed) in self._waits.items() if timed), default=NEVER)
        self._turns += 1
        if first == NEVER or (self._turns > _MOST_TURNS and first > self._least):
            return False
        self.clock = max(self.clock, first)
        for thread in [each for each in self._waits if self._deadlines[each] <= first]:
            del self._waits[thread]
            self._timed_out.add(thread)
            self._set_ready(thread, ready=True)
        return True

    def _switch_to(self, other: greenlet) -> None:
        """Let another thread run, which is in no event loop of this one's, nor in a task of it."""
        loop = asyncio._get_running_loop()
        task = _current(loop, None)
        asyncio._set_running_loop(None)
        try:
            super()._switch_to(other)
        finally:
            asyncio._set_running_loop(loop)
            _current(loop, task)

    def refuse_thread(self) -> NoReturn:
        """Refuse to start a thread; for a finalizer outside of a run there is none left, as far as it can tell."""
        if self._runs and (self.me == OUTSIDE or self._abandoning):
            raise RuntimeError("can't start new thread")
        super().refuse_thread()

    def end(self, trouble: str) -> NoReturn:
        """End the run: it comes to no end."""
        self._give_up(trouble)

    def _give_up(self, trouble: str) -> NoReturn:
        self.stuck()
        super()._give_up(trouble)


def _current(loop: asyncio.AbstractEventLoop | None, task: Any) -> Any:
    """Put a task in the place of the current one, which is returned: from 3.14 on it is the thread's, no loop's."""
    return _swapped(loop, task) if loop is not None else None


_swapped: Final[Callable[[Any, Any], Any]] = getattr(asyncio.tasks, "_swap_current_task", lambda _loop, _task: None)


def timed(scheduler: TimedScheduler) -> ModuleType:
    """Return what private copies import for ``time``: its seconds are the scheduler's."""
    module = ModuleType(time.__name__, time.__doc__)
    module.__dict__.update(vars(time))
    for name in ("time", "monotonic", "perf_counter"):
        module.__dict__[name] = partial(_told, getattr(time, name)(), scheduler)
    module.__dict__["sleep"] = partial(_sleep, scheduler)
    return module


def _told(begun: float, scheduler: TimedScheduler) -> float:
    return begun + scheduler.clock


def _sleep(scheduler: TimedScheduler, seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    scheduler.sleep(max(seconds, _LEAST_SLEEP))
