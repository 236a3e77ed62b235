"""The script of a situation, played move by move: which lever, when, and on whose thread."""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from iasyncinfo_conformance.consumers.scene.notice import Notice, NotPlayed
from iasyncinfo_conformance.stepping.things import Things
from iasyncinfo_spec.situations import BEGINS, OTHERS, WORKERS
from iasyncinfo_spec.values import Frozen
from iasyncinfo_spec.words import Step, Word, format_word

LEVER_SECONDS: Final = 0.5
"""How long a lever may take: one whose handler never comes back is left alone."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a script: ``moment`` is ``idle``, ``before`` or ``after`` the consumer's call of a number."""

    step: Step
    moment: str = "idle"
    number: int | str = 0
    publishes: bool = False
    on_loop: bool = False


def moves(situation: Word) -> tuple[list[Move], list[Move]]:
    """Return the moves before the consumer begins, and those after."""
    found: tuple[list[Move], list[Move]] = ([], [])
    begun, marks = 0, dict[str, Any]()
    for step in situation[1:]:
        match step:
            case (name, *_) if name in BEGINS:
                begun = 1
            case ("publish",):
                marks["publishes"] = True
            case ("on_loop",):
                marks["on_loop"] = True
            case ("before" | "after" as moment, number):
                marks |= {"moment": moment, "number": number}
            case _:
                found[begun].append(Move(step, **marks))
                marks = {}
    return found


class Worker:
    """A thread that does what it is given, one thing after the other."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], None], threading.Event]] = queue.SimpleQueue()
        self.thread: threading.Thread = threading.Thread(target=self._work, name=name, daemon=True)
        self.thread.start()

    def begin(self, job: Callable[[], None]) -> threading.Event:
        """Have something done; return what is set once it is."""
        done = threading.Event()
        self._jobs.put((job, done))
        return done

    def _work(self) -> None:
        while True:
            job, done = self._jobs.get()
            try:
                job()
            except Exception:  # told where it is noticed
                pass
            finally:
                done.set()
            del job


_spare: list[Worker] = []


def worker() -> Worker:
    """Return the thread that levers are pulled on: the same again, unless one never came back."""
    if not _spare:
        _spare.append(Worker("the worker of the stand-in"))
    return _spare[0]


def forget(lost: Worker) -> None:
    """Leave alone a thread that never came back."""
    if lost in _spare:
        _spare.remove(lost)


class Script:
    """What is still to happen to one operation."""

    def __init__(self, situation: Word, notice: Notice, play: "Players") -> None:
        self._before, self._moves = moves(situation)
        self._notice, self._play = notice, play
        self._things = Things()
        self._owed: list[Callable[[], None]] = []
        self._lock = threading.RLock()
        self.unplayed: list[str] = []
        self.result: Callable[[Any], Any] | None = None
        """What the work completes with instead of what the situation says: an application takes nothing else."""
        notice.before = lambda number, member: self._at("before", (number, member))
        notice.after = lambda number, member: self._at("after", (number, member))

    @property
    def is_over(self) -> bool:
        """Whether everything has happened."""
        return not self._moves

    @property
    def upcoming(self) -> str:
        """The step of the next move, as text."""
        return format_word([self._moves[0].step])

    def begin(self) -> None:
        """Have everything happen that comes before the consumer."""
        for move in self._before:
            self._do(move)
        self._before = []
        self._notice.begun = True

    def next(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        """Have the next move happen, now that nothing else does; return whether there was one."""
        with self._lock:
            if not self._moves:
                return False
            move = self._moves.pop(0)
        self._start(move, loop)
        return True

    def finish(self) -> None:
        """Have all that is left happen: the consumer has ended."""
        while self.next(None):
            pass

    def _at(self, moment: str, call: tuple[int, str]) -> None:
        """Have the moves happen that wait for this call of the consumer's."""
        while self._notice.begun and self._moves:
            move = self._moves[0]
            if move.moment != moment or move.number not in call:
                return
            with self._lock:
                self._moves.remove(move)
            self._start(move, None)

    def _start(self, move: Move, loop: asyncio.AbstractEventLoop | None) -> None:
        if move.step == ("give_up",):
            self._notice.asked += 1
            self._play.give_up(self._notice.journal.tick())
        elif move.step == ("pause",):
            self._play.pause()
        elif move.on_loop and loop is not None:
            loop.call_soon_threadsafe(self._do, move)
        else:
            self._play.on_thread(lambda: self._do(move))

    def _do(self, move: Move) -> None:
        step = self._given(move.step)
        try:
            if step[0] in OTHERS:
                self._notice.other(step)
            elif step[0] in WORKERS:
                call = self._notice.publish(step)
                self._owed.append(call) if move.publishes else call()
            else:
                self._be_rude(step)
        except NotPlayed:
            self.unplayed.append(format_word([move.step]))

    def _be_rude(self, step: Step) -> None:
        """Make the calls that are owed, or do what no family does."""
        notice = self._notice
        match step:
            case ("call",):
                for call in self._taken_over():
                    call()
            case ("tell", status):
                notice.tell(status)
            case ("gone", code):
                notice.gone, notice.gone_with = True, code
            case ("results_succeed",):
                notice.succeeds = True
            case ("results_fail", code):
                notice.fails_with = code

    def _taken_over(self) -> list[Callable[[], None]]:
        owed, self._owed = self._owed, []
        return owed

    def _given(self, step: Step) -> Step:
        """Return a step with the values that it hands over."""
        if step[0] == "complete" and self.result is not None:
            return ("complete", self.result(step[1]))
        return (step[0], *map(self._value, step[1:])) if step[0] in ("complete", "report_progress") else step

    def _value(self, value: Frozen) -> Any:
        return self._things.given(value)


class Players:
    """Who plays the moves: the meeting's own threads, clock and consumer."""

    def __init__(
        self, on_thread: Callable[[Callable[[], None]], None], give_up: Callable[[int], None], pause: Callable[[], None]
    ) -> None:
        self.on_thread: Callable[[Callable[[], None]], None] = on_thread
        self.give_up: Callable[[int], None] = give_up
        self.pause: Callable[[], None] = pause
