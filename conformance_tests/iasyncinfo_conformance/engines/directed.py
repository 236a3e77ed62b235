"""The directed tests, run: one verdict for each rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.directed.expectations import Case
from iasyncinfo_conformance.engines.points import NOT_SHOWN, NOVEL, Answers
from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.record.findings import Failure, Outcome, RuleVerdict
from iasyncinfo_conformance.target import LEVERS, Result, Target, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES, Level, Observed, Party
from iasyncinfo_spec.variations import VARIATIONS

ENGINE: Final = "directed"
_UNIMPLEMENTED: Final = {"raised": "NotImplementedError"}
_TRANSPORT: Final = {
    "release": "dropping references cannot be shown over a pipe",
    "alive": "references cannot be seen over a pipe",
    "thread": "calls from other threads while a handler runs cannot be shown over this pipe",
    "reentrancy": "the driver does not run steps inside handlers",
    "raise": "the driver's handlers cannot fail",
}


def expected_rules() -> tuple[str, ...]:
    """Return the rules that every subject is held to."""
    return tuple(
        rule.id
        for rule in RULES.values()
        if rule.obliges is Party.IMPLEMENTATION and rule.observed is not Observed.NEVER and rule.level is not Level.MAY
    )


def matching(glob: str, profile: str) -> tuple[str, ...]:
    """Return the rules that ``glob`` selects, and the points that a family's profile demands."""
    family = FAMILIES.get(profile)
    points = demanded_points(family, VARIATIONS) if family else ()
    return tuple(rule for rule in (*expected_rules(), *points) if fnmatchcase(rule, glob.upper()))


@dataclass
class _Tally:
    """What the cases of one rule came to."""

    ran: int = 0
    failed: bool = False
    lacking: set[str] = field(default_factory=set)
    shut: set[str] = field(default_factory=set)
    unimplemented: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def verdict(self, rule: str) -> RuleVerdict:
        if self.failed:
            return RuleVerdict(rule, Outcome.FAILED)
        if self.ran:
            return RuleVerdict(rule, Outcome.PASSED, self._left_out())
        if self.unimplemented:
            members = ", ".join(sorted(self.unimplemented))
            return RuleVerdict(rule, Outcome.UNTESTABLE, f"{members} raises NotImplementedError")
        if self.lacking:
            return RuleVerdict(rule, Outcome.UNTESTABLE, f"the adapter gives no {_listed(self.lacking)}")
        reasons = sorted(self.shut) or sorted(self.elsewhere) or ["no declared kind has what it speaks of"]
        return RuleVerdict(rule, Outcome.NOT_APPLICABLE, "; ".join(reasons))

    def _left_out(self) -> str:
        lacking = {f"no {lever}" for lever in self.lacking}
        return "in part: " + "; ".join(sorted(lacking | self.shut)) if lacking or self.shut else ""


def _listed(names: Iterable[str]) -> str:
    return " and no ".join(sorted(names))


class Rulebook:
    """Runs the directed tests of the rules in ``rules`` on one subject."""

    def __init__(self, runner: Runner, answers: Answers, family: Family | None, rules: Iterable[str]) -> None:
        self._runner = runner
        self._answers = answers
        self._family = family
        self._rules = tuple(rules)
        self._tallies = {rule: _Tally() for rule in self._rules}

    def run(self, tick: Callable[[str], None]) -> None:
        """Run every case that can be run and write a verdict for every rule."""
        for kind in self._runner.target.kinds:
            tick(kind.value)
            cases = list(self._runnable(kind))
            runs = self._runner.run_many(ENGINE, kind, [case.word for case in cases], [case.rule for case in cases])
            for case, (_, results) in zip(cases, runs, strict=True):
                self._settle(case, kind, results)
        findings = self._runner.findings
        for rule, tally in self._tallies.items():
            if rule not in findings.failed_rules():
                findings.verdicts[rule] = tally.verdict(rule)

    def _runnable(self, kind: Kind) -> Iterator[Case]:
        """Yield the cases of one kind that can be run; note why the others cannot."""
        target, judge, row = self._runner.target, self._runner.judges[kind], self._answers.row()
        for case in CASES:
            if case.rule not in self._tallies or kind not in case.kinds:
                continue
            tally = self._tallies[case.rule]
            missing = needs_of(case.word) - target.supports(kind)
            tally.lacking |= missing & set(LEVERS) - _pointless(target, kind, self._family)
            tally.shut |= {_TRANSPORT[need] for need in missing if need in _TRANSPORT}
            away = _elsewhere(case, self._answers, row)
            tally.elsewhere |= away
            if not missing and not away and judge.drivable(case.word) and _speaks(target, case):
                yield case

    def _settle(self, case: Case, kind: Kind, results: list[Result] | None) -> None:
        tally = self._tallies[case.rule]
        if results is None:
            tally.failed |= case.rule in self._runner.findings.failed_rules()
            return
        unimplemented = {step[0] for step, result in zip(case.word, results, strict=True) if result == _UNIMPLEMENTED}
        if unimplemented:
            tally.unimplemented |= unimplemented
            return
        tally.ran += 1
        failure = self._failure(case, kind, results)
        if failure is not None:
            tally.failed = True
            self._runner.findings.failed(failure)

    def _failure(self, case: Case, kind: Kind, results: list[Result]) -> Failure | None:
        if self._family is not None and case.rule in self._family.breaks:
            return self._breach_failure(case, kind, results)
        complaint = case.complaint(results)
        if complaint is None:
            return None
        finding = self._runner.judges[kind].judge(case.word, results)
        if finding is None and self._family is not None and self._family.breaks:
            return None  # the sentence presumes what this family breaks, by name
        first = finding.cites if finding is not None and finding.breaks_rule and finding.cites != case.rule else ""
        return Failure(case.rule, kind, case.word, *complaint, ENGINE, wake_of=first)

    def _breach_failure(self, case: Case, kind: Kind, results: list[Result]) -> Failure | None:
        """Demand the family's own breach in place of the rule."""
        finding = self._runner.judges[kind].judge(case.word, results)
        if finding is None or finding.mixed:
            return None
        found = finding.difference
        return Failure(case.rule, kind, case.word, finding.step, found.allowed, found.actual, ENGINE)


def _pointless(target: Target, kind: Kind, family: Family | None) -> set[str]:
    """Return the levers that an adapter need not give: there is nothing left for them to do."""
    deaf = family is not None and family.answers.get("CANCEL-EFFECT") == "none"
    pointless = set() if kind.has_progress else {"report_progress"}
    return pointless | ({"acknowledge_cancel"} if deaf or "cancel_ends_work" in target.supports(kind) else set())


def _elsewhere(case: Case, answers: Answers, row: Family) -> set[str]:
    """Return why a case does not speak of this subject: it answers a point in another way."""
    return {
        f"{point} is {answers.answer(point)}"
        for point, wanted in case.where.items()
        if row.answer(point) not in wanted
        or answers.answer(point) == NOVEL
        or (answers.answer(point) == NOT_SHOWN and point not in answers.options)
    }


def _speaks(target: Target, case: Case) -> bool:
    values = (step[1] for step in case.word if step[0] == "complete")
    return "string" in target.values or not any(isinstance(value, str) for value in values)


def point_verdicts(runner: Runner, answers: Answers, family: Family, points: Iterable[str]) -> None:
    """Write a verdict for each point that a profile demands."""
    for point in points:
        demanded, options = family.answers[point], answers.options.get(point)
        if options is None:
            runner.findings.verdicts[point] = RuleVerdict(point, Outcome.NOT_APPLICABLE, "not shown by this subject")
        elif demanded in options:
            runner.findings.verdicts[point] = RuleVerdict(point, Outcome.PASSED)
        else:
            _fail_point(runner, answers, family, point)


def _fail_point(runner: Runner, answers: Answers, family: Family, point: str) -> None:
    for seen in answers.evidence:
        if seen.point != point:
            continue
        finding = runner.judges[seen.kind].judge(seen.word, seen.results)
        if finding is not None:
            found = finding.difference
            runner.findings.failed(
                Failure(point, seen.kind, seen.word, finding.step, found.allowed, found.actual, "points")
            )
            return
    seen_word = next(seen for seen in answers.evidence if seen.point == point)
    allowed, actual = f"answer {family.answers[point]!r}", f"answer {answers.answer(point)!r}"
    runner.findings.failed(
        Failure(point, seen_word.kind, seen_word.word, len(seen_word.word), allowed, actual, "points")
    )


def demanded_points(family: Family, names: Mapping[str, object]) -> tuple[str, ...]:
    """Return the points that a family's profile demands, of those that words can show."""
    return tuple(point for point in names if point in family.answers and point not in ("CREATED", "CLOSED-OUT"))
