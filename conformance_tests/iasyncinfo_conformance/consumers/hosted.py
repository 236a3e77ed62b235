"""A consumer in processes of its own, asked from here: if one hangs or dies, only that run is lost."""

from collections import deque
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, NamedTuple

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.crew import Crew, Gone, Member
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.consumers.loading import require_consumer
from iasyncinfo_conformance.consumers.messages import Asked, CannotStart, Ready
from iasyncinfo_conformance.consumers.seen import End, Seen
from iasyncinfo_conformance.errors import HarnessFault

_MODULE: Final = "iasyncinfo_conformance.consumers.host"
_WAITING: Final = 8
"""Runs after which a consumer still waits, and after which its process, full of its threads, is replaced."""
_IMPATIENT: Final = 0.35
"""The share of the usual real time that is waited once a consumer has waited for ever a few times."""


class Lost(NamedTuple):
    """A run of which nothing came back, and why."""

    why: str


class Hosted:
    """The processes of one consumer; a context manager, at whose end they are gone."""

    def __init__(self, text: str, timeout: float, start_timeout: float, processes: int = 1) -> None:
        require_consumer(text)
        self._text, self._timeout, self._start_timeout = text, max(timeout, 3.0) * 4, start_timeout
        self._most = processes
        self._crew = Crew()
        self._free: deque[Member] = deque()
        self._at_work: dict[Member, tuple[int, Asked, Patience]] = {}
        self._waited: dict[Member, int] = {}
        self._came: list[tuple[Member, object]] = []
        self._hung = 0

    def __enter__(self) -> "Hosted":
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._crew.close()

    def ready(self) -> Ready:
        """Start the first process; return what it says of its consumer. Raises HarnessFault where it has none."""
        member, about = self._start()
        self._free.append(member)
        return about

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation, in their order."""
        found: dict[int, Seen | Lost] = {}
        due = deque(enumerate(asked))
        while due or self._at_work:
            self._give(due)
            found.update(self._look())
        return [found[number] for number in range(len(asked))]

    def _give(self, due: "deque[tuple[int, Asked]]") -> None:
        while due and len(self._at_work) < self._most:
            if not self._free:
                self._free.append(self._start()[0])
            member, (number, asked) = self._free.popleft(), due.popleft()
            if self._hung > 3:
                asked = Asked(asked.situation, asked.kind, _IMPATIENT)
            member.send(asked)
            self._at_work[member] = number, asked, Patience(f"{self._text} in a situation", self._timeout)

    def _look(self) -> Iterator[tuple[int, Seen | Lost]]:
        came, self._came = self._came, []
        for member, frame in came or self._crew.come(0.05):
            if member in self._at_work:
                yield self._at_work.pop(member)[0], self._taken(member, frame)
        for member, (number, _, patience) in list(self._at_work.items()):
            if patience.is_over:
                del self._at_work[member]
                self._crew.end(member)
                yield number, Lost(f"never came back, nor let go of the interpreter, in {self._timeout:g} s")

    def _taken(self, member: Member, frame: object) -> Seen | Lost:
        if isinstance(frame, Gone):
            code = member.child.wait(2)
            self._crew.end(member)
            return Lost(f"ended its process (exit code {code})")
        assert isinstance(frame, Seen)
        if frame.outcome.end is End.WAITS and frame.on_threads:
            self._waited[member] = self._waited.get(member, 0) + 1
            self._hung += bool(frame.truth.status)
        if self._waited.get(member, 0) >= _WAITING:
            self._crew.end(member)
        else:
            self._free.append(member)
        return frame

    def _start(self) -> tuple[Member, Ready]:
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
                return member, self._understood(member, frame)
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
