"""A word of a complete suite that fails, and why many of them do."""

from collections.abc import Sequence
from dataclasses import dataclass

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.words import Word


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """A word that fails, what says so, what was found on it, and what had come."""

    expected: Expected
    word: Word
    finding: Finding
    results: Sequence[Result]

    @property
    def upto(self) -> Word:
        """The word up to where it fails."""
        return self.word[: self.finding.length]


@dataclass(frozen=True, slots=True)
class Cause:
    """A wrong cell, a short word that shows it, and how many words failed because of it.

    ``way`` ends with the step that is wrong, which ``expected`` has right.
    """

    word: Word
    finding: Finding
    cell: str
    words: int
    way: Word
    expected: Expected
