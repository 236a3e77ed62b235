"""What the engines found: failures, the verdict on each rule, remarks, and faults."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from iasyncinfo_conformance.record.mistyped import Mistyped
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word


class Outcome(StrEnum):
    """The verdict on one rule."""

    PASSED = "passed"
    FAILED = "failed"
    UNTESTABLE = "untestable"
    NOT_APPLICABLE = "not applicable"
    DEVIATING = "deviating"


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
    cell: str = ""
    """The cell of the tables that the subject has otherwise, where that was found."""
    words: int = 1
    """How many words failed because of it."""
    schedule: str = ""
    """The schedule of a race, where it can be run again."""
    trace: tuple[Moment, ...] = ()
    """What the threads of a race did under that schedule."""
    wake_of: str = ""
    """The rule that the same word breaks first, where there is one."""

    @property
    def text(self) -> str:
        """The word as text."""
        return format_word(self.word)


@dataclass(frozen=True, slots=True)
class Hazard:
    """An answer that is allowed and dangerous, with a word that shows it."""

    point: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong outside the rules: a hang, a death, an answer that was declined."""

    word: str
    what: str
    whose: str


@dataclass(slots=True)
class RuleVerdict:
    """The verdict on one rule, or on one point that a profile demands, and why it is so."""

    id: str
    outcome: Outcome
    why: str = ""


@dataclass
class Findings:
    """Everything the engines found about one subject."""

    verdicts: dict[str, RuleVerdict] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mistyped: list[Mistyped] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)

    def ran(self, engine: str, word: Word) -> None:
        """Count a word that an engine ran."""
        self.words[engine] = self.words.get(engine, 0) + 1
        self.steps[engine] = self.steps.get(engine, 0) + len(word)

    def add(self, other: "Findings") -> None:
        """Take over what was found elsewhere."""
        for failure in other.failures:
            self.failed(failure)
        for hazard in other.hazards:
            self.remark(hazard)
        self.faults += other.faults
        self.notes += [note for note in other.notes if note not in self.notes]
        for engine, words in other.words.items():
            self.words[engine] = self.words.get(engine, 0) + words
            self.steps[engine] = self.steps.get(engine, 0) + other.steps[engine]

    def remark(self, hazard: Hazard) -> None:
        """Write down that a point was answered otherwise than elsewhere; of such remarks on a point, the first."""
        if all(hazard.point != other.point or "otherwise" not in other.why for other in self.hazards):
            self.hazards.append(hazard)

    def failed(self, failure: Failure) -> None:
        """Record a failure, and that its rule failed."""
        self.failures.append(failure)
        self.verdicts[failure.rule] = RuleVerdict(failure.rule, Outcome.FAILED, failure.actual)

    def failed_rules(self) -> frozenset[str]:
        """Return the rules and points with a failure."""
        return frozenset(failure.rule for failure in self.failures)

    def cards(self) -> Iterator[tuple[Failure, int]]:
        """Yield the shortest failure of each rule that is broken in its own right, and how many words show it."""
        wakes = self.in_the_wake()
        for rule, alike in self._by_rule().items():
            if rule not in wakes:
                yield min(alike, key=_length), sum(failure.words for failure in alike)

    def cells(self, rule: str) -> dict[str, int]:
        """Return the wrong cells behind the failures of a rule, as far as they are known, with counts of words."""
        found: Counter[str] = Counter()
        for failure in self.failures:
            if failure.rule == rule and failure.cell:
                found[failure.cell] += failure.words
        return dict(found.most_common())

    def in_the_wake(self) -> dict[str, Failure]:
        """Return the rules that fail only on words that break another rule first, with one such failure."""
        by_rule = self._by_rule()
        own = {rule for rule, alike in by_rule.items() if any(not failure.wake_of for failure in alike)}
        return {
            rule: min(alike, key=_length)
            for rule, alike in by_rule.items()
            if rule not in own and all(failure.wake_of in own for failure in alike)
        }

    def _by_rule(self) -> dict[str, list[Failure]]:
        found: dict[str, list[Failure]] = {}
        for failure in self.failures:
            found.setdefault(failure.rule, []).append(failure)
        return found

    def count(self, outcome: Outcome, expected: Iterable[str]) -> int:
        """Return how many of the expected rules have this outcome."""
        return sum(self.verdicts[rule].outcome is outcome for rule in expected if rule in self.verdicts)


def _length(failure: Failure) -> tuple[int, int]:
    return len(failure.word), len(failure.text)
