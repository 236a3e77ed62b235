"""What an engine finds: failures, hazards, faults and the verdicts on rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.target import Ended, Line, Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word


class Outcome(StrEnum):
    """The verdict on one rule."""

    PASSED = "passed"
    FAILED = "failed"
    UNTESTABLE = "untestable"
    NOT_APPLICABLE = "not applicable"
    DEVIATING = "deviating"


class NotRun(StrEnum):
    """Why the words of a rule were not run, where nothing about the rule or the adapter forbids it."""

    HALTED = "not run: the engines stopped before it"
    HANGS = "not run: its words take a step that never answers"


@dataclass(frozen=True, slots=True)
class Said:
    """What a subject says while a failing word runs once more, and where its threads are if it never ends."""

    raised: tuple[str, ...] = ()
    """What the steps raised, in their order: the step, the exception and its text, and the line of the subject."""
    died: tuple[str, ...] = ()
    """Of what its threads died."""
    output: tuple[str, ...] = ()
    """The first lines of what it printed, logged and warned of."""
    stacks: tuple[str, ...] = ()
    """The innermost lines of its own, a thread each."""


NOTHING_SAID: Final = Said()


@dataclass(frozen=True, slots=True)
class Failure:
    """One breach: the rule or point, the word that shows it, what was allowed at which step, what came."""

    rule: str
    kind: Kind
    word: Word
    step: int
    allowed: str
    actual: str
    engine: str
    cells: Mapping[str, int] = field(default_factory=dict)
    """The cells of the tables that the subject has otherwise, where they were found, each with a count of words."""
    words: int = 1
    """How many words failed because of it."""
    schedule: str = ""
    """The schedule of a race, where it can be run again."""
    trace: tuple[Moment, ...] = ()
    """What the threads of a race did under that schedule."""
    wake_of: str = ""
    """The rule that the same word breaks first, where there is one."""
    ended: Ended | None = field(default=None, compare=False)
    """How the word ended without results, where it did: while a check runs, it is better not run again."""
    lines: tuple[Line, ...] = ()
    """The lines of the subject that this word runs and no word beside it that passes, where that can be told."""

    said: Said = NOTHING_SAID

    @property
    def text(self) -> str:
        """The word as text."""
        return format_word(self.word)

    @property
    def without_end(self) -> bool:
        """Whether the word ended without results."""
        return self.ended is not None

    @property
    def length(self) -> tuple[int, int]:
        """How long the word is, in steps and in characters."""
        return len(self.word), len(self.text)


class Source(StrEnum):
    """Where a hazard comes from."""

    ANSWER = "answer"
    """The subject's answer to a point is one against which a document speaks."""
    NOVEL = "novel"
    """No family answers the point so."""
    MIXED = "mixed"
    """A point is answered now so and now otherwise."""
    UNKEPT = "unkept"
    """A rule is not kept that is only a SHOULD."""
    CALLER = "caller"
    """A consumer does not keep a rule where that is no failure."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """An answer that is allowed and dangerous, with a word that shows it."""

    point: str
    word: str
    why: str
    source: Source


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong outside the rules: a hang, a death, an answer that was declined.

    ``final`` marks the one with which the check ended; its ``what`` is a paragraph that says how to mend it.
    """

    word: str
    what: str
    whose: Whose
    final: bool = False


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """The verdict on one rule, or on one point that a profile demands, and why it is so."""

    id: str
    outcome: Outcome
    why: str = ""
