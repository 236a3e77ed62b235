"""The record of a check: values alone, from which every report is made.

It knows no engine and no target: what a check found is here when the check is over, also where a fault or a
signal ended it. What follows from these values is a property.
"""

import signal
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.answers import NOVEL, Nearest
from iasyncinfo_conformance.record.clean import escape_fields
from iasyncinfo_conformance.record.consumed import Consumed
from iasyncinfo_conformance.record.extent import NOT_LINGERED, Extent, Lingered, RaceMode
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome, RuleVerdict, Source
from iasyncinfo_conformance.record.known import Deviation, Noted
from iasyncinfo_conformance.record.options import EXTRA_STATES, LINGER, RACE_BOUND, SEED
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesRun
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.rules import Level
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_RULE


class Verdict(StrEnum):
    """What a check comes to; each word has its exit code."""

    CONFORMS = "conforms"
    WITH_DEVIATIONS = "conforms-with-deviations"
    DOES_NOT_CONFORM = "does-not-conform"
    INCOMPLETE = "incomplete"
    HARNESS_FAULT = "harness-fault"

    @property
    def exit_code(self) -> int:
        """The exit code of the command line."""
        return _EXIT_CODES[self]


_EXIT_CODES: Mapping[Verdict, int] = {
    Verdict.CONFORMS: 0,
    Verdict.WITH_DEVIATIONS: 0,
    Verdict.DOES_NOT_CONFORM: 1,
    Verdict.HARNESS_FAULT: 3,
    Verdict.INCOMPLETE: 4,
}


@dataclass(frozen=True, slots=True)
class Named:
    """What is checked: the text of the target, what it says of itself, and the kinds that it has."""

    target: str
    about: str = ""
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check was asked for, but for the known-file, of which the entries that mattered are in the record."""

    profile: str = STANDARD
    rule: str = "*"
    seed: int = SEED
    quick: bool = False
    extra_states: int = EXTRA_STATES
    race_bound: int = RACE_BOUND
    types: str = ""
    linger: float = LINGER


@dataclass(frozen=True, slots=True)
class EngineRun:
    """What one engine ran on one kind, and the rules that it saw broken there."""

    engine: str
    kind: Kind
    words: int
    steps: int
    failed: tuple[str, ...] = ()


def _is_excused(verdict: RuleVerdict) -> bool:
    """Return whether a rule is broken that only the known-file excuses; a SHOULD needs none."""
    should = verdict.id in EVERY_RULE and EVERY_RULE[verdict.id].level is Level.SHOULD
    return verdict.outcome is Outcome.DEVIATING and not should


@dataclass(frozen=True)
class Record:
    """Everything about one check, when it is over."""

    subject: Named
    asked: Asked = Asked()
    verdicts: tuple[RuleVerdict, ...] = ()
    """The verdicts on what was expected, in the order of the rules."""
    points: Mapping[str, str] = field(default_factory=dict)
    nearest: Nearest | None = None
    failures: tuple[Failure, ...] = ()
    """One a rule: the shortest stands for all."""
    causes: tuple[Failure, ...] = field(default=(), compare=False)
    """One for each cause that a rule has to fail, to write a known-file of; no document keeps them."""
    mistyped: tuple[Mistyped, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    engines: tuple[EngineRun, ...] = ()
    extents: Mapping[Kind, Extent] = field(default_factory=dict)
    lingered: Lingered = NOT_LINGERED
    types: TypesRun | None = None
    used: tuple[Deviation, ...] = ()
    stale: tuple[Deviation, ...] = ()
    noted: tuple[Noted, ...] = ()
    """The entries that take note of an answer that no family gives."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Those of each engine; of kinds that ran at the same time they are added up."""
    wall: float = 0.0
    """The seconds of the whole check."""
    stopped: str = ""
    """The name of the signal that ended it, or nothing."""
    consumed: Consumed | None = None
    """What was found of a consumer; an implementation's record has none."""
    suite: str = field(default_factory=lambda: version("iasyncinfo"))
    """The version of the suite that checked."""

    def __post_init__(self) -> None:
        """Hold nothing raw that a subject, a driver or a file has said."""
        escape_fields(self)

    @property
    def verdict(self) -> Verdict:
        """The verdict: the worst thing found decides; where the harness broke, nothing else is certain."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if self.broken is not None:
            return Verdict.HARNESS_FAULT
        if Outcome.FAILED in outcomes or self.stale or self.unneeded:
            return Verdict.DOES_NOT_CONFORM
        if self.stopped:
            return Verdict.INCOMPLETE
        if any(fault.whose is not Whose.SUBJECT for fault in self.faults) or not (self.words or self.types):
            return Verdict.HARNESS_FAULT
        if Outcome.UNTESTABLE in outcomes or self.unnoted:
            return Verdict.INCOMPLETE
        excused = self.noted or any(map(_is_excused, self.verdicts))
        return Verdict.WITH_DEVIATIONS if excused else Verdict.CONFORMS

    @property
    def exit_code(self) -> int:
        """The exit code of the command line: the verdict's, or that of the signal."""
        return 128 + signal.Signals[self.stopped].value if self.stopped else self.verdict.exit_code

    @property
    def broken(self) -> Fault | None:
        """The fault with which the check ended, if one did."""
        return next((fault for fault in self.faults if fault.final), None)

    @property
    def broken_off(self) -> bool:
        """Whether a signal or a fault ended the check before it was over."""
        return bool(self.stopped) or self.broken is not None

    @property
    def words(self) -> int:
        """The number of words that were run."""
        return sum(run.words for run in self.engines)

    @property
    def unit(self) -> str:
        """What is run: words, of which those for a consumer are situations."""
        return "words" if self.consumed is None else "situations"

    @property
    def ran_in_all(self) -> str:
        """How many of them were run."""
        return f"{self.words:,} {self.unit}"

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers to points: those of an implementation's, or of a consumer's."""
        return self.points if self.consumed is None else self.consumed.answers

    @property
    def steps(self) -> int:
        """The number of steps in them."""
        return sum(run.steps for run in self.engines)

    @property
    def own(self) -> tuple[Failure, ...]:
        """The failures of rules that are broken in their own right."""
        return tuple(failure for failure in self.failures if not failure.wake_of)

    @property
    def wakes(self) -> tuple[Failure, ...]:
        """The failures on words that break another rule first."""
        return tuple(failure for failure in self.failures if failure.wake_of)

    @property
    def novel(self) -> tuple[str, ...]:
        """The points that are answered as no family answers them, when they were asked or later."""
        met = {hazard.point for hazard in self.hazards if hazard.source is Source.NOVEL}
        return tuple(point for point, answer in self.points.items() if answer == NOVEL or point in met)

    @property
    def unnoted(self) -> tuple[str, ...]:
        """Those of which no entry of the known-file takes note; none where only some rules were asked for."""
        known = {entry.point for entry in self.noted}
        return tuple(point for point in self.novel if point not in known) if self.asked.rule == "*" else ()

    @property
    def unneeded(self) -> tuple[Noted, ...]:
        """The entries that take note of an answer that some family gives, or of a consumer's without any danger."""
        if self.consumed is not None:
            return tuple(entry for entry in self.noted if self.consumed.is_harmless(entry.point))
        novel = set(self.novel)
        return tuple(entry for entry in self.noted if entry.point not in novel)

    @property
    def race_mode(self) -> RaceMode:
        """How races were run: the weakest mode of all kinds."""
        modes = {extent.raced.mode for extent in self.extents.values()}
        return next((mode for mode in RaceMode if mode in modes), RaceMode.NONE)

    def failed_rules(self) -> frozenset[str]:
        """Return the rules and points with a failure."""
        return frozenset(failure.rule for failure in self.failures)

    @property
    def by_rule(self) -> dict[str, RuleVerdict]:
        """The verdict on each rule that was expected."""
        return {verdict.id: verdict for verdict in self.verdicts}

    def count(self) -> dict[Outcome, int]:
        """Return how many of the expected rules have each outcome."""
        counted = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome: counted[outcome] for outcome in Outcome}

    def ran(self, engine: str, kinds: Iterable[Kind]) -> int:
        """Return how many words an engine ran on these kinds."""
        wanted = set(kinds)
        return sum(run.words for run in self.engines if run.engine == engine and run.kind in wanted)
