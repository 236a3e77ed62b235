"""A consumer that blocks its thread, under a scheduler: every switch between its lines and the worker's levers.

It runs on private copies of its sources, in which ``threading`` and ``time`` are the scheduler's. Thread A is the
consumer, thread B plays the script. What cannot be run so is refused with the reason, and keeps real threads.
"""

import sys
from contextlib import suppress
from operator import attrgetter
from types import ModuleType
from typing import Any, Final, NoReturn

from iasyncinfo_conformance.consumer import Consumer, consumer_of
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.messages import Switched, Switches, UnderSchedule
from iasyncinfo_conformance.consumers.scene.clock import loops_made_by
from iasyncinfo_conformance.consumers.scene.ending import outcome_of
from iasyncinfo_conformance.consumers.scene.notice import shown
from iasyncinfo_conformance.consumers.scene.reports import Reports, collecting
from iasyncinfo_conformance.consumers.scene.script import Players, Script
from iasyncinfo_conformance.consumers.scene.seen import End, Outcome, Seen
from iasyncinfo_conformance.consumers.scene.standin import StandIn, stand_in
from iasyncinfo_conformance.errors import NotSchedulable, RunEnds, said
from iasyncinfo_conformance.schedules.copies import Consumers, Copies
from iasyncinfo_conformance.schedules.exploring import entry_of, parsed, plans, text_of
from iasyncinfo_conformance.schedules.points import ACCESS_WRITE, OUTSIDE, Stuck
from iasyncinfo_conformance.schedules.reduction import Plan
from iasyncinfo_conformance.schedules.sources import Sources, named, own_modules
from iasyncinfo_conformance.schedules.timed import TimedScheduler, timed
from iasyncinfo_conformance.schedules.tracing import tracing
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.words import Word

MOST_SCHEDULES: Final = 3000
"""Schedules of one situation that are tried."""
_WAITING_MODULES: Final = (
    "queue",
    "concurrent.futures",
    "concurrent.futures._base",
)
_OPERATION: Final = "the operation"


class Scheduled:
    """A consumer whose schedules can be chosen; raises NotSchedulable where there is none such."""

    def __init__(self, consumer: Consumer, target: str = "") -> None:
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
            self._is_warm = True
            self._run(asked.situation, asked.kind, ((0, 0),))
        if asked.schedule:
            return self._replayed(asked)
        count, found = 0, dict[object, UnderSchedule]()
        for plan in plans(self._scheduler, asked.bound):
            seen = self._run(asked.situation, asked.kind, plan)
            count += 1
            found.setdefault(_came(seen), UnderSchedule(text_of(plan), seen))
            if count == MOST_SCHEDULES:
                break
        return Switched(count, tuple(found.values()))

    def _replayed(self, asked: Switches) -> Switched:
        plan = parsed(asked.schedule)
        with tracing(self._scheduler, self._copies.files) as trace:
            seen = self._run(asked.situation, asked.kind, plan)
        return Switched(1, (UnderSchedule(asked.schedule, seen, tuple(filter(_is_told, trace.moments))),))

    def _run(self, situation: Word, kind: Kind, plan: Plan) -> Seen:
        scheduler = self._scheduler
        scheduler.prepare(plan)
        seen = _Meeting(self._consumer, situation, kind, scheduler, self._copies.threading).run()
        if scheduler.refused is not None:
            raise scheduler.refused
        return seen


class Schedules:
    """The schedules of one consumer, or why there are none; its sources are copied once it is asked."""

    def __init__(self, consumer: Consumer, target: str, *, is_async: bool) -> None:
        self._consumer, self._target, self._is_async = consumer, target, is_async
        self._scheduled: Scheduled | None = None

    def answer(self, asked: Switches) -> Switched:
        """Return what was seen, or why nothing was."""
        if self._is_async or self._consumer.application is not None:
            return Switched(why="it waits in an event loop, whose turns are the suite's already")
        try:
            if self._scheduled is None:
                self._scheduled = Scheduled(self._consumer, self._target)
            return self._scheduled.answer(asked)
        except NotSchedulable as refusal:
            return Switched(why=str(refusal))


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
    return own_modules(dict.fromkeys((module, consumer.function.__module__)))


def _is_told(moment: Moment) -> bool:
    """Whether a moment is more than a point of the worker's own, whose steps are told by their names."""
    return bool(moment.file) or _OPERATION not in moment.what


def _came(seen: Seen) -> object:
    rules = tuple(breach.rule for breach in breaches(seen))
    return seen.outcome.end, seen.outcome.shown, seen.handlers_raised, rules


class _Meeting:
    """One run. Use it once."""

    def __init__(
        self, consumer: Consumer, situation: Word, kind: Kind, scheduler: TimedScheduler, threads: Any
    ) -> None:
        self._consumer, self._situation, self._kind, self._scheduler = consumer, situation, kind, scheduler
        self._face: StandIn = stand_in(family_of(situation), kind, threads)
        self._notice = self._face.notice
        self._reports = Reports(consumer.codes)
        self._script = Script(situation, self._notice, Players(lambda job: job(), self._give_up, self._pause))
        self._give_ups: list[int] = []
        self._forwarded: list[Any] = []
        self._outcome: Outcome | None = None
        self._facts: dict[str, Any] = {}

    def run(self) -> Seen:
        """Run the consumer and the script; return what was seen."""
        self._script.begin()
        self._notice.before = self._notice.after = lambda _number, _member: self._pass_point()
        self._scheduler.stuck = self._freeze
        self._scheduler.least = (self._consumer.time_limit or 0.0) + 1.0
        with collecting(self._reports), loops_made_by(self._refuse_loops), suppress(Stuck):
            self._scheduler.race((self._consume, self._work))
        self._freeze()
        self._notice.over = True
        return self._seen()

    # -- the threads ------------------------------------------------------------------------------------

    def _consume(self) -> None:
        try:
            self._ended(self._call(), None)
        except RunEnds:
            raise
        except BaseException as error:
            self._ended(None, error)

    def _refuse_loops(self) -> NoReturn:
        self._scheduler.refuse("it runs an event loop, whose turns are the suite's already")

    def _call(self) -> Any:
        forwards = (self._forwarded.append,) if self._consumer.progress else ()
        return self._consumer.function(self._face, *forwards)

    def _work(self) -> None:
        while not self._script.is_over:
            if self._script.upcoming == "give_up":  # who has not begun to wait cannot be asked
                self._scheduler.sleep(0)
            self._pass_point()
            self._scheduler.note(self._script.upcoming)
            self._script.next(None)

    def _pass_point(self) -> None:
        if self._scheduler.me != OUTSIDE:
            self._scheduler.touch(ACCESS_WRITE, id(self._face), _OPERATION)

    def _give_up(self, at: int) -> None:
        self._give_ups.append(at)
        if self._consumer.cancel is not None:
            self._consumer.cancel(self._face)

    def _pause(self) -> None:
        self._scheduler.sleep(self._consumer.time_limit or 1.0)

    # -- what was seen ----------------------------------------------------------------------------------

    def _ended(self, value: Any, error: BaseException | None) -> None:
        self._outcome = outcome_of(self._consumer, self._notice, value, error, self._scheduler.clock)

    def _freeze(self) -> None:
        """Keep what is known now: what comes later is the suite's own doing."""
        if self._facts:
            return
        notice = self._notice
        self._facts = {
            "truth": notice.truth,
            "calls": tuple(notice.calls),
            "told": tuple(notice.told),
            "log": tuple(notice.journal.lines),
            "handlers_raised": tuple(told.raised for told in notice.told if told.raised),
            "progress_told": tuple(map(shown, notice.heard)),
            "progress_forwarded": tuple(map(shown, self._forwarded)),
            "progress_reports": len(notice.reports),
            "outcome": self._outcome or Outcome(End.WAITS, notice.journal.tick(), seconds=self._scheduler.clock),
        }
        self._notice.over = self._outcome is None

    def _seen(self) -> Seen:
        return Seen(
            kind=self._kind,
            situation=self._situation,
            give_ups=tuple(self._give_ups),
            reported=tuple(self._reports.texts),
            codes_reported=tuple(self._reports.codes),
            is_async=False,
            raced=True,
            time_limit=self._consumer.time_limit,
            forwards=self._consumer.progress,
            unplayed=tuple(self._script.unplayed),
            **self._facts,
        )
