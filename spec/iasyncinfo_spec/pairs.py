"""Two objects alive at once: a word over both is a word of each, since neither knows of the other.

Their machine is the product of two: a state of it is a state of each, and a step moves one of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from iasyncinfo_spec.words import SECOND, Step, Word, is_second, of_one

T = TypeVar("T")


class Half(NamedTuple):
    """What a word has of one object: the numbers of its steps within the word, from 1, and the steps themselves."""

    numbers: tuple[int, ...]
    word: Word

    def of(self, results: Sequence[T]) -> list[T]:
        """Return those of the results of the whole word that are of this object."""
        return [results[number - 1] for number in self.numbers]


def drives_two(word: Iterable[Step]) -> bool:
    """Return whether a word has a step of the second object."""
    return any(step[0].startswith(SECOND) for step in word)


def halves(word: Word) -> tuple[Half, ...]:
    """Return what a word has of each object that it drives."""
    found = (_half(word, second=second) for second in (False, True))
    return tuple(half for half in found if half.word)


def _half(word: Word, *, second: bool) -> Half:
    own = [(number, of_one(step)) for number, step in enumerate(word, 1) if is_second(step) is second]
    return Half(tuple(number for number, _ in own), tuple(step for _, step in own))
