"""Kinds checked at the same time, in processes of their own.

A process runs a Python subject without any pipe between words. When one hangs or dies it is given up; the
caller then runs its kind again word by word, and finds out which word it was. Whether it hangs is judged here, by a
count that it shares: what holds its interpreter's lock, stops it or turns its clock changes nothing. The processes
are started once the host is ready, so that none takes from it what there is but once; they load everything while
there is nothing to do. What they run is in :mod:`iasyncinfo_conformance.checking.pool_worker`.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.crew import Crew, Gone, Member
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.children.pulse import Pulse
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.extent import Extent
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.session import Plan
from iasyncinfo_spec.abi import Kind

_LOOK_SECONDS: Final = 0.1
"""How often a process is looked at."""
_THINKING_SECONDS: Final = 120.0
"""How long the engines may be at no word: they compute suites then, and shrink what they found."""

_GONE: Final = {True: "its process ended over a word", False: "its process ended before it was ready"}

Progress: TypeAlias = Callable[[str, str], None]


@dataclass(frozen=True)
class Task:
    """One kind to go deep on, what has failed already, and the steps that never answer."""

    plan: Plan
    failures: tuple[Failure, ...] = ()
    hanging: frozenset[Hashable] = frozenset()


@dataclass(frozen=True)
class Deep:
    """How far the engines went on a kind, and what they found."""

    extent: Extent
    journal: Journal


@dataclass(frozen=True)
class NotDone:
    """A kind is left to the caller; ``why`` says what became of its process, where it was to have one."""

    why: str = ""
    is_for_all: bool = False
    """Whether no other process is worth a try."""


@dataclass(frozen=True)
class CannotStart:
    """What a process answers that cannot have its target, where the host could."""

    why: str


class Pool:
    """Processes for the subjects that one target text names; a context manager, at whose end they are gone.

    ``explores`` says whether they will be asked for schedules of races, ``timeout`` how many seconds a
    word may take, ``start_timeout`` how many may pass until a process is ready, and ``ahead`` whether they may be at
    work while the host is.
    """

    def __init__(
        self,
        text: str,
        timeout: float,
        processes: int,
        *,
        explores: bool = True,
        start_timeout: float = 30.0,
        ahead: bool = True,
    ) -> None:
        self.ahead = ahead
        self._text = text
        self._flags = () if explores else ("--no-schedules",)
        self._timeout, self._start_timeout = timeout, start_timeout
        self._most = processes
        self._crew = Crew()
        self._workers: dict[Member, _Worker] = {}
        self._why_none = ""
        self._begun: tuple[Task, ...] = ()
        self._waiting: deque[Task] = deque()
        self._done: dict[Kind, Deep | NotDone | HarnessFault] = {}

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.close()

    def start(self, kinds: int) -> None:
        """Start the processes: no more than there are kinds."""
        self._most = min(self._most, kinds)
        while len(self._workers) < self._most and not self._why_none:
            self._start_one()

    def begin(self, tasks: Sequence[Task]) -> None:
        """Begin tasks before it is known whether :meth:`run` will be given them or others."""
        self._begun = tuple(tasks)
        self._waiting.extend(sorted(tasks, key=lambda task: not task.plan.kind.has_progress))
        self.attend()

    def attend(self) -> None:
        """Take in what has come, and hand out what was begun: who is busy with something else does this at times."""
        self._look(_unseen, 0.0)
        self._give()

    def run(self, tasks: Sequence[Task], progress: Progress) -> Iterator[tuple[Task, Deep | NotDone]]:
        """Yield each task with what came of it; where others were begun, these were begun in vain."""
        if tuple(tasks) != self._begun:
            self._forget()
            self.begin(tasks)
        for worker in self._workers.values():
            worker.starting.hush()
        for task in tasks:
            while task.plan.kind not in self._done:
                self._give()
                self._look(progress, _LOOK_SECONDS)
            deep = self._done.pop(task.plan.kind)
            if isinstance(deep, HarnessFault):
                raise deep
            yield task, deep
        self._begun = ()

    def close(self) -> None:
        """End the processes."""
        for worker in list(self._workers.values()):
            self._drop(worker)
        self._crew.close()

    def _start_one(self) -> None:
        try:
            pulse = Pulse.new()
            arguments = self._text, repr(self._timeout), str(pulse.path), *self._flags
            member = self._crew.start(python_command("iasyncinfo_conformance.checking.pool_worker", *arguments))
        except OSError as error:
            self._why_none = f"no process can be started: {error.strerror or error}"
            return
        self._workers[member] = _Worker(member, pulse, Patience(f"a process for {self._text}", self._start_timeout))

    def _forget(self) -> None:
        """Drop what was begun, and the processes that are at it."""
        self._waiting.clear()
        self._done.clear()
        for worker in [worker for worker in self._workers.values() if worker.task is not None]:
            self._drop(worker)

    def _give(self) -> None:
        """Hand out tasks to the processes that are ready; where none can be had they are left to the caller."""
        while self._waiting:
            free = next((worker for worker in self._workers.values() if worker.is_free), None)
            if free is not None:
                free.take(self._waiting.popleft())
            elif not self._workers and self._why_none:
                task = self._waiting.popleft()
                self._done[task.plan.kind] = NotDone(self._why_none)
            elif len(self._workers) < self._most and not self._why_none:
                self._start_one()
            else:
                return

    def _look(self, progress: Progress, seconds: float) -> None:
        """Take in what has come, waiting so long where nothing has, and give up the processes that hang."""
        for member, frame in self._crew.come(seconds):
            worker = self._workers.get(member)
            if worker is not None:
                self._take_in(worker, frame, progress)
        for worker in list(self._workers.values()):
            why = worker.overdue(self._text, self._timeout)
            if why is not None:
                self._lose(worker, NotDone(why, not worker.is_ready))

    def _take_in(self, worker: "_Worker", frame: Any, progress: Progress) -> None:
        worker.beat()
        match frame:
            case Deep() if worker.task is not None:
                self._done[worker.task.plan.kind] = frame
                worker.task = None
            case HarnessFault() if worker.task is not None:
                self._done[worker.task.plan.kind] = frame
                self._drop(worker)
            case CannotStart(why):
                self._lose(worker, NotDone(why, is_for_all=True))
            case Gone():
                self._lose(worker, NotDone(_GONE[worker.is_ready], not worker.is_ready))
            case "ready":
                worker.is_ready = True
                worker.pulse.hide()
            case (str(engine), str(at)):
                progress(engine, at)
            case _:
                self._lose(worker, NotDone("its process answered what is no answer"))

    def _lose(self, worker: "_Worker", outcome: NotDone) -> None:
        """Give a process up, and leave its kind to the caller; where it could not start no other is tried."""
        if worker.task is not None:
            self._done[worker.task.plan.kind] = outcome
        self._why_none = self._why_none or outcome.why * outcome.is_for_all
        self._drop(worker)

    def _drop(self, worker: "_Worker") -> None:
        self._workers.pop(worker.member, None)
        self._crew.end(worker.member)
        worker.pulse.close()


def _unseen(_engine: str, _at: str) -> None:
    """Show nothing of what is done ahead."""


class _Worker:
    """What is known of one process: whether it is ready, what it does, and since when it has shown no life."""

    def __init__(self, member: Member, pulse: Pulse, patience: Patience) -> None:
        self.member, self.pulse = member, pulse
        self.task: Task | None = None
        self.is_ready = False
        self.starting = patience
        self._patience = patience
        self._seen = (0, 0)

    @property
    def is_free(self) -> bool:
        """Whether it is ready and has nothing to do."""
        return self.is_ready and self.task is None

    def take(self, task: Task) -> None:
        """Begin a task."""
        self.task = task
        self.member.send(task)
        self.beat()

    def beat(self) -> None:
        """Note a sign of life."""
        self._seen = (-1, 0)

    def overdue(self, text: str, timeout: float) -> str | None:
        """Return None while there is hope; else what there was of the process."""
        if not self.is_ready:
            self.starting.slice()
            return f"its process was not ready within {self.starting.seconds:g} s" if self.starting.is_over else None
        if self.task is None:
            return None
        seen = self.pulse.read()
        if seen != self._seen:
            self._seen, times = seen, seen[1]
            seconds = times * timeout if times else max(_THINKING_SECONDS, timeout)
            what = f"{text} to answer a word" if times else f"the engines to choose words for {text}"
            self._patience = Patience(what, seconds)
            return None
        if self._seen[1]:
            self._patience.slice()
        return f"its process did not answer within {self._patience.seconds:g} s" if self._patience.is_over else None
