"""One consumer in one situation: it is run, the script is played, and what was seen is told."""

import asyncio
import gc
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.scene.clock import MOST_TURNS, Clock, PatientLoop, real_sleep, suites_time
from iasyncinfo_conformance.consumers.scene.ending import outcome_of
from iasyncinfo_conformance.consumers.scene.notice import Notice, shown
from iasyncinfo_conformance.consumers.scene.reports import Reports, collecting
from iasyncinfo_conformance.consumers.scene.script import LEVER_SECONDS, Players, Script, forget, worker
from iasyncinfo_conformance.consumers.scene.seen import ConsumerOutcome, End, Seen
from iasyncinfo_conformance.consumers.scene.standin import StandIn, stand_in
from iasyncinfo_conformance.consumers.scene.tasks import turns, waits_in_a_group
from iasyncinfo_conformance.consumers.scene.threads import Patience, Threads, rest
from iasyncinfo_conformance.errors import RunEnds
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.words import Word

BLOCKED_SECONDS: Final = 0.3
"""Real seconds for which a consumer that blocks its thread may do nothing before it is said to wait for ever."""
_BLOCKS_LOOP_SECONDS: Final = 0.03
"""Real seconds for which the thread of a loop has to stand still: to start a thread takes less."""
_LEFT_SECONDS: Final = 0.1
_GRACE: Final = 60.0
"""Seconds of the suite's clock that a task may outlive its consumer."""


class Meeting:
    """One run. Use it once."""

    def __init__(
        self, consumer: Consumer, situation: Word, kind: Kind, *, is_async: bool, patience: float = 1.0
    ) -> None:
        self._consumer, self._situation, self._kind, self._is_async = consumer, situation, kind, is_async
        self._blocked_seconds = BLOCKED_SECONDS * patience + (consumer.time_limit or 0.0 if not is_async else 0.0)
        self.clock: Clock = Clock()
        self.face: StandIn = stand_in(family_of(situation), kind)
        self.notice: Notice = self.face.notice
        self.reports: Reports = Reports(consumer.codes)
        self._threads = Threads()
        self._worker = worker()
        self._threads.ours(self._worker.thread)
        self.script: Script = Script(situation, self.notice, Players(self._on_thread, self._give_up, self._pause))
        self._owing: list[threading.Event] = []
        self._inside = self._visits = 0
        self._turns = self._spun = 0
        self._spins = False
        self._looked = 0.0
        self._give_ups: list[int] = []
        self._forwarded: list[Any] = []
        self._left: list[str] = []
        self._blocks_loop = self._on_real_time = False
        self._loop: PatientLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._outcome: ConsumerOutcome | None = None
        self._frozen: dict[str, Any] | None = None
        self._over = threading.Event()

    def count_as_ours(self, thread: threading.Thread) -> None:
        """Count a thread as the suite's."""
        self._threads.ours(thread)

    def run(self) -> Seen:
        """Run the consumer; return what was seen."""
        thread = threading.Thread(target=self._run_async if self._is_async else self._run_sync, daemon=True)
        self._threads.ours(thread)
        with suites_time(self.clock, self), collecting(self.reports):
            self.script.begin()
            thread.start()
            self._watch(thread)
            if not self._is_async:
                self._finish_sync()
        return self._seen()

    # -- the script, as clocks ask it -----------------------------------------------------------------------

    def idle(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        """Have the next thing happen; return whether there was one."""
        if self._owes():
            return True
        self._settle()
        return self._next(loop)

    def _next(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        return self.script.next(loop)

    def look(self) -> bool:
        """Return whether a thread of the consumer's may still bring something."""
        self._looked += 0.001
        return bool(self._owes() or self._threads.foreign()) and self._looked < self._blocked_seconds

    def sleeps(self) -> None:
        """Note that the thread of the consumer's loop sleeps while the work runs."""
        on_loop = self._is_async and asyncio._get_running_loop() is not None
        self._blocks_loop |= on_loop and self._outcome is None and self.notice.core.running

    def passed(self, _seconds: float) -> None:
        """Count how often time passes for nothing."""
        self._turns += 1
        limit = self._consumer.time_limit or 0.0
        if self._turns > MOST_TURNS and self.clock.now > limit + 1.0:
            self.gives_in()
            raise RunEnds("time passes, and nothing happens")

    def gives_in(self) -> None:
        """Hear that nothing more will happen to a consumer that waits: from now on it does what the suite does."""
        if self._outcome is None and self._frozen is None:
            self._frozen = self._facts()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Say that the consumer's thread is the suite's for a while."""
        self._inside += 1
        self._visits += 1
        try:
            yield
        finally:
            self._inside -= 1

    def _owes(self) -> bool:
        """Return whether a lever has not come back; wait a moment for it."""
        self._owing = [done for done in self._owing if not done.wait(0.001)]
        self._looked += 0.001 * len(self._owing)
        if self._owing and self._looked > LEVER_SECONDS:
            self._owing = []
            forget(self._worker)
            self._worker = worker()
            self._threads.ours(self._worker.thread)
        return bool(self._owing)

    def _settle(self) -> None:
        """Let threads of the consumer's come to rest, so that one run is as the other."""
        for _ in range(40):
            foreign = [each for each in self._threads.foreign() if each is not threading.current_thread()]
            if not foreign or rest(foreign):
                return

    def _on_thread(self, job: Callable[[], None]) -> None:
        if threading.current_thread() is self._worker.thread:
            job()
            return
        done = self._worker.begin(job)
        with self.within():
            if not done.wait(0.02):
                self._owing.append(done)

    def _give_up(self, at: int) -> None:
        self._give_ups.append(at)
        if self._task is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        elif self._consumer.cancel is not None:
            self._on_thread(partial(self._ask_to_give_up, self._consumer.cancel))

    def _ask_to_give_up(self, cancel: Callable[[Any], object]) -> None:
        cancel(self.face)

    def _pause(self) -> None:
        self.clock.pause(1.0)

    # -- watching -------------------------------------------------------------------------------------------

    def _watch(self, thread: threading.Thread) -> None:
        """Wait for the end of the consumer's thread; where it blocks, have the script go on meanwhile."""
        self._over.wait(0.005)
        lines, visits, patience = 0, self._visits, Patience(thread, self._blocked_seconds)
        while not self._over.wait(0.001):
            moved = len(self.notice.journal.lines)
            spins = visits == self._visits and patience.spins(moved - lines)
            self._spins |= spins and self.notice.core.running
            if visits != self._visits:
                patience.begin_again()
                lines, visits = moved, self._visits
            elif self._inside or not (spins or rest([thread])):
                patience.moved()
            elif patience.still >= (_BLOCKS_LOOP_SECONDS if self._loop is not None else 0.0) and self._goes_on():
                patience.begin_again()
                lines = len(self.notice.journal.lines)
            elif patience.is_over(0.002) or (spins and self._spun > 4 * MOST_TURNS):
                return
            else:
                self._spun += 1

    def _goes_on(self) -> bool:
        """Have the next thing happen though the consumer's thread is blocked; return whether there was one."""
        self._on_real_time = True
        ended = self._outcome is not None or self._frozen is not None or self._over.is_set()
        if self._loop is not None and not self._blocks_loop and not ended:
            self._blocks_loop = self._threads.are_at_rest(self._worker.thread) and not self._loop.turns_again()
        if self.clock.pauses:
            real_sleep(0.002)
            self.clock.advance(None)
            return True
        return bool(self._owes()) or self._next(None)

    # -- the consumer's thread --------------------------------------------------------------------------------

    def _run_sync(self) -> None:
        try:
            self._ended(self._call(), None)
        except RunEnds:
            pass
        except BaseException as error:
            self._ended(None, error)
        finally:
            self._over.set()

    def _run_async(self) -> None:
        loop = self._loop = PatientLoop(self.clock, self)
        loop.set_exception_handler(self.reports.of_loop)
        asyncio.set_event_loop(loop)
        try:
            self._task = loop.create_task(self._consume())
            for coroutine in (self._task, self._drained()):
                try:
                    loop.run_until_complete(coroutine)
                except RunEnds:
                    if inspect.iscoroutine(coroutine):
                        coroutine.close()
                    if self._outcome is None:
                        break
        finally:
            self._stop(loop)
            self._over.set()

    async def _consume(self) -> None:
        try:
            value = self._call()
            if inspect.isawaitable(value):
                value = await value
            self._ended(value, None)
        except (RunEnds, GeneratorExit):
            raise
        except BaseException as error:
            self._ended(None, error)

    def _call(self) -> Any:
        if self._consumer.progress:
            return self._consumer.function(self.face, self._forwarded.append)
        return self._consumer.function(self.face)

    async def _drained(self) -> None:
        """Play what is left, and let what the consumer left behind come to an end."""
        while not self.script.is_over or self._owing:
            if not self._owes():
                self.script.next(self._loop)
            await turns()
        await turns()
        left = self._tasks_left()
        self._looked = 0.0
        while left and self.look():  # a thread takes real time to bring the task what that waits for
            real_sleep(0.001)
            await turns()
            left = self._tasks_left()
        if left:
            self.clock.advance(None)
            _, left = await asyncio.wait(left, timeout=_GRACE)
        self._left += sorted(f"a task: {shown(task.get_coro())}" for task in left)

    def _tasks_left(self) -> set[asyncio.Task[Any]]:
        return {task for task in asyncio.all_tasks(self._loop) if task is not asyncio.current_task(self._loop)}

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what is left on the loop, and the loop: what comes now is nobody's doing."""
        self._frozen = self._frozen or self._facts()
        loop.set_exception_handler(lambda _loop, _context: None)
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        if pending:
            with suppress(BaseException):  # it has been told already that it waits
                loop.run_until_complete(asyncio.wait(pending, timeout=_GRACE))
        executor = getattr(loop, "_default_executor", None)
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        asyncio.set_event_loop(None)
        loop.close()

    def _finish_sync(self) -> None:
        """Play what is left after a synchronous consumer has ended."""
        if self._outcome is not None:
            while not self.script.is_over or self._owing:
                if not self._owes():
                    self.script.next(None)
        self._frozen = self._frozen or self._facts()

    # -- what was seen ----------------------------------------------------------------------------------------

    def _ended(self, value: Any, error: BaseException | None) -> None:
        if self._frozen is not None:  # the suite itself has ended it
            return
        self._outcome = outcome_of(self._consumer, self.notice, value, error, self.clock.now)

    def _facts(self) -> dict[str, Any]:
        """Return what is known now: what comes later is the suite's own doing."""
        if self._outcome is not None:
            self.notice.let_go()
            gc.collect()
            self._left += [f"a thread: {name}" for name in self._threads.left(_LEFT_SECONDS)]
        notice, code = self.notice, self.notice.truth.code if self._give_ups else 0
        raised = [told.raised for told in notice.told if told.raised]
        return {
            "truth": notice.truth,
            "calls": tuple(notice.calls),
            "told": tuple(notice.told),
            "left": (*self._left, *(f"an exception: {text}" for text in self.reports.unretrieved(code))),
            "handlers_raised": (*raised, *self.reports.of_callbacks(code)),
            "reported": tuple(self.reports.texts),
            "codes_reported": tuple(self.reports.codes),
            "log": tuple(notice.journal.lines),
            "held_back": waits_in_a_group(self._task),
        }

    def _seen(self) -> Seen:
        outcome = self._outcome or ConsumerOutcome(End.WAITS, self.notice.journal.tick(), seconds=self.clock.now)
        frozen = self._frozen = self._frozen or self._facts()
        self.notice.over = True
        if self._threads.foreign():
            threading.Thread(target=self.notice.dismiss, daemon=True).start()
        return Seen(
            kind=self._kind,
            situation=self._situation,
            outcome=outcome,
            give_ups=tuple(self._give_ups),
            progress_told=tuple(shown(value) for value in self.notice.heard),
            progress_forwarded=tuple(map(shown, self._forwarded)),
            progress_reports=len(self.notice.reports),
            blocks_loop=self._blocks_loop,
            is_async=self._is_async,
            on_threads=self._on_real_time,
            spins=self._spins,
            time_limit=self._consumer.time_limit,
            forwards=self._consumer.progress,
            unplayed=tuple(self.script.unplayed),
            **frozen,
        )
