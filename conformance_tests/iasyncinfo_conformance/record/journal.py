"""The journal of a check: everything that its engines found, as they go."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome, RuleVerdict, Said
from iasyncinfo_conformance.record.tally import Tally
from iasyncinfo_conformance.target import Line
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word


@dataclass
class Journal:
    """Everything the engines found about one subject; ``ran`` counts the words and steps of each engine and kind."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    verdicts: dict[str, RuleVerdict] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    words: Counter[tuple[str, Kind]] = field(default_factory=Counter)
    steps: Counter[tuple[str, Kind]] = field(default_factory=Counter)
    troubles: int = 0
    """How often the subject hung or died."""
    hanging: set[Hashable] = field(default_factory=set)
    """The steps that never answered, each with where it was taken."""
    lines: dict[tuple[Kind, Word], tuple[Line, ...]] = field(default_factory=dict)
    """The lines that only failing runs execute, by the word that fails."""
    said: dict[tuple[Kind, Word], Said] = field(default_factory=dict)
    """What the subject says while a word that fails runs once more."""
    passing: set[tuple[Kind, Word]] = field(default_factory=set)
    """The words that failed and with which nothing is wrong in a process of its own."""
    passed_over: Counter[Kind] = field(default_factory=Counter)
    """Words that were not run because they take such a step."""

    def ran(self, engine: str, kind: Kind, word: Word) -> None:
        """Count a word that an engine ran."""
        self.words[engine, kind] += 1
        self.steps[engine, kind] += len(word)

    def add(self, other: "Journal") -> None:
        """Take over what was found elsewhere."""
        for failure in other.failures:
            self.failed(failure)
        for hazard in other.hazards:
            self.remark(hazard)
        self.faults += other.faults
        self.notes += [note for note in other.notes if note not in self.notes]
        self.words.update(other.words)
        self.steps.update(other.steps)
        self.passed_over.update(other.passed_over)
        self.lines |= other.lines
        self.said |= other.said

    def remark(self, hazard: Hazard) -> None:
        """Write down how a point was answered otherwise than when it was asked: of each source the first."""
        if all((hazard.point, hazard.source) != (other.point, other.source) for other in self.hazards):
            self.hazards.append(hazard)

    def failed(self, failure: Failure) -> None:
        """Write down a failure, and that its rule failed."""
        self.failures.append(failure)
        self.verdicts[failure.rule] = RuleVerdict(failure.rule, Outcome.FAILED, failure.actual)

    def failed_rules(self) -> frozenset[str]:
        """Return the rules and points with a failure."""
        return frozenset(failure.rule for failure in self.failures)

    def settle(self) -> None:
        """Turn what the directed words of each rule came to into its verdict, unless it has failed."""
        failed = self.failed_rules()
        self.verdicts |= {rule: tally.verdict(rule) for rule, tally in self.tallies.items() if rule not in failed}

    def told(self) -> Iterator[Failure]:
        """Yield one failure a rule, the shortest that comes again: it stands for all, whose words and cells it counts.

        Those that come first are broken in their own right; the others fail only on words that break one of
        those before.
        """
        by_rule: dict[str, list[Failure]] = {}
        for failure in self.failures:
            by_rule.setdefault(failure.rule, []).append(failure)
        own = {rule for rule, alike in by_rule.items() if any(not failure.wake_of for failure in alike)}
        wakes = [
            rule
            for rule, alike in by_rule.items()
            if rule not in own and all(failure.wake_of in own for failure in alike)
        ]
        for rule, alike in by_rule.items():
            if rule not in wakes:
                yield replace(self._standing_for(alike), wake_of="")
        for rule in wakes:
            yield self._standing_for(by_rule[rule])

    def _standing_for(self, alike: list[Failure]) -> Failure:
        cells: Counter[str] = Counter()
        for failure in alike:
            cells.update(failure.cells)
        shortest = min(alike, key=lambda failure: ((failure.kind, failure.word) in self.passing, failure.length))
        words = sum(failure.words for failure in alike)
        lines = self.lines.get((shortest.kind, shortest.word), ())
        said = self.said.get((shortest.kind, shortest.word), shortest.said)
        return replace(shortest, words=words, cells=dict(cells.most_common()), lines=lines, said=said)
