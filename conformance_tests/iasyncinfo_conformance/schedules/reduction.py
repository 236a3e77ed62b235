"""Which schedules of a race need not be tried.

A *preemption* takes the turn from a thread that could go on; a switch where a thread waits or ends is
free. Schedules with few preemptions are tried first. Let thread A be preempted before an operation that
commutes with everything that other threads do until A goes on. Then A may as well do it before the switch:
the outcome is the same, and there are no more preemptions than before. So a thread is preempted only before

- the acquisition or release of a lock that another thread may still use,
- an access to something that another thread may still access, where one of the two writes and no lock is held
  at every access to it ("lockset": Savage et al., "Eraser", 1997). Where such a lock is held, the lock's own
  points are enough.

What a thread may still do is what it did later than now in any run so far: objects are new in each run, so
attributes are known by their names, and locks by their numbers. It grows with the runs, and a point that
comes in late is then tried in the earlier runs, too. By the same argument a thread is not preempted
in favour of one that comes to its end, or to a lock that the preempted one holds, before it does anything
relevant. Releases are relevant, because a thread that is stopped before one
makes others wait, which is no preemption of theirs.

Two beginnings of schedules in which the relevant operations have the same happens-before relation lead to
the same state. Only the first, which has no more preemptions, is gone on with (Musuvathi and Qadeer,
"Iterative context bounding", 2007).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_conformance.schedules.points import (
    ACCESS_READ,
    ACCESS_WRITE,
    ACQUIRE,
    MOST_THREADS,
    RELEASE,
    Begun,
    Segment,
)
from iasyncinfo_conformance.schedules.scheduler import Scheduler

Plan: TypeAlias = tuple[Segment, ...]
Place: TypeAlias = tuple[int, Any]
"""An object and the name of an attribute, or a lock and its number."""


class Entry(NamedTuple):
    """One point of a run."""

    at: int
    thread: int
    own: int
    """How many points the thread had passed before."""
    what: str
    place: Place


class Run(NamedTuple):
    """What is remembered of one run."""

    level: int
    """Its preemptions."""
    told: int
    """The segments that were told it; after them it went its own way."""
    begun: list[Begun]
    changes: list[tuple[int, tuple[int, ...]]]
    choices: list[tuple[int, list[int]]]
    entries: list[Entry]
    points: int


def plan_of(begun: Sequence[Begun]) -> Plan:
    """Return the schedule of a run, or of the beginning of one."""
    plan = [(this.thread, after.at - this.at if after.preempting else 0) for this, after in pairwise(begun)]
    return (*plan, *((this.thread, 0) for this in begun[-1:]))


def run_of(scheduler: Scheduler, level: int, told: int) -> Run:
    """Return what is remembered of the run that is just over."""
    log, begun = scheduler.log, scheduler.begun
    entries: list[Entry] = []
    passed = [0] * MOST_THREADS
    for (thread, start, _), end in zip(begun, [*(part.at for part in begun[1:]), len(log)], strict=True):
        own = passed[thread] - start
        for at in range(start, end):
            what, owner, name = log[at]
            entries.append(Entry(at, thread, own + at, what, (owner, name)))
        passed[thread] += end - start
    return Run(level, told, begun, scheduler.changes, scheduler.choices, entries, len(log))


class _Use:
    """What is done with a lock, or with what has one name: by which threads, whether any writes, under which locks."""

    __slots__ = ("changed", "guards", "threads")

    def __init__(self, guards: set[Any]) -> None:
        self.threads = 0
        self.changed = False
        self.guards = guards

    @property
    def conflicts(self) -> bool:
        """Whether two threads do something that does not commute and that no lock guards."""
        return self.changed and not self.guards and self.threads & (self.threads - 1) != 0


class _Preemption(NamedTuple):
    """A place in a run where a thread can be preempted: before which entry, in which state, and in whose favour."""

    entry: Entry
    passed: tuple[int, ...]
    state: int
    threads: tuple[int, ...]
    level: int
    plan: Plan


class Reduction:
    """What the runs of one race have shown so far, and which schedules it still asks for."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._latest: dict[tuple[str, Any], dict[int, int]] = {}
        """For a kind of operation and a name: each thread, and when it last did so, counted in points of its own."""
        self._uses: dict[Any, _Use] = {}
        self._names: set[Any] = set()
        """Those that conflict."""
        self._runs: list[Run] = []
        self._reached: dict[tuple[int, int], int] = {}
        """The states, and who goes on from there: with how many preemptions at least that was tried."""
        self._idle: list[_Preemption] = []
        """Those that nothing conflicts with, as far as is known."""

    def after(self, run: Run) -> Iterator[tuple[int, Plan]]:
        """Take in a run; yield the schedules that are to be tried because of it, with their preemptions."""
        self._runs.append(run)
        names, grown = len(self._names), self._learn(run)
        if len(self._names) > names:
            self._reached.clear()
            self._idle.clear()
            yield from ((0, ((thread, 0),)) for thread in run.changes[0][1])
            for any_run in self._runs:
                yield from self._beside(any_run)
            return
        if grown:
            idle, self._idle = self._idle, []
            for preemption in idle:
                yield from self._preempted(preemption)
        if names:
            yield from self._beside(run)

    # -- what conflicts ---------------------------------------------------------------------------------

    def _learn(self, run: Run) -> bool:
        """Note what does not commute; return whether threads may do more, or later, than was known."""
        grown = False
        held: list[set[Any]] = [set() for _ in range(MOST_THREADS)]
        for _, thread, own, what, (_, name) in run.entries:
            locks = held[thread]
            use = self._uses.get(name)
            if use is None:
                use = self._uses[name] = _Use(set(locks))
            use.threads |= 1 << thread
            if what is ACCESS_READ or what is ACCESS_WRITE:
                use.guards &= locks
                use.changed = use.changed or what is ACCESS_WRITE
            else:
                use.guards.clear()
                use.changed = True
                if what is ACQUIRE:
                    locks.add(name)
                else:
                    for each in held:
                        each.discard(name)
            latest = self._latest.setdefault((what, name), {})
            if latest.get(thread, -1) < own:
                latest[thread] = own
                grown = grown or name in self._names
        self._names.update(name for name, use in self._uses.items() if use.conflicts)
        return grown

    def _conflicts(self, entry: Entry, passed: Sequence[int]) -> bool:
        """Whether another thread may still do what conflicts, when each has passed so many points."""
        for what in _AGAINST[entry.what]:
            for thread, own in self._latest.get((what, entry.place[1]), {}).items():
                if own >= passed[thread] and thread != entry.thread:
                    return True
        return False

    # -- where to go another way ------------------------------------------------------------------------

    def _beside(self, run: Run) -> Iterator[tuple[int, Plan]]:
        """Yield the schedules that leave the way of a run, from where it went its own way."""
        if run.level == self._bound and not run.choices:
            return
        plan = plan_of(run.begun)
        choices = dict(run.choices)
        first = run.begun[run.told - 1].at
        walk = _Walk(run, [entry for entry in run.entries if entry.place[1] in self._names])
        for segment, begun in enumerate(run.begun):
            for thread in choices.get(segment, ()):
                if self._is_new(walk.state, thread, run.level):
                    yield run.level, (*plan[:segment], (thread, 0))
            for entry in walk.segment(segment):
                if entry.at >= first:
                    self._is_new(walk.state, entry.thread, run.level)
                if entry.at > max(first, begun.at) and run.level < self._bound:
                    part = *plan[:segment], (entry.thread, entry.at - begun.at)
                    yield from self._preempted(walk.preemption(entry, run.level + 1, part))

    def _preempted(self, preemption: _Preemption) -> Iterator[tuple[int, Plan]]:
        if not self._conflicts(preemption.entry, preemption.passed):
            self._idle.append(preemption)
            return
        for thread in preemption.threads:
            if self._is_new(preemption.state, thread, preemption.level):
                yield preemption.level, (*preemption.plan, (thread, 0))

    def _is_new(self, state: int, thread: int, level: int) -> bool:
        """Whether no schedule with as few preemptions lets this thread go on from this state."""
        if self._reached.get((state, thread), level + 1) <= level:
            return False
        self._reached[state, thread] = level
        return True


_AGAINST: Final = {
    ACCESS_READ: (ACCESS_WRITE,),
    ACCESS_WRITE: (ACCESS_READ, ACCESS_WRITE),
    ACQUIRE: (ACQUIRE, RELEASE),
    RELEASE: (ACQUIRE, RELEASE),
}


class _Walk:
    """A way along the entries of a run that knows the state before each."""

    def __init__(self, run: Run, entries: list[Entry]) -> None:
        self.state = 0
        self._passed = [0] * MOST_THREADS
        self._run = run
        self._entries = entries
        self._next = 0
        self._places: dict[Place, tuple[int, int]] = {}
        self._holders: dict[Place, int] = {}

    def segment(self, number: int) -> Iterator[Entry]:
        """Yield the entries of one part of the run, each before it takes effect."""
        begun, *later = self._run.begun[number : number + 2]
        end = later[0].at if later else self._run.points
        while self._next < len(self._entries) and self._entries[self._next].at < end:
            entry = self._entries[self._next]
            yield entry
            self._pass(entry)
        self._passed[begun.thread] += end - begun.at

    def preemption(self, entry: Entry, level: int, plan: Plan) -> _Preemption:
        """Return what it would be to preempt a thread before this entry, which is the next."""
        return _Preemption(entry, tuple(self._passed), self.state, tuple(self._rivals(entry)), level, plan)

    def _rivals(self, entry: Entry) -> Iterator[int]:
        """Yield the threads that could go on instead, and then do something relevant before they have to wait."""
        ready = next(ready for since, ready in reversed(self._run.changes) if since <= entry.at)
        for thread in ready:
            if thread != entry.thread:
                following = next((later for later in self._entries[self._next :] if later.thread == thread), None)
                if following is not None and not self._waits(following, entry.thread):
                    yield thread

    def _waits(self, following: Entry, holder: int) -> bool:
        return following.what is ACQUIRE and self._holders.get(following.place) == holder

    def _pass(self, entry: Entry) -> None:
        self._next += 1
        written, read = self._places.get(entry.place, (0, 0))
        if entry.what is ACCESS_READ:
            mark = hash((entry.thread, entry.own, written))
            self._places[entry.place] = written, read ^ mark
        else:
            mark = hash((entry.thread, entry.own, written, read))
            self._places[entry.place] = mark, 0
            if entry.what is ACQUIRE:
                self._holders.setdefault(entry.place, entry.thread)
            elif entry.what is RELEASE:
                self._holders.pop(entry.place, None)
        self.state ^= mark
