"""Pieces of work spread over processes of the suite's own, which are gone when the work is done or broken off."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.crew import Crew, Gone, Member
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.errors import HarnessFault

_PIECE_SECONDS: Final = 1800.0
"""How long one piece may take: the largest are minutes of computing."""
_WORKER: Final = "iasyncinfo_conformance.selftest.spread_worker"


@dataclass(frozen=True)
class Failed:
    """What a process answers whose work raised."""

    why: str


def spread(
    pieces: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], processes: int
) -> Generator[tuple[int, Any], None, None]:
    """Yield the number of each piece and its result, in the order in which they are done.

    Raises HarnessFault where a piece raises, its process dies, or it does not come to its end.
    """
    waiting = deque(enumerate(pieces))
    doing: dict[Member, tuple[int, Patience]] = {}
    with closing(Crew()) as crew:
        for _ in range(min(processes, len(pieces))):
            _give(crew.start(python_command(_WORKER)), waiting, doing)
        while doing:
            for member, answer in crew.come(0.1):
                number, _ = doing.pop(member)
                _require_done(answer)
                yield number, answer
                _give(member, waiting, doing)
            for number, patience in doing.values():
                if patience.is_over:
                    raise HarnessFault(f"piece {number} of the self-test does not end within {patience.seconds:g} s.")


def _give(member: Member, waiting: "deque[tuple[int, Any]]", doing: dict[Member, tuple[int, Patience]]) -> None:
    if waiting:
        number, piece = waiting.popleft()
        doing[member] = number, Patience(f"piece {number}", _PIECE_SECONDS)
        member.send(piece)


def _require_done(answer: object) -> None:
    if isinstance(answer, Gone):
        raise HarnessFault("a process of the self-test died: there may be no memory left for it.")
    if isinstance(answer, Failed):
        raise HarnessFault(f"the self-test itself failed: {answer.why}. This is a defect of iasyncinfo's.")
