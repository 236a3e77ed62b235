"""What every engine is given: one kind of one subject, what is expected of it, and where to write what is found."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Final

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Said, Source
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.session.hanging import (
    Waiting,
    asking,
    beginnings,
    met,
    one_after_the_other,
    rule_of,
    waits_for_the_end,
    without_looks,
)
from iasyncinfo_conformance.target import Ended, Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.variations import ShownBy, shown_by
from iasyncinfo_spec.words import Word, format_word

MOST_TROUBLES: Final = 12
"""Hangs and deaths after which the engines stop."""


@dataclass(frozen=True)
class Plan:
    """What is expected of one kind: a row of answers, of which those in ``fixed`` are demanded.

    ``novel`` are the points that the subject answers as nobody does, ``demanded`` those that a profile demands,
    ``unable`` is what the target can do and the subject does not survive, ``like`` the family whose row its answers
    are exactly, or empty.
    """

    kind: Kind
    row: Family
    fixed: Mapping[str, str]
    novel: frozenset[str]
    demanded: frozenset[str]
    options: Options
    unable: frozenset[str] = frozenset()
    like: str = ""


def plans(
    target: Target, answers: Answers, options: Options, demanded: Iterable[str] = (), like: str = ""
) -> list[Plan]:
    """Return a plan for each kind: the subject's own answers, and before them those of the family that is demanded."""
    row, fixed = row_of(answers, FAMILIES.get(options.profile))
    points = frozenset(demanded)
    return [Plan(kind, row, fixed, answers.novel, points, options, answers.unable, like) for kind in target.kinds]


def row_of(answers: Answers, family: Family | None) -> tuple[Family, dict[str, str]]:
    """Return the row that the deterministic machine follows, and the answers that are demanded.

    What an adapter declares is true of the subject whatever is demanded of it.
    """
    own = answers.row()
    if family is None:
        return Family(own.name, own.about, dict(own.answers)), {}
    always = {point: own.answer(point) for point in shown_by(ShownBy.DECLARED)}
    demanded = {**family.answers, **always}
    return Family(family.name, family.about, {**own.answers, **demanded}, dict(family.breaks)), demanded


class TooMuchTrouble(Exception):
    """The subject hung or died too often to go on."""


@dataclass
class Session:
    """One kind of one subject.

    ``model`` says what a right subject answers, ``judge`` whether what came is allowed, ``journal`` keeps what
    is found, and ``answers`` are what the variation points were answered.
    """

    target: Target
    model: Model
    judge: Judge
    journal: Journal
    plan: Plan
    answers: Answers

    @classmethod
    def of(cls, target: Target, plan: Plan, journal: Journal, answers: Answers | None = None) -> "Session":
        """Return the session of one kind of a target, judged by a plan."""
        model = Model(target, plan.kind, plan.row, plan.novel, plan.unable)
        judge = Judge(plan.kind, plan.row, plan.fixed)
        return cls(target, model, judge, journal, plan, answers or Answers())

    def with_breaches(self, row: Family) -> "Session":
        """Return the same session, in which the breaches that a row lists stand in place of the rules."""
        plan = replace(self.plan, row=replace(self.plan.row, breaks=row.breaks))
        return Session.of(self.target, plan, self.journal, self.answers)

    @property
    def kind(self) -> Kind:
        """The kind of the objects."""
        return self.model.kind

    @property
    def options(self) -> Options:
        """What the check was asked for."""
        return self.plan.options

    @property
    def family(self) -> Family | None:
        """The family whose row is demanded, if one is."""
        return FAMILIES.get(self.options.profile)

    def run_many(
        self, engine: str, words: Iterable[Word], rules: Iterable[str] | None = None
    ) -> Iterator[tuple[Word, list[Result] | None]]:
        """Yield each word with its results, or with None where there are none.

        ``rules`` names the rule behind each word, which is blamed for a death that is no member's. A word
        that takes a step where one like it has hung is passed over. Raises TooMuchTrouble after so many.
        """
        left = deque(zip(words, rules if rules is not None else repeat(""), strict=False))
        while left:
            runnable = [entry for entry in left if not self._is_known_to_hang(entry[0])]
            outcomes = self.target.run_many(self.kind, (word for word, _ in runnable))
            hung = False
            while left and not hung:
                word, rule = left.popleft()
                if self._is_known_to_hang(word):
                    self.journal.passed_over[self.kind] += 1
                    yield word, None
                    continue
                outcome = next(outcomes)
                self.journal.ran(engine, self.kind, word)
                if isinstance(outcome, Trouble):
                    hung = self.blame(engine, word, rule, outcome)
                yield word, None if isinstance(outcome, Trouble) else outcome

    def run(self, engine: str, word: Word) -> list[Result] | None:
        """Return the results of one word, or None where there are none."""
        ((_, results),) = self.run_many(engine, [word])
        return results

    def found(self, engine: str, word: Word) -> Finding | None:
        """Run a word and return what the specification does not allow in it, or None."""
        results = self.run(engine, word)
        return None if results is None else self.judge.judge(word, results)

    def is_failure(self, finding: Finding) -> bool:
        """Return whether a finding is a breach of a rule or of a demanded answer, and not a remark about a point."""
        return finding.breaks_rule or (finding.cites in self.plan.demanded and not finding.mixed)

    def record(self, word: Word, finding: Finding | None, engine: str, *, cell: str = "", words: int = 1) -> None:
        """Write a finding down: a broken rule is a failure, an odd answer to a point a hazard."""
        if finding is None:
            return
        upto, found = word[: finding.length], finding.difference
        if self.is_failure(finding):
            cells = {cell: words} if cell else {}
            self.journal.failed(
                Failure(finding.cites, self.kind, upto, finding.step, found.allowed, found.actual, engine, cells, words)
            )
            return
        source = Source.MIXED if finding.mixed else Source.NOVEL
        why = f"{_ODD[source]}: {found.actual}; its other answers lead to: {found.allowed}"
        self.journal.remark(Hazard(finding.cites, f"{self.kind} {format_word(upto)}", why, source))

    def fault(self, word: Word, what: str, whose: Whose) -> None:
        """Write down something that went wrong outside the rules."""
        self.journal.faults.append(Fault(f"{self.kind} {format_word(word)}", what, whose))

    def trouble(self) -> None:
        """Count a hang or a death; raises TooMuchTrouble at the last that is borne."""
        self.journal.troubles += 1
        if self.journal.troubles >= MOST_TROUBLES:
            raise TooMuchTrouble

    def _is_known_to_hang(self, word: Word) -> bool:
        """Return whether a word takes a step where one like it has never come back."""
        hanging = self.journal.hanging
        return bool(hanging) and not hanging.isdisjoint(met(self.judge.product, word))

    def blame(self, engine: str, word: Word, rule: str, trouble: Trouble) -> bool:
        """Write down a word that ended without results; return whether those like it are passed over from now on."""
        if not trouble.deed:
            self.fault(word, str(trouble), Whose.DRIVER)
            return False
        culprit = self._shortest_beginning(word) or self._beside_another(word)
        if culprit is None:
            self.fault(word, f"{trouble}; not again on the word alone", Whose.UNKNOWN)
        else:
            found = self._rule_of(culprit, trouble, rule)
            failure = Failure(found, self.kind, culprit, len(culprit), "an answer", trouble.deed, engine)
            self.journal.failed(replace(failure, ended=trouble.what, said=Said(stacks=trouble.stacks)))
            self.fault(culprit, str(trouble), Whose.SUBJECT)
        self.trouble()
        return culprit is not None

    def _shortest_beginning(self, word: Word) -> Word | None:
        """Return the shortest beginning of ``word`` that hangs or dies by itself, or None; without looks, if it can."""
        shortest = next((upto for upto in beginnings(word) if self._ends_badly(upto)), None)
        plain = without_looks(shortest or ())
        return plain if shortest not in (None, plain) and self._ends_badly(plain) else shortest

    def _beside_another(self, word: Word) -> Word | None:
        """Return the word with two objects, one after the other, if that hangs or dies: something outlives the first.

        It is asked for twice: the first time may be due to what ran before, the second is in a process of its own.
        """
        pair = one_after_the_other(word) if "objects" in self.model.supports else ()
        return pair if pair and self._ends_badly(pair) and self._ends_badly(pair) else None

    def _ends_badly(self, word: Word) -> bool:
        (outcome,) = self.target.run_many(self.kind, [word])
        return isinstance(outcome, Trouble) and bool(outcome.deed)

    def _rule_of(self, culprit: Word, trouble: Trouble, rule: str) -> str:
        """Return the rule that the last step of a word breaks, which never answers, and pass over those like it."""
        unknown = Waiting(culprit[-1][0], "", "", "", "")
        waiting = (unknown, *met(self.judge.product, culprit))[-1]
        self.journal.hanging.add(waiting)
        if trouble.what is not Ended.HANG:
            return blamed(Situation.DIES, waiting.cites if waiting.cites in RULES else rule)
        locked = not waits_for_the_end(waiting) or self._ends_badly(asking(culprit, ("status",)))
        return rule_of(waiting, locked=locked)


def sessions_of(
    target: Target,
    answers: Answers,
    journal: Journal,
    options: Options | None = None,
    demanded: Iterable[str] = (),
    like: str = "",
) -> dict[Kind, Session]:
    """Return a session for each kind of a target, whose answers to the variation points are known."""
    return {
        plan.kind: Session.of(target, plan, journal, answers)
        for plan in plans(target, answers, options or Options(), demanded, like)
    }


_ODD: Final = {
    Source.MIXED: "it answers this point otherwise here",
    Source.NOVEL: "it answers this point as no family that is known does",
}
