"""Where the steps of a subject lead, as the complete suites saw it."""

from dataclasses import dataclass
from typing import Final

from iasyncinfo_spec.words import Word, format_word

DIED: Final = "died"
HUNG: Final = "hung"
DEAD_ENDS: Final = (DIED, HUNG)
"""Where a step leads that ends its process, or never answers: to no state of the life cycle."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step as it was taken in one state of the life cycle: where it leads, its answers, and how often it was taken.

    ``step`` has no values, but for a null that is put. A step whose answer depends on more than the state has several.
    """

    state: str
    step: str
    there: str
    answers: tuple[str, ...]
    times: int


@dataclass(frozen=True, slots=True)
class WrongMove:
    """A step that does not answer, or does not lead, as the machine has it, and a short word that shows it.

    ``expected`` is the state to which it has to lead, ``there`` are those that fit what came after it: none where no
    state does; one of :data:`DEAD_ENDS` where the step did not come back. ``rule`` may be a point that a profile
    demands. ``inside`` says that a handler takes the step, which may do well elsewhere.
    """

    rule: str
    cell: str
    state: str
    step: str
    expected: str
    there: tuple[str, ...]
    allowed: str
    actual: str
    word: Word
    words: int
    inside: bool = False

    @property
    def text(self) -> str:
        """The word as text."""
        return format_word(self.word)

    @property
    def leads_elsewhere(self) -> bool:
        """Whether it leads to another state than it has to, and not only answers otherwise."""
        return self.there != (self.expected,)
