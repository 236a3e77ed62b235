"""Runs judged: what each comes to, by rule, by point and by situation."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from iasyncinfo_conformance.consumers.hosted import Lost
from iasyncinfo_conformance.consumers.law.answers import answers
from iasyncinfo_conformance.consumers.law.obligations import Breach, breaches
from iasyncinfo_conformance.consumers.law.outcomes import ENDS, WITHIN
from iasyncinfo_conformance.consumers.law.situations import Tier
from iasyncinfo_conformance.consumers.messages import Switched, UnderSchedule
from iasyncinfo_conformance.consumers.plan import POINT, PREEMPTIONS, Run
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.record.consumed import NOT_SWITCHED, Fared, Met, Switching
from iasyncinfo_conformance.record.findings import Failure, Hazard, Source
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS
from iasyncinfo_spec.rules import Level
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.words import format_word

_TIERS: Final = {Tier.BREACH: "in front of a listed breach", Tier.RUDE: "in front of what public code does"}
_ADDRESS: Final = re.compile(r"(?<= at )0x[0-9a-fA-F]+")
"""Where an object lay, as it is shown; two records of one consumer differ in nothing else."""


@dataclass
class Judged:
    """What the runs of a consumer came to."""

    expected: tuple[str, ...]
    profile: str = STANDARD
    journal: Journal = field(default_factory=Journal)
    answers: dict[str, Counter[str]] = field(default_factory=dict)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)
    """A situation that shows an answer to a point."""
    met: dict[tuple[str, str], Met] = field(default_factory=dict)
    on_threads: int = 0
    unscheduled: str = ""
    switching: Switching = NOT_SWITCHED
    remarks: dict[tuple[str, Tier, str], Hazard] = field(default_factory=dict)
    """What is no failure where it was met, by rule, tier and source, as it was seen first."""

    def take(self, run: Run, seen: Seen | Lost, engine: str, under: UnderSchedule | None = None) -> list[str]:
        """Judge one run; return the rules that it fails."""
        self.journal.ran(engine, run.asked.kind, run.asked.situation)
        found = [breach for breach in found_in(seen) if breach.rule in self.expected]
        if isinstance(seen, Seen):
            self.on_threads += seen.on_threads
            self.unscheduled = self.unscheduled or seen.unscheduled
            self._answer(run, seen)
        failing = [breach for breach in found if self._fails(run, breach)]
        for breach in found:
            if breach in failing:
                self.journal.failed(_failure(run, breach, engine, under))
            else:
                self._remark(run, breach)
        self._mark(run, found, failing)
        return [breach.rule for breach in failing]

    def switched(self, came: Switched) -> None:
        """Count the schedules of one more situation."""
        before = self.switching
        situations = before.situations + bool(came.schedules)
        self.switching = Switching(before.schedules + came.schedules, situations, PREEMPTIONS, before.why or came.why)

    def would_fail(self, run: Run, seen: Seen | Lost, known: Iterable[str]) -> bool:
        """Return whether a run fails a rule beside those that are known to fail; nothing is written down."""
        found = [breach for breach in found_in(seen) if breach.rule in self.expected and breach.rule not in known]
        return any(self._fails(run, breach) for breach in found)

    def _fails(self, run: Run, breach: Breach) -> bool:
        if EVERY_RULE[breach.rule].level is Level.SHOULD:
            return False
        return run.tier is Tier.LEGAL or (run.tier is Tier.BREACH and self.profile != STANDARD)

    def _remark(self, run: Run, breach: Breach) -> None:
        """Note what it did, in front of whom, and what that means: once for each rule, tier and source."""
        met = f"{_TIERS[run.tier]}{f' ({run.source})' if run.source else ''}: " if run.tier in _TIERS else ""
        did = _ADDRESS.sub("0x...", breach.came)
        meaning = EVERY_RULE[breach.rule].intent.rstrip(".")
        why = f"{met}{did}; right is: {breach.allowed}. {meaning}"
        hazard = Hazard(breach.rule, format_word(run.asked.situation), why, Source.CALLER)
        self.remarks.setdefault((breach.rule, run.tier, run.source), hazard)

    def _answer(self, run: Run, seen: Seen) -> None:
        if run.tier is Tier.LEGAL:
            for point, answer in answers(seen):
                self.answers.setdefault(point, Counter())[answer] += 1
                self.shown.setdefault((point, answer), seen.text)

    def _mark(self, run: Run, found: Iterable[Breach], failing: list[Breach]) -> None:
        if run.name == POINT:
            return
        rules = tuple(dict.fromkeys(breach.rule for breach in (failing or found)))
        fared = Fared.BROKEN if failing else Fared.HAZARD if rules else Fared.KEPT
        for family in run.stands_for or (family_of(run.asked.situation),):
            before = self.met.get((run.name, family))
            order = list(Fared)
            if before is None or order.index(fared) > order.index(before.fared):
                self.met[run.name, family] = Met(run.name, family, run.tier.value, fared, rules)

    def settle(self) -> None:
        """Say what can be said only of all runs together."""
        self._settle_hangs()
        failed = set(self.journal.failed_rules())
        kept_by_nobody = {rule for rule, tier, _ in self.remarks if tier is Tier.LEGAL}
        for (rule, tier, _), hazard in self.remarks.items():
            if rule not in failed and (tier is Tier.LEGAL or rule not in kept_by_nobody):  # the same fault once more
                self.journal.hazards.append(hazard)

    def _settle_hangs(self) -> None:
        """Lay what hangs at an end, whenever that comes, to the rule that it ends, and not to the put.

        A hang under a schedule says nothing of that: it is at one moment alone, next to the put perhaps.
        """
        hangs = {_end_of(each) for each in self.journal.failures if each.rule == ENDS and not each.schedule}
        within = [each for each in self.journal.failures if each.rule == WITHIN and _end_of(each) in hangs]
        if not within:
            return
        others = [each for each in self.journal.failures if each not in within]
        self.journal.failures = [*others, *(replace(each, rule=ENDS) for each in within)]
        if WITHIN not in self.journal.failed_rules():
            del self.journal.verdicts[WITHIN]

    def hazards_of_answers(self) -> list[Hazard]:
        """Return the answers that are dangerous."""
        found = []
        for point, counted in self.answers.items():
            for answer in counted:
                why = CONSUMER_POINTS[point].option(answer).hazard
                if why:
                    found.append(Hazard(point, self.shown[point, answer], f"{answer}: {why}", Source.ANSWER))
        return sorted(found, key=lambda hazard: list(CONSUMER_POINTS).index(hazard.point))

    def answer_of(self, point: str) -> str:
        """Return the answers to a point, the most frequent first."""
        return ", ".join(answer for answer, _ in self.answers.get(point, Counter()).most_common()) or "not shown"


def _end_of(failure: Failure) -> str:
    """Return the step that ends the work."""
    return next((step[0] for step in failure.word if step[0] in ("complete", "fail", "acknowledge_cancel")), "")


def found_in(seen: Seen | Lost) -> list[Breach]:
    """Return the rules that one run breaks."""
    if isinstance(seen, Lost):
        return [Breach(ENDS, "an end", f"the consumer {seen.why}")]
    return breaches(seen)


def _failure(run: Run, breach: Breach, engine: str, under: UnderSchedule | None) -> Failure:
    word = run.asked.situation
    came = _ADDRESS.sub("0x...", breach.came)
    failure = Failure(breach.rule, run.asked.kind, word, len(word), breach.allowed, came, engine)
    return replace(failure, schedule=under.schedule, trace=under.trace) if under is not None else failure
