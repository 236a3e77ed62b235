"""All schedules of a race up to a number of preemptions, and the outcomes that they come to.

A *preemption* takes the turn from a thread that could go on; a switch where a thread waits or ends is
free, and each choice of the next one is tried. Schedules are tried in the order of their preemptions.

Which of them need not be tried, and why, is said in :mod:`iasyncinfo_conformance.schedules.reduction`.
"""

import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from iasyncinfo_conformance.errors import NotSchedulable, said
from iasyncinfo_conformance.schedules.copies import Copies
from iasyncinfo_conformance.schedules.points import LETTERS, MOST_POINTS, Begun, Stuck
from iasyncinfo_conformance.schedules.reduction import Plan, Reduction, plan_of, run_of
from iasyncinfo_conformance.schedules.scheduler import Scheduler
from iasyncinfo_conformance.schedules.sources import Sources, named
from iasyncinfo_conformance.schedules.tracing import tracing
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Explored, RaceOutcome, Replayed, Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import RACE, Step, Word, step_names

Came: TypeAlias = tuple[list[Result], str]
"""The results of a run, or what kept it from having any."""


class Schedules:
    """A subject whose races can be scheduled: private copies of its sources and of its adapter.

    ``target`` is the text that names the adapter, ``sources`` are its own unless it names others.
    """

    def __init__(
        self,
        start: Callable[[Kind], Subject],
        *,
        target: str = "",
        sources: Sources | None = None,
        projects: bool = False,
    ) -> None:
        self._projects = projects
        self._scheduler = Scheduler()
        entry = entry_of(start, target)
        _require_name(entry)
        sources = sources or named(getattr(start, "sources", ()), entry[1])
        self._copies, self._start = _copied(entry, sources, self._scheduler)
        self._scheduler.keep_numbers()

    @property
    def files(self) -> frozenset[str]:
        """The files whose code passes switch points."""
        return frozenset(self._copies.files)

    def passes_points(self, kind: Kind, word: Word) -> bool:
        """Return whether the race of a word passes a switch point at all."""
        self._run(kind, word, ((0, 0),))
        return bool(self._scheduler.log)

    def explore(self, kind: Kind, word: Word, bound: int) -> Explored:
        """Run the race of a word under every schedule of at most so many preemptions that may tell something new."""
        return _Search(self._scheduler, lambda plan: self._run(kind, word, plan), word, bound).explored()

    def replay(self, kind: Kind, word: Word, schedule: str) -> Replayed:
        """Run a word under one schedule, and tell what its threads did."""
        with tracing(self._scheduler, self._copies.files) as trace:
            results, trouble = self._run(kind, word, parsed(schedule))
        return Replayed(results, trouble, trace.moments)

    def close(self) -> None:
        """End the threads that wait for another race."""
        self._scheduler.close()

    def _run(self, kind: Kind, word: Word, plan: Plan) -> Came:
        scheduler = self._scheduler
        scheduler.prepare(plan)
        try:
            start, projects = self._start, self._projects
            return run_word(lambda: start(kind), word, projects=projects, threads=scheduler), ""
        except Stuck as stuck:
            return [], scheduler.trouble or str(stuck)
        finally:
            if scheduler.refused is not None:
                raise scheduler.refused


def _require_name(entry: tuple[str, str]) -> None:
    module, name = entry
    if "<" in name or not module:
        raise NotSchedulable(f"{name} cannot be loaded by its name: let start be a function of a module")


def _copied(entry: tuple[str, str], sources: Sources, scheduler: Scheduler) -> tuple[Copies, Callable[[Kind], Subject]]:
    """Return the private copies behind an adapter, and the adapter's own."""
    module, name = entry
    try:
        copies = Copies(sources.modules, module, scheduler)
        return copies, attrgetter(name)(copies.load(module))
    except NotSchedulable:
        raise
    except (Exception, SystemExit) as error:
        raise NotSchedulable(f"a private copy of {module} does not load: {said(error)}") from error


def entry_of(start: Callable[[Kind], Subject], target: str = "") -> tuple[str, str]:
    """Return the module and the name by which an adapter can be loaded again.

    Its own are those of a function that a module defines. What a function makes, a partial or an object that can be
    called is found by the module's name for it, which the target's text may tell.
    """
    module, _, name = target.rpartition(":")
    if getattr(sys.modules.get(module), name, None) is start:
        return module, name
    own = getattr(start, "__module__", ""), getattr(start, "__qualname__", "<object>")
    return own if "<" not in own[1] else _held(start, name) or own


def _held(start: Callable[[Kind], Subject], name: str) -> tuple[str, str] | None:
    """Return a module in which an adapter stands under a name, and that name: ``name`` where it is one."""
    held = [
        (module, key)
        for module, found in list(sys.modules.items())
        for key, value in list(getattr(found, "__dict__", {}).items())
        if value is start and key.isidentifier()
    ]
    return min(held, key=lambda entry: entry[1] != name, default=None)


def parsed(schedule: str) -> Plan:
    """Return the segments that the text of a schedule names; raises NotSchedulable where it is none."""
    if not re.fullmatch(rf"(?:[{LETTERS}]\d*)+", schedule):
        raise NotSchedulable(f"{schedule!r} is no schedule: write A4B7A, a thread and the points that it passes")
    parts = re.findall(rf"([{LETTERS}])(\d*)", schedule)
    return tuple((LETTERS.index(letter), int(count or 0)) for letter, count in parts)


def spelled(begun: Sequence[Begun]) -> str:
    """Return the text of the schedule that a run had."""
    return text_of(plan_of(begun))


def text_of(plan: Plan) -> str:
    """Return the text of a schedule."""
    return "".join(f"{LETTERS[thread]}{count or ''}" for thread, count in plan)


def plans(scheduler: Scheduler, bound: int) -> Iterator[Plan]:
    """Yield the schedules that may tell something new; each has been run when the next is asked for."""
    reduction = Reduction(bound)
    untried: list[deque[Plan]] = [deque() for _ in range(bound + 1)]
    untried[0].append(((0, 0),))
    known: set[Plan] = {((0, 0),)}
    while (level := next((level for level, waiting in enumerate(untried) if waiting), None)) is not None:
        plan = untried[level].popleft()
        yield plan
        if not 0 < len(scheduler.log) < MOST_POINTS:  # stuck before the race, or spinning in it
            continue
        for preemptions, other in reduction.after(run_of(scheduler, level, len(plan))):
            if other not in known:
                known.add(other)
                untried[preemptions].append(other)


class _Search:
    """The schedules of one race."""

    def __init__(self, scheduler: Scheduler, run: Callable[[Plan], Came], word: Word, bound: int) -> None:
        self._scheduler = scheduler
        self._run = run
        self._word = word
        self._has_ids = "id" in step_names(word)
        self._bound = bound
        self._seen: list[Any] = []
        self._found: list[RaceOutcome] = []
        self._count = 0

    def explored(self) -> Explored:
        """Try everything."""
        for plan in plans(self._scheduler, self._bound):
            self._try(plan)
        return Explored(self._count, self._found)

    def _try(self, plan: Plan) -> None:
        results, trouble = self._run(plan)
        self._count += 1
        came = trouble or (alike(self._word, results) if self._has_ids else results)
        if came not in self._seen:
            self._seen.append(came)
            self._found.append(RaceOutcome(spelled(self._scheduler.begun), results, trouble))


def alike(word: Iterable[Step], results: Iterable[Result]) -> Any:
    """Return results in which ids are what they are to each other: their values differ from run to run."""
    return _renumbered(zip(word, results, strict=False), {})


def _renumbered(steps: Iterable[tuple[Step, Result]], seen: dict[Any, int]) -> list[Any]:
    found: list[Any] = []
    for step, result in steps:
        if step[0] == "id" and "ok" in result:
            found.append(seen.setdefault(result["ok"], len(seen)))
        elif step[0] == RACE:
            threads = zip(step[1:], result["threads"], strict=True)
            found.append([_renumbered(zip(word, results, strict=True), seen) for word, results in threads])
        else:
            found.append(result)
    return found
