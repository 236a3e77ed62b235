"""A consumer in processes of its own, asked from here: if one hangs or dies, only that run is lost."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.crew import Crew, Member
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.consumers.loading import require_consumer
from iasyncinfo_conformance.consumers.messages import Asked, CannotStart, Ready, Switched, Switches
from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_conformance.consumers.switching.standstill import EXIT_CODE
from iasyncinfo_conformance.errors import HarnessFault

_MODULE: Final = "iasyncinfo_conformance.consumers.host"
_WAITING: Final = 40
"""Runs after which a consumer still waits, and after which its process, full of its threads, is replaced."""
_AHEAD: Final = 8
"""Situations that a process has been asked at a time."""
_HUNG: Final = 3
_IMPATIENT: Final = 0.35
"""The share of the usual real time that is waited once a consumer has waited for ever a few times."""


class Lost(NamedTuple):
    """A run of which nothing came back, and why."""

    why: str


@dataclass
class _AtWork:
    """What one process has been asked and has not answered, the first that it is at."""

    patience: Patience
    due: deque[tuple[int, Asked | Switches]] = field(default_factory=deque)
    waited: int = 0


Answer: TypeAlias = Seen | Lost | Switched
Taken: TypeAlias = tuple[int, Answer | None, list[tuple[int, Asked | Switches]]]
"""What came of which question, and what is to be asked again; nothing where that is the question itself."""
_UNSEEN: Final = "it stands still, or ends its process, where no scheduler sees it"


class Hosted:
    """The processes of one consumer; a context manager, at whose end they are gone."""

    def __init__(self, text: str, timeout: float, start_timeout: float, processes: int = 1) -> None:
        require_consumer(text)
        self._text, self._timeout, self._start_timeout = text, max(timeout, 3.0) * 4, start_timeout
        self._most = processes
        self._crew = Crew()
        self._members: dict[Member, _AtWork] = {}
        self._came: list[tuple[Member, object]] = []
        self._hung = 0
        self._unscheduled = ""
        """Why no more is tried under a scheduler."""

    def __enter__(self) -> "Hosted":
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._crew.close()

    def ready(self) -> Ready:
        """Start the first process; return what it says of its consumer. Raises HarnessFault where it has none."""
        return self._start()

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation, in their order."""
        return [each for each in self._answers(asked) if not isinstance(each, Switched)]

    def switch(self, asked: Sequence[Switches]) -> list[Switched]:
        """Return what was seen in each situation under its schedules, or why none could be chosen."""
        return [each if isinstance(each, Switched) else Switched(why=_UNSEEN) for each in self._answers(asked)]

    def _answers(self, asked: Sequence[Asked | Switches]) -> list[Answer]:
        found: dict[int, Answer] = {}
        due = deque(enumerate(asked))
        while len(found) < len(asked):
            self._give(due)
            for number, seen, again in self._look():
                if seen is not None:
                    found[number] = seen
                due.extendleft(reversed(again))
        return [found[number] for number in range(len(asked))]

    def _give(self, due: "deque[tuple[int, Asked | Switches]]") -> None:
        """Send ahead what each process will be at next."""
        while len(self._members) < min(self._most, 1 + len(due) // _AHEAD) or (due and not self._members):
            self._start()
        for member, work in self._members.items():
            if not work.due:
                work.patience.begin()
            while due and len(work.due) < _AHEAD:
                number, asked = due.popleft()
                patience = _IMPATIENT if self._hung > _HUNG else 1.0
                if isinstance(asked, Asked):
                    asked = replace(asked, patience=patience, unscheduled=self._unscheduled)
                work.due.append((number, asked))
                member.send(asked)

    def _look(self) -> Iterator[Taken]:
        """Yield what came of which situation, and what is to be asked again."""
        came, self._came = self._came, []
        for member, frame in came or self._crew.come(0.05):
            work = self._members.get(member)
            if work is not None and work.due:
                yield self._taken(member, work, frame)
        for member, work in list(self._members.items()):
            if work.due and work.patience.is_over:
                yield self._lost(
                    member, work, f"never came back, nor let go of the interpreter, in {self._timeout:g} s"
                )

    def _taken(self, member: Member, work: _AtWork, frame: object) -> Taken:
        if not isinstance(frame, Seen | Switched):
            code = member.child.wait(2)
            return self._lost(member, work, f"ended its process (exit code {code})", stood_still=code == EXIT_CODE)
        number, _ = work.due.popleft()
        work.patience.begin()
        if isinstance(frame, Seen) and frame.outcome.end is End.WAITS and (frame.on_threads or not frame.is_async):
            work.waited += 1
            self._hung += bool(frame.truth.status)
        return number, frame, self._end(member, work) if work.waited >= _WAITING else []

    def _lost(self, member: Member, work: _AtWork, why: str, *, stood_still: bool = False) -> Taken:
        number, asked = work.due[0]
        if stood_still and isinstance(asked, Asked) and not asked.unscheduled:
            self._unscheduled = _UNSEEN
            return number, None, self._end(member, work)
        work.due.popleft()
        return number, Lost(why), self._end(member, work)

    def _end(self, member: Member, work: _AtWork) -> list[tuple[int, Asked | Switches]]:
        """End a process; return what it has not come to."""
        del self._members[member]
        self._crew.end(member)
        return list(work.due)

    def _start(self) -> Ready:
        try:
            member = self._crew.start(python_command(_MODULE, self._text))
        except OSError as error:
            raise HarnessFault(f"{self._text}: no process can be started: {error.strerror or error}.") from error
        patience = Patience(f"{self._text} to start", self._start_timeout)
        while not patience.is_over:
            for who, frame in self._crew.come(patience.slice()):
                if who is not member:  # it has been at work meanwhile
                    self._came.append((who, frame))
                    continue
                about = self._understood(member, frame)
                self._members[member] = _AtWork(Patience(f"{self._text} in a situation", self._timeout))
                return about
        self._crew.end(member)
        raise HarnessFault(
            f"{self._text}: its process is not ready within {self._start_timeout:g} s. The import of its module has "
            "to come back, within --start-timeout."
        )

    def _understood(self, member: Member, frame: object) -> Ready:
        if isinstance(frame, Ready):
            return frame
        code = member.child.wait(2)
        self._crew.end(member)
        if isinstance(frame, CannotStart):
            raise HarnessFault(frame.why)
        raise HarnessFault(f"{self._text}: its process ended while it was imported (exit code {code}).")
