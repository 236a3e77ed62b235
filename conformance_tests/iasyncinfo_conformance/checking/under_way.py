"""A check under way: what is known so far, from which its record can be made at any moment."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from iasyncinfo_conformance.checking.excuses import accept, causes, excuse
from iasyncinfo_conformance.engines.held_to import matching
from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.answers import NOT_SHOWN, NOVEL, Answers, Nearest
from iasyncinfo_conformance.record.extent import Extent, Lingered
from iasyncinfo_conformance.record.findings import Fault, Hazard, NotRun, Outcome, RuleVerdict, Source
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.known import Deviation
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Asked, EngineRun, Named, Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesFound, TypesRun
from iasyncinfo_conformance.session.dead_ends import dead_ends
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.variations import DERIVED, VARIATIONS


@dataclass
class UnderWay:
    """What a check has found so far.

    ``halted`` says that the engines stopped before their end, ``only_one`` that the subject has but one process.
    """

    subject: Named
    options: Options
    journal: Journal = field(default_factory=Journal)
    answers: Answers = field(default_factory=Answers)
    nearest: Nearest | None = None
    sessions: dict[Kind, Session] = field(default_factory=dict)
    extents: dict[Kind, Extent] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    lingered: Lingered = field(default_factory=Lingered)
    types: TypesRun | None = None
    mistyped: tuple[Mistyped, ...] = ()
    halted: bool = False
    only_one: bool = False
    stopped: str = ""
    started: float = field(default_factory=time.perf_counter)
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Expect the rules and points that were asked for."""
        self.expected = matching(self.options.rule, self.options.profile)

    @property
    def deviations(self) -> list[Deviation]:
        """The entries of the known-file that speak of what is expected."""
        return [entry for entry in self.options.known.deviations if entry.id in self.expected]

    def break_off(self, whose: Whose, why: str) -> None:
        """End with a fault of the adapter's, the driver's or the suite's own; ``why`` is a paragraph."""
        self.halted = True
        self.journal.faults.append(Fault("", why, whose, final=True))

    def look_at(self, found: TypesFound) -> None:
        """Take in what a type checker found, or why none could look."""
        chosen = [verdict.id for verdict in found.verdicts if fnmatchcase(verdict.id, self.options.rule.upper())]
        self.expected = (*self.expected, *chosen)
        self.journal.verdicts |= {verdict.id: verdict for verdict in found.verdicts if verdict.id in chosen}
        self.types = found.run
        self.mistyped = tuple(each for each in found.mistyped if each.rule in chosen)

    def record(self) -> Record:
        """Return the record of what is known now, the known-file applied."""
        journal = self.journal
        missing = [rule for rule in self.expected if rule not in journal.verdicts]
        journal.verdicts |= {rule: RuleVerdict(rule, Outcome.UNTESTABLE, NotRun.HALTED) for rule in missing}
        journal.failures = [failure for failure in journal.failures if failure.rule in self.expected]
        accept(journal, self.options.known.unverified, self.subject.kinds)
        extents = dict(self._extents())
        used, stale = excuse(self.sessions, journal, self.deviations if self.sessions else ())
        return Record(
            subject=self.subject,
            asked=_asked(self.options),
            verdicts=tuple(journal.verdicts[rule] for rule in self.expected),
            points={point: self.answers.answer(point) for point in VARIATIONS},
            nearest=self.nearest,
            failures=tuple(journal.told()),
            causes=tuple(causes(self.sessions, journal)),
            mistyped=self.mistyped,
            hazards=(*(self._hazards() if self.options.profile == STANDARD else ()), *journal.hazards),
            faults=tuple(journal.faults),
            notes=tuple(journal.notes),
            engines=tuple(self._engines()),
            extents=extents,
            lingered=self.lingered,
            types=self.types,
            used=tuple(used),
            noted=() if self.halted or self.options.rule != "*" else self.options.known.answers,
            stale=() if self.halted else tuple(stale),  # what was not run cannot be known to be gone
            seconds=self._seconds(),
            wall=round(time.perf_counter() - self.started, 3),
            stopped=self.stopped,
        )

    def _extents(self) -> Iterator[tuple[Kind, Extent]]:
        """Yield how far the engines went on each kind, and which steps did not come back, whoever took them."""
        for kind, extent in self.extents.items():
            session = self.sessions.get(kind)
            ends = dead_ends(session, self.journal.failures) if session else ()
            yield kind, replace(extent, wrong=(*extent.wrong, *ends))

    def _engines(self) -> Iterator[EngineRun]:
        """Yield what each engine ran on each kind."""
        broken = Counter((failure.engine, failure.kind, failure.rule) for failure in self.journal.failures)
        for (engine, kind), words in self.journal.words.items():
            failed = tuple(rule for by, of, rule in broken if (by, of) == (engine, kind))
            yield EngineRun(engine, kind, words, self.journal.steps[engine, kind], failed)

    def _seconds(self) -> dict[str, float]:
        found = Counter(self.seconds)
        for extent in self.extents.values():
            found.update(extent.seconds)
        return {engine: round(seconds, 3) for engine, seconds in found.items()}

    def _hazards(self) -> Iterator[Hazard]:
        """Yield the answers that go against a document or clash with one another."""
        for point, variation in VARIATIONS.items():
            answer = self.answers.answer(point)
            if answer == NOVEL:
                why = "no family that is known answers this point so"
                yield Hazard(point, self.answers.word_for(point), why, Source.NOVEL)
            elif answer != NOT_SHOWN and variation.option(answer).hazard:
                yield Hazard(point, self._word_of(point), variation.option(answer).hazard, Source.ANSWER)

    def _word_of(self, point: str) -> str:
        if point not in DERIVED:
            return self.answers.word_for(point)
        derivation = DERIVED[point]
        return derivation.word({part: self.answers.answer(part) for part in derivation.parts})


def _asked(options: Options) -> Asked:
    return Asked(
        options.profile,
        options.rule,
        options.seed,
        options.quick,
        options.extra,
        options.race_bound,
        options.types,
        options.alone,
    )
