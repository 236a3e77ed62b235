"""Several objects alive at once: a word over them is a word of each, since none knows of the others.

Their machine is the product of theirs: a state of it is a state of each, and a step moves one of them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from iasyncinfo_spec.words import OTHERS, Step, Word, object_of, of_one

T = TypeVar("T")


class Share(NamedTuple):
    """What a word has of one object: the numbers of its steps within the word, from 1, and the steps themselves."""

    numbers: tuple[int, ...]
    word: Word

    def of(self, results: Sequence[T]) -> list[T]:
        """Return those of the results of the whole word that are of this object."""
        return [results[number - 1] for number in self.numbers]


def drives_several(word: Iterable[Step]) -> bool:
    """Return whether a word has a step of another object than the first."""
    return any(step[0].startswith(OTHERS) for step in word)


def shares(word: Word) -> tuple[Share, ...]:
    """Return what a word has of each object that it drives."""
    found = (_share(word, prefix) for prefix in ("", *OTHERS))
    return tuple(share for share in found if share.word)


def _share(word: Word, prefix: str) -> Share:
    own = [(number, of_one(step)) for number, step in enumerate(word, 1) if object_of(step[0]) == prefix]
    return Share(tuple(number for number, _ in own), tuple(step for _, step in own))
