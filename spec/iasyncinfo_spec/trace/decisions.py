"""Every run of something that makes decisions, one after the other."""

from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Decisions:
    """The decisions of one run: those of a prefix first, then the first choice of each; the others are left to try."""

    def __init__(self, prefix: tuple[int, ...] = ()) -> None:
        self._prefix = prefix
        self._taken: list[int] = []
        self.untried: list[tuple[int, ...]] = []

    def choose(self, among: int) -> int:
        """Return a number below ``among``."""
        index = len(self._taken)
        if index < len(self._prefix):
            chosen = self._prefix[index]
        else:
            chosen = 0
            self.untried += [(*self._taken, other) for other in range(1, among)]
        self._taken.append(chosen)
        return chosen


def every(run: Callable[[Decisions], T]) -> Iterator[T]:
    """Yield what ``run`` returns for every way in which it may decide."""
    untried: list[tuple[int, ...]] = [()]
    while untried:
        decisions = Decisions(untried.pop())
        yield run(decisions)
        untried += decisions.untried
