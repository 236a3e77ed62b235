"""One run of a race under a schedule: its threads are greenlets, and one of them runs until it is told to stop.

A *point* is an access to something that threads may share, or a lock's acquisition or release. It is
noted in the log before it happens, so the length of the log counts the points. A schedule is a list of
segments: which thread, and after how many points it is stopped, or 0 where it runs until it ends or waits.
When the schedule is over the thread that runs goes on, and after it the first that can.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from greenlet import getcurrent, greenlet

from iasyncinfo_conformance.errors import NotSchedulable
from iasyncinfo_conformance.schedules.hooks import IDLE, racing
from iasyncinfo_conformance.schedules.points import (
    LETTERS,
    MOST_POINTS,
    MOST_THREADS,
    OUTSIDE,
    Abandoned,
    Begun,
    Segment,
    Stuck,
    Waitable,
)
from iasyncinfo_conformance.stepping.watching.garbage import nothing_collected


class Scheduler:
    """The threads of a race, whichever race it is, and the hooks that they pass."""

    OWN_THREADS = (
        "it starts threads of its own; to have its races explored, let start(kind) hand over the state by itself, "
        "with levers that do on the calling thread what the worker's threads do"
    )
    """Why nothing is explored that starts a thread."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = dict(IDLE)
        """Holds the hooks; it becomes the builtins of the private copies."""
        self._racing = racing(self.touch, self.names)
        self.me: int = OUTSIDE
        self.log: list[tuple[str, int, Any]] = []
        self.begun: list[Begun] = []
        self.changes: list[tuple[int, tuple[int, ...]]] = []
        self.choices: list[tuple[int, list[int]]] = []
        self.trouble: str = ""
        self.sinks: list[Any] = [None] * (MOST_THREADS + 1)
        self.held: list[int] = [0] * (MOST_THREADS + 1)
        self.clock: float = 0.0
        self._made = [0] * (MOST_THREADS + 1)
        self._loaded = 0
        self._runs = 0
        self._stop = MOST_POINTS
        self._plan: Sequence[Segment] = ()
        self._ready: list[int] = []
        self._waits: dict[int, tuple[Waitable, bool]] = {}
        self._timed_out: set[int] = set()
        self._jobs: Sequence[Callable[[], None]] = ()
        self._errors: list[BaseException] = []
        self._abandoning = False
        self.listener: Callable[[str], None] | None = None
        """Hears of what is no point."""
        self.refused: NotSchedulable | None = None
        self._crew: list[greenlet] = []
        self._hub = getcurrent()
        self._home = threading.get_ident()

    # -- a run ------------------------------------------------------------------------------------------

    def prepare(self, plan: Sequence[Segment]) -> None:
        """Begin a run: what is left of the one before is forgotten."""
        self._plan = plan
        self._made = [0] * MOST_THREADS + [self._loaded]
        self.held = [0] * (MOST_THREADS + 1)
        self.log.clear()
        self.begun, self.changes, self.choices, self.trouble, self.refused = [], [], [], "", None
        self._errors, self._waits, self._timed_out = [], {}, set()
        self._runs += 1
        self._home = threading.get_ident()

    def keep_numbers(self) -> None:
        """Count the locks of every run from here on: those made so far belong to the modules."""
        self._loaded = self._made[OUTSIDE]

    def number(self) -> int:
        """Return the number of a new lock, the same in every run of a word where its maker does the same."""
        me = self.me
        self._made[me] += 1
        return self._made[me] * (MOST_THREADS + 1) + me

    def who(self) -> object:
        """Return what tells the thread that runs from any other, of other runs too."""
        return OUTSIDE if self.me == OUTSIDE else (self._runs, self.me)

    def race(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run the jobs as threads, in the order of the plan; raises Stuck where they come to no end."""
        if len(jobs) > MOST_THREADS:
            raise NotSchedulable(f"a race of {len(jobs)} threads is not explored, only of {MOST_THREADS} at most")
        if self.begun:
            raise NotSchedulable("a word with two races is not explored, only one with one race")
        self._call_crew()
        self._jobs = jobs
        self._ready = list(range(len(jobs)))
        self.changes.append((0, tuple(self._ready)))
        with nothing_collected():  # finalizers of earlier subjects would pass points
            self.names.update(self._racing)
            try:
                self._start_next(preempting=False)
            finally:
                self.names.update(IDLE)
                self._jobs = ()
                self.me = OUTSIDE
        if self.trouble:
            self._abandon()
            raise Stuck(self.trouble)
        if self._errors:
            raise self._errors[0]

    def close(self) -> None:
        """End the greenlets: one that is left waiting is never freed, nor is what it refers to.

        Those of another thread end with it.
        """
        if self._hub is getcurrent():
            for member in self._crew:
                member.throw()
        self._crew = []

    def _call_crew(self) -> None:
        """Have a greenlet for each thread; they belong to the thread that made them."""
        if self._hub is not getcurrent():
            self._hub, self._crew = getcurrent(), []
        self._crew = [member for member in self._crew if member and not member.dead]
        while len(self._crew) < MOST_THREADS:
            member = greenlet(self._serve)
            self._crew.append(member)
            member.switch()

    def _serve(self) -> None:
        """Do the jobs of one thread, race after race."""
        self._hub.switch()
        while True:
            try:
                self._jobs[self.me]()
            except Abandoned:
                pass
            except BaseException as error:
                self._errors.append(error)
            if self._abandoning:
                self._hub.switch()
                continue
            with suppress(Abandoned):  # nobody else can run, either: the run is over
                self._set_ready(self.me, ready=False)
                self._leave()

    # -- who runs ---------------------------------------------------------------------------------------

    def _leave(self) -> None:
        """Let another thread run: this one waits or has ended."""
        if not self._ready and not self._time_out():
            if self._waits:
                self._give_up("deadlock: " + ", ".join(self._wait_of(thread) for thread in sorted(self._waits)))
            self._hub.switch()
        elif len(self.begun) < len(self._plan):
            self._start_next(preempting=False)
        else:
            if len(self._ready) > 1:
                self.choices.append((len(self.begun), self._ready[1:]))
            self._begin(self._ready[0], 0, preempting=False)

    def _start_next(self, *, preempting: bool) -> None:
        thread, count = self._plan[len(self.begun)]
        if thread not in self._ready:
            self.refuse(
                "its threads do not pass the same points in every run, or the schedule is another word's: "
                f"{LETTERS[thread]} cannot run in its part {len(self.begun) + 1}"
            )
        self._begin(thread, count, preempting=preempting)

    def _begin(self, thread: int, count: int, *, preempting: bool) -> None:
        at = len(self.log)
        self.begun.append(Begun(thread, at, preempting))
        self._stop = at + count if count and len(self.begun) < len(self._plan) else MOST_POINTS
        if thread == self.me:
            return
        self.me = thread
        self._switch_to(self._crew[thread])
        if self._abandoning:
            raise Abandoned

    def _switch_to(self, other: greenlet) -> None:
        other.switch()

    def _turn(self) -> None:
        """Stop here, before a point: another thread is due, or the race spins."""
        if self._abandoning:
            raise Abandoned
        if threading.get_ident() != self._home:
            self._refuse_foreign()
        if len(self.log) >= MOST_POINTS:
            self._give_up(f"spins: {MOST_POINTS:,} points, and no end")
        self._start_next(preempting=True)

    def _set_ready(self, thread: int, *, ready: bool) -> None:
        if ready:
            self._ready = sorted((*self._ready, thread))
        else:
            self._ready.remove(thread)
        self.changes.append((len(self.log), tuple(self._ready)))

    # -- what goes wrong --------------------------------------------------------------------------------

    def _give_up(self, trouble: str) -> NoReturn:
        self.trouble = trouble
        self._switch_to(self._hub)
        raise Abandoned

    def refuse(self, why: str) -> NoReturn:
        """End the run: it cannot be scheduled. Nothing that the subject catches makes it go on."""
        error = self.refused = NotSchedulable(why)
        if self.me != OUTSIDE and threading.get_ident() == self._home:
            self._give_up(why)
        raise error

    def refuse_thread(self) -> NoReturn:
        """End the run: it starts a thread."""
        self.refuse(self.OWN_THREADS)

    def _refuse_foreign(self) -> NoReturn:
        self.refuse("it works on threads of its own, whose schedules cannot be chosen")

    def _abandon(self) -> None:
        """End the threads that have begun and not ended."""
        self._abandoning = True
        self._stop = 0
        unfinished = {begun.thread for begun in self.begun} & {*self._ready, *self._waits}
        for thread in sorted(unfinished):
            self.me = thread
            self._crew[thread].throw(Abandoned)
        self.me = OUTSIDE
        self._abandoning = False

    def _wait_of(self, thread: int) -> str:
        holder = self._waits[thread][0].holder
        whose = "was taken before the race" if holder in (OUTSIDE, None) else f"{LETTERS[holder or 0]} holds"
        return f"{LETTERS[thread]} waits for a lock that {whose}"

    # -- locks ------------------------------------------------------------------------------------------

    def point(self, what: str, lock: Waitable) -> None:
        """Pass a point at a lock."""
        if self._abandoning:
            return
        if len(self.log) >= self._stop:
            self._turn()
        self.log.append((what, id(lock), lock.number))

    def wait(self, lock: Waitable, timeout: float) -> bool:
        """Wait until the lock may be free; return False where the time ran out first."""
        if self._abandoning:
            raise Abandoned
        me = self.me
        self._waits[me] = lock, timeout > 0
        self.note("blocked")
        self._set_ready(me, ready=False)
        self._leave()
        self._waits.pop(me, None)
        if me in self._timed_out:
            self._timed_out.remove(me)
            self.clock += timeout
            return False
        return True

    def freed(self, lock: Waitable) -> None:
        """Let those run again that wait for this lock."""
        if self._waits and not self._abandoning:
            for thread in [thread for thread, (awaited, _) in self._waits.items() if awaited is lock]:
                del self._waits[thread]
                self._set_ready(thread, ready=True)

    def _time_out(self) -> bool:
        """Let those go on whose wait has an end; return whether there are any."""
        for thread in [thread for thread, (_, timed) in self._waits.items() if timed]:
            del self._waits[thread]
            self._timed_out.add(thread)
            self._set_ready(thread, ready=True)
        return bool(self._ready)

    def would_block(self, lock: Waitable) -> None:
        """Refuse to wait outside a race, where nobody could free the lock; after one that got stuck, do not mind."""
        if threading.get_ident() != self._home:
            self._refuse_foreign()
        if not self.trouble:
            holder = "a thread of the race, which has ended," if lock.holder != OUTSIDE else "the same thread"
            raise Stuck(f"deadlock: outside the race, a lock is waited for that {holder} holds")

    # -- accesses ---------------------------------------------------------------------------------------

    def touch(self, what: str, place: int, name: object) -> None:
        """Pass a point at an access."""
        if len(self.log) >= self._stop:
            self._turn()
        self.log.append((what, place, name))

    # -- as threads of a word -----------------------------------------------------------------------------

    @property
    def sink(self) -> Any:
        """Where the events of the thread that runs go."""
        return self.sinks[self.me]

    @sink.setter
    def sink(self, sink: Any) -> None:
        self.sinks[self.me] = sink

    def calling(self, label: str) -> bool:
        """Hear that a handler is called; return whether its caller holds a lock."""
        self.note(f"call {label}")
        return self.held[self.me] > 0

    def note(self, what: str) -> None:
        """Hear of what is no point."""
        if self.listener is not None:
            self.listener(what)
