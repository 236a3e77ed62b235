"""A consumer under a scheduler: played on its default schedule, or with every switch between it and the worker.

It runs on private copies of its sources, in which ``threading`` and ``time`` are the scheduler's. What cannot be run so
is refused with the reason, and keeps real threads.
"""

import sys
from operator import attrgetter
from types import ModuleType
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer, consumer_of
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.messages import Asked, Switched, Switches, UnderSchedule
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.consumers.switching.meeting import Met, SwitchedApplication, SwitchedMeeting
from iasyncinfo_conformance.errors import NotSchedulable, said
from iasyncinfo_conformance.schedules.copies import Consumers, Copies
from iasyncinfo_conformance.schedules.exploring import entry_of, parsed, plans, text_of
from iasyncinfo_conformance.schedules.points import ACCESS_READ, ACCESS_WRITE
from iasyncinfo_conformance.schedules.reduction import Plan
from iasyncinfo_conformance.schedules.sources import Sources, beside, named, own_modules
from iasyncinfo_conformance.schedules.timed import TimedScheduler, timed
from iasyncinfo_conformance.schedules.tracing import tracing
from iasyncinfo_conformance.target import Moment

MOST_SCHEDULES: Final = 600
"""Schedules of one situation that are tried."""
_WAITING_MODULES: Final = (
    "queue",
    "concurrent.futures",
    "concurrent.futures._base",
)
_ACCESSES: Final = (ACCESS_READ, ACCESS_WRITE)
_PLAYED: Final[Plan] = ((0, 0),)
"""The consumer runs until it waits."""


class Scheduled:
    """A consumer whose schedules can be chosen; raises NotSchedulable where there is none such."""

    def __init__(self, consumer: Consumer, target: str = "", *, is_async: bool = False) -> None:
        self._is_async = is_async
        self._scheduler = TimedScheduler()
        module, name = entry_of(_entered(consumer, target), target)
        if not module or "<" in name:
            raise NotSchedulable(f"{name} cannot be loaded by its name: let it be a function of a module")
        sources = _sources(consumer, module)
        try:
            self._copies = Copies(sources.modules, module, self._scheduler, _waiting(self._scheduler))
            self._consumer = consumer_of(attrgetter(name)(self._copies.load(module)))
        except NotSchedulable:
            raise
        except (Exception, SystemExit) as error:
            raise NotSchedulable(f"a private copy of {module} does not load: {said(error)}") from error
        self._scheduler.keep_numbers()
        self._is_warm = False

    def answer(self, asked: Switches) -> Switched:
        """Return what is seen under the schedule that is asked for, or under all; raises NotSchedulable."""
        if not self._is_warm:  # what is imported or kept on the first call is no part of any schedule
            self.play(Asked(asked.situation, asked.kind))
        if asked.schedule:
            return self._replayed(asked)
        count, why, found = 0, "", dict[object, UnderSchedule]()
        for plan in plans(self._scheduler, asked.bound):
            seen = self._run(Met(asked.situation, asked.kind, plays=False), plan)
            count += 1
            found.setdefault(_came(seen), UnderSchedule(text_of(plan), seen))
            if count == MOST_SCHEDULES:
                why = f"of one situation {MOST_SCHEDULES:,} were tried, and there may be more"
                break
        return Switched(count, tuple(found.values()), why)

    def _replayed(self, asked: Switches) -> Switched:
        plan = parsed(asked.schedule)
        with tracing(self._scheduler, self._copies.files) as trace:
            seen = self._run(Met(asked.situation, asked.kind, plays=False), plan)
        return Switched(1, (UnderSchedule(asked.schedule, seen, tuple(filter(_is_told, trace.moments))),))

    def play(self, asked: Asked) -> Seen:
        """Return what is seen where everything happens once the consumer can do no more; raises NotSchedulable."""
        self._is_warm = True
        return self._run(Met(asked.situation, asked.kind, plays=True), _PLAYED)

    def _run(self, met: Met, plan: Plan) -> Seen:
        scheduler = self._scheduler
        scheduler.prepare(plan, plays=met.plays)
        meeting = SwitchedMeeting if self._consumer.application is None else SwitchedApplication
        seen = meeting(self._consumer, self._is_async, met, scheduler, self._copies.threading).run()
        if scheduler.refused is not None:
            raise scheduler.refused
        return seen


def _waiting(scheduler: TimedScheduler) -> Consumers:
    """Return how a consumer's copies wait: time is the scheduler's, and so are queues and futures."""
    empty = ModuleType("_queue")  # without it queue has a SimpleQueue in Python, on threading's locks
    return Consumers({"time": timed(scheduler), "_queue": empty}, _WAITING_MODULES)


def _entered(consumer: Consumer, target: str) -> Any:
    """Return what stands in a module for a consumer: itself, or the function that it is made of."""
    module, _, name = target.rpartition(":")
    stands = getattr(sys.modules.get(module), name, None)
    return consumer.function if stands is None or stands is consumer.function else consumer


def _sources(consumer: Consumer, module: str) -> Sources:
    sources = getattr(consumer.function, "sources", None)
    if sources is not None:
        return named(sources, getattr(consumer.function, "__name__", "the consumer"))
    return own_modules(dict.fromkeys((module, consumer.function.__module__, *beside(module))))


def _is_told(moment: Moment) -> bool:
    """Whether a moment is more than a point of the worker's own, whose steps are told by their names."""
    return bool(moment.file) or not moment.what.startswith(_ACCESSES)


def _came(seen: Seen) -> object:
    rules = tuple(breach.rule for breach in breaches(seen))
    return seen.outcome.end, seen.outcome.shown, seen.handlers_raised, rules
