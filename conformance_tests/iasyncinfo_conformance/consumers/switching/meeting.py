"""One consumer in one situation, on threads of a scheduler: A is the consumer, B the worker, who plays the script.

Where a situation is *played*, B does the next thing once A can do no more, as a meeting on real threads has it. Where
switches are *explored*, B begins at once, and the schedule says who goes on.
"""

import asyncio
import gc
import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.application import PLAIN, Calls
from iasyncinfo_conformance.consumers.scene.clock import loops_made_by
from iasyncinfo_conformance.consumers.scene.ending import outcome_of
from iasyncinfo_conformance.consumers.scene.notice import shown
from iasyncinfo_conformance.consumers.scene.reports import Reports, collecting
from iasyncinfo_conformance.consumers.scene.script import Players, Script
from iasyncinfo_conformance.consumers.scene.seen import ConsumerOutcome, End, Seen
from iasyncinfo_conformance.consumers.scene.standin import StandIn, stand_in
from iasyncinfo_conformance.consumers.scene.tasks import waits_in_a_group
from iasyncinfo_conformance.consumers.switching.loop import SwitchedLoop
from iasyncinfo_conformance.errors import RunEnds
from iasyncinfo_conformance.schedules.points import ACCESS_WRITE, OUTSIDE, Stuck
from iasyncinfo_conformance.schedules.timed import NEVER, Alarm, TimedScheduler
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.words import Word

A: Final = 0
"""The thread of the consumer."""
OPERATION: Final = "the operation"
_PAUSE: Final = 1.0
_MOST_CALLS: Final = 1000


class Met(NamedTuple):
    """What a consumer meets, and whether that is played, or its switches are explored."""

    situation: Word
    kind: Kind
    plays: bool


class SwitchedMeeting:
    """One run. Use it once; the scheduler has been prepared for it."""

    def __init__(self, consumer: Consumer, is_async: bool, asked: Met, scheduler: TimedScheduler, threads: Any) -> None:
        self._consumer, self._is_async = consumer, is_async
        self._situation, self._kind, self._plays = asked
        self._scheduler, self._threads = scheduler, threads
        self._face: StandIn = stand_in(family_of(asked.situation), asked.kind, threads)
        self._notice = self._face.notice
        self._reports = Reports(consumer.codes)
        self._script = self._script_of(self._face, asked.situation)
        self._alarm = Alarm()
        self._jobs: list[Callable[[], object]] = []
        self._not_before = 0.0
        self._is_over = False
        self._loops: list[SwitchedLoop] = []
        self._loop: SwitchedLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._give_ups: list[int] = []
        self._forwarded: list[Any] = []
        self._spins = False
        self._since, self._calls_since = 0.0, 0
        self._outcome: ConsumerOutcome | None = None
        self._facts: dict[str, Any] = {}

    def run(self) -> Seen:
        """Run the consumer and the script; return what was seen."""
        self._script.begin()
        self._scheduler.stuck = self._freeze
        self._scheduler.spins = self._note_spinning
        self._expect()
        with collecting(self._reports):
            with loops_made_by(self._made_loop), suppress(Stuck):
                self._scheduler.race((self._consume, self._play if self._plays else self._hurry))
            if self._plays and self._loops:  # tasks and futures tell late what nobody has asked for
                self._notice.let_go()
                gc.collect()
            self._freeze()
            self._notice.over = True
            for loop in self._loops:
                self._close_loop(loop)
        return self._seen()

    def _script_of(self, face: StandIn, situation: Word) -> Script:
        script = Script(situation, face.notice, Players(self._on_worker, self._give_up, self._pause))
        before, after = face.notice.before, face.notice.after
        face.notice.before = partial(self._pass_point, then=before)
        face.notice.after = partial(self._pass_point, then=after)
        return script

    def _scripts(self) -> list[Script]:
        """Return the scripts of the operations that there are."""
        return [self._script]

    def _next(self) -> Script | None:
        """Return the script whose next move is due."""
        return next((script for script in self._scripts() if not script.is_over), None)

    # -- the consumer's thread ----------------------------------------------------------------------------

    def _consume(self) -> None:
        try:
            self._consume_in_a_loop() if self._is_async else self._consume_blocking()
        finally:
            self._is_over = True
            self._scheduler.freed(self._alarm)

    def _consume_blocking(self) -> None:
        try:
            self._ended(self._call(), None)
        except RunEnds:
            raise
        except BaseException as error:
            self._ended(None, error)

    def _call(self) -> Any:
        forwards = (self._forwarded.append,) if self._consumer.progress else ()
        return self._consumer.function(self._face, *forwards)

    def _consume_in_a_loop(self) -> None:
        loop = self._loop = self._made_loop()
        loop.set_exception_handler(self._reports.of_loop)
        self._task = loop.create_task(self._consume_awaiting())
        loop.run_until_complete(self._task)
        loop.run_until_complete(self._drained())

    async def _consume_awaiting(self) -> None:
        try:
            value = self._call()
            self._ended(await value if inspect.isawaitable(value) else value, None)
        except (RunEnds, GeneratorExit):
            raise
        except BaseException as error:
            self._ended(None, error)

    async def _drained(self) -> None:
        """Keep the loop going until the script is over: what comes late comes into a loop that runs."""
        while self._next() is not None:
            await asyncio.sleep(_PAUSE / 10)
        await asyncio.sleep(_PAUSE)

    def _made_loop(self) -> SwitchedLoop:
        """Return a loop of the consumer's own, or for it."""
        self._loops.append(SwitchedLoop(self._scheduler))
        return self._loops[-1]

    def _close_loop(self, loop: SwitchedLoop) -> None:
        """End what is left on a loop: what comes now is nobody's doing."""
        if loop.is_closed():
            return
        loop.set_exception_handler(lambda _loop, _context: None)
        for task in asyncio.all_tasks(loop):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            with suppress(BaseException):
                task.get_coro().close()
        with suppress(RuntimeError):  # a finalizer has swallowed what was to end it
            loop.close()

    # -- the worker's thread ------------------------------------------------------------------------------

    def _play(self) -> None:
        """Do what the consumer's thread asks for, and the next thing where that can do no more.

        A thread that sleeps wakes between one thing and the next, as one that waits for them does.
        """
        woken = True
        while not (self._is_over and self._next() is None):
            script = self._next()
            if self._jobs:
                self._do(self._jobs.pop(0))
            elif not woken and script is not None and self._scheduler.clock >= self._not_before:
                script.next(self._loop)
                self._not_before = max(self._not_before, self._scheduler.sleeps_until(A))
            self._expect()
            woken = bool(self._jobs) or self._scheduler.wait_for(self._alarm, self._due())

    def _due(self) -> float:
        return NEVER if self._next() is None else max(self._scheduler.clock, self._not_before)

    def _hurry(self) -> None:
        """Do one thing after the other, whatever the consumer's thread does."""
        while not (self._is_over and self._next() is None):
            script = self._next()
            if script is None:
                self._scheduler.wait_for(self._alarm, NEVER)
                continue
            if script.upcoming == "give_up":  # who has not begun to wait cannot be asked
                self._scheduler.sleep(0)
            self._pass_point()
            self._scheduler.note(script.upcoming)
            script.next(self._loop)
            self._expect()

    def _expect(self) -> None:
        self._calls_since = 0
        left = max(0.0, self._not_before - self._scheduler.clock)
        self._scheduler.expect(left + (self._consumer.time_limit or 0.0) + 1.0)

    def _on_worker(self, job: Callable[[], object]) -> None:
        """Have the worker do something, and wait until it has, or cannot go on."""
        if self._scheduler.me != A:
            self._do(job)
            return
        self._jobs.append(job)
        self._scheduler.freed(self._alarm)
        self._scheduler.sleep(0)

    def _do(self, job: Callable[[], object]) -> None:
        with suppress(Exception):  # it is told where it is noticed
            job()

    def _pass_point(self, number: int = 0, member: str = "", *, then: Callable[[int, str], None] | None = None) -> None:
        if self._scheduler.me != OUTSIDE:
            self._count()
            self._scheduler.touch(ACCESS_WRITE, id(self._face), OPERATION)
        if then is not None:
            then(number, member)

    def _count(self) -> None:
        """Count the calls for which no time passes, and nothing happens: who makes too many makes them for ever."""
        now = self._scheduler.clock
        self._since, self._calls_since = now, self._calls_since + 1 if self._since == now else 0
        if self._plays and self._calls_since > _MOST_CALLS:
            self._scheduler.end("it calls members again and again, and nothing happens")

    def _give_up(self, at: int) -> None:
        self._give_ups.append(at)
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        elif self._consumer.cancel is not None:
            self._on_worker(partial(self._consumer.cancel, self._face))

    def _pause(self) -> None:
        if self._plays:
            self._not_before = self._scheduler.clock + _PAUSE
        else:
            self._scheduler.sleep(self._consumer.time_limit or _PAUSE)

    # -- what was seen ----------------------------------------------------------------------------------

    def _note_spinning(self) -> None:
        self._spins |= self._scheduler.me == A and self._notice.core.running

    def _ended(self, value: Any, error: BaseException | None) -> None:
        self._outcome = outcome_of(self._consumer, self._notice, value, error, self._scheduler.clock)

    def _freeze(self) -> None:
        """Keep what is known now: what comes later is the suite's own doing."""
        if self._facts:
            return
        notice, code = self._notice, self._notice.truth.code if self._give_ups else 0
        raised = tuple(told.raised for told in notice.told if told.raised)
        self._facts = {
            "truth": notice.truth,
            "calls": tuple(notice.calls),
            "told": tuple(notice.told),
            "log": tuple(notice.journal.lines),
            "handlers_raised": (*raised, *self._reports.of_callbacks(code)),
            "left": tuple(f"an exception: {text}" for text in self._reports.unretrieved(code)),
            "reported": tuple(self._reports.texts),
            "codes_reported": tuple(self._reports.codes),
            "progress_told": tuple(map(shown, notice.heard)),
            "progress_forwarded": tuple(map(shown, self._forwarded)),
            "progress_reports": len(notice.reports),
            "outcome": self._outcome
            or ConsumerOutcome(End.WAITS, notice.journal.tick(), seconds=self._scheduler.clock),
            "held_back": waits_in_a_group(self._task),
        }
        notice.over = self._outcome is None

    def _seen(self) -> Seen:
        return Seen(
            kind=self._kind,
            situation=self._situation,
            give_ups=tuple(self._give_ups),
            is_async=self._is_async,
            raced=not self._plays,
            spins=self._spins,
            time_limit=self._consumer.time_limit,
            forwards=self._consumer.progress,
            unplayed=tuple(self._script.unplayed),
            **self._facts,
        )


class SwitchedApplication(SwitchedMeeting):
    """One run of an application: the call that the situation names meets it, and all others complete."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._calls = Calls(self._situation, (self._face, self._script), self._plain)

    def run(self) -> Seen:
        """Run the application; return what was seen, with the calls that it made."""
        return self._calls.told_of(super().run())

    def _call(self) -> Any:
        return self._consumer.function(self._begin)

    def _begin(self, name: str, kind: Kind = Kind.OPERATION, *_arguments: Any, **named: Any) -> StandIn:
        try:
            return self._calls.begin(name, kind, **named)
        finally:
            self._scheduler.freed(self._alarm)

    def _plain(self, kind: Kind) -> tuple[StandIn, Script]:
        face = stand_in("reference", kind, self._threads)
        return face, self._script_of(face, PLAIN)

    def _scripts(self) -> list[Script]:
        return [*([self._script] if self._calls.is_met else []), *self._calls.others]
