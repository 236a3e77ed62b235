"""What the variation points were answered, and whose manners that is."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from iasyncinfo_conformance.target import Result, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Word, format_word

NOVEL: Final = "novel"
"""The answer of a point that no family answers so."""
NOT_SHOWN: Final = "not shown"
"""The answer of a point of which several answers fit what came."""
NO_FAMILY: Final = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One asked word and what came."""

    point: str
    kind: Kind
    word: Word
    results: list[Result]


@dataclass
class Answers:
    """What the asking showed: for each point the options that fit, and the words that showed it."""

    options: dict[str, frozenset[str]] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    hanging: dict[Hashable, tuple[Kind, Word, Trouble]] = field(default_factory=dict)
    """Where a step never answered, and the word that showed it."""
    fatal: dict[tuple[Kind, Word], str] = field(default_factory=dict)
    """Words whose handler fails, which ends the process a moment later, and how it ended."""
    ended_by: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    """The words that showed the answer to a point by the end of the process."""
    unable: frozenset[str] = frozenset()
    """What the target can do and the subject does not survive."""

    def answer(self, point: str) -> str:
        """Return the one option that fits, ``novel`` where none does, ``not shown`` where several do."""
        options = self.options.get(point)
        if options is None or len(options) > 1:
            return NOT_SHOWN
        return next(iter(options), NOVEL)

    @property
    def novel(self) -> frozenset[str]:
        """The points that were answered as no family answers them."""
        return frozenset(point for point in self.options if self.answer(point) == NOVEL)

    def row(self) -> Family:
        """Return the subject's own row; where a point was not shown, the first option that fits stands in."""
        chosen = {
            point: next(name for name in VARIATIONS[point].names if name in options)
            for point, options in self.options.items()
            if options
        }
        return Family("subject", "the subject's own answers", MappingProxyType(chosen))

    def word_for(self, point: str) -> str:
        """Return a word that shows the answer to a point, or nothing where none was asked."""
        shown = [seen.word for seen in self.evidence if seen.point == point]
        return next(map(format_word, (*shown, *self.ended_by.get(point, ()))), "")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The family that fits best; ``exact`` where nothing that was asked speaks against it.

    ``name`` is :data:`NO_FAMILY` where even the best contradicts more than half of what was asked.
    """

    name: str
    exact: bool
    point: str = ""
    word: str = ""
    also: tuple[str, ...] = ()

    @property
    def first_difference(self) -> str:
        """Where the subject first differs, or nothing."""
        return f"{self.point} at {self.word}" if self.point else ""
