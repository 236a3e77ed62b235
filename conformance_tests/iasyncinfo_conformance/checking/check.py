"""The check: smoke, points, directed tests, complete suites, walk and races, in this order, and the verdict."""

import shlex
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol

from iasyncinfo_conformance.checking.excuses import accept, excuse, run_known
from iasyncinfo_conformance.checking.one_kind import Depth, Progress, Task, go_deep, silent, timed
from iasyncinfo_conformance.checking.pool import Spread
from iasyncinfo_conformance.engines.complete import Completed
from iasyncinfo_conformance.engines.directed import Rulebook, matching, point_verdicts
from iasyncinfo_conformance.engines.points import NOT_SHOWN, Answers, Nearest, ask, declared, nearest_family
from iasyncinfo_conformance.engines.races import EXHAUSTIVE, NONE, STOCHASTIC, Raced
from iasyncinfo_conformance.engines.session import Runner, TooMuchTrouble
from iasyncinfo_conformance.engines.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault, require_extra
from iasyncinfo_conformance.judging.judge import Judge, allowed_by
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.record.findings import Failure, Findings, Hazard, Outcome, RuleVerdict
from iasyncinfo_conformance.record.known_file import Deviation
from iasyncinfo_conformance.record.mistyped import Mistyped
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.target import Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.variations import VARIATIONS

if TYPE_CHECKING:
    from iasyncinfo_conformance.static.types import Typed


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
        return {"conforms": 0, "conforms-with-deviations": 0, "does-not-conform": 1, "incomplete": 4}.get(self, 3)


class Named(Protocol):
    """What is checked, as a report names it."""

    @property
    def name(self) -> str:
        """The text that names it."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that it has."""


@dataclass
class Check:
    """Everything about one check, when it is over."""

    target: Named
    options: Options
    findings: Findings = field(default_factory=Findings)
    answers: Answers = field(default_factory=Answers)
    nearest: Nearest | None = None
    expected: tuple[str, ...] = ()
    depths: dict[str, Depth] = field(default_factory=dict)
    elapsed: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0
    """The seconds of the whole check."""
    used: list[Deviation] = field(default_factory=list)
    stale: list[Deviation] = field(default_factory=list)
    stopped: bool = False
    typed: "Typed | None" = None
    """What a type checker made of the subject's classes, where one was asked."""

    @property
    def verdict(self) -> Verdict:
        """The verdict: the worst thing found decides."""
        outcomes = [self.findings.verdicts[rule].outcome for rule in self.expected if rule in self.findings.verdicts]
        if Outcome.FAILED in outcomes or self.stale:
            return Verdict.DOES_NOT_CONFORM
        if any(fault.whose != "subject" for fault in self.findings.faults) or not (self.ran or self.typed):
            return Verdict.HARNESS_FAULT
        if Outcome.UNTESTABLE in outcomes:
            return Verdict.INCOMPLETE
        return Verdict.WITH_DEVIATIONS if Outcome.DEVIATING in outcomes else Verdict.CONFORMS

    def look_at(self, found: "Typed | list[RuleVerdict]") -> None:
        """Take in what a type checker found, or why none could look."""
        verdicts = found if isinstance(found, list) else list(found.verdicts())
        chosen = {verdict.id: verdict for verdict in verdicts if fnmatchcase(verdict.id, self.options.rule.upper())}
        self.expected = (*self.expected, *chosen)
        self.findings.verdicts |= chosen
        if not isinstance(found, list):
            self.typed = found
            self.findings.mistyped = [mistyped for mistyped in found.mistyped if mistyped.rule in chosen]

    @property
    def completed(self) -> dict[str, Completed]:
        """What was run of the complete suites, by kind."""
        return {kind: depth.completed for kind, depth in self.depths.items()}

    @property
    def raced(self) -> dict[str, Raced]:
        """What was run of the race matrix, by kind."""
        return {kind: depth.raced for kind, depth in self.depths.items()}

    @property
    def seconds(self) -> dict[str, float]:
        """The seconds of each engine; those of the kinds, which may have run at the same time, are added up."""
        found = Counter(self.elapsed)
        for depth in self.depths.values():
            found.update(depth.seconds)
        return {engine: round(seconds, 3) for engine, seconds in found.items()}

    @property
    def ran(self) -> int:
        """The number of words that were run."""
        return sum(self.findings.words.values())

    @property
    def deviations(self) -> list[Deviation]:
        """The entries of the known-file that speak of what was expected."""
        return [entry for entry in self.options.known.deviations if entry.id in self.expected]

    @property
    def conditions(self) -> Iterator[RuleVerdict]:
        """The verdicts on what was expected, in the order of the rules."""
        return (self.findings.verdicts[rule] for rule in self.expected if rule in self.findings.verdicts)


def check(
    target: Target, options: Options | None = None, progress: Progress = silent, spread: Spread | None = None
) -> Check:
    """Check a target and return all that was found; raises HarnessFault where the adapter is broken.

    ``spread`` has processes of their own for the engines that go deep.
    """
    require_extra()
    started = time.perf_counter()
    options = options or Options()
    done = Check(target, options)
    with timed(done.elapsed, "smoke", progress):
        done.findings.notes += [*target.notes, *smoke(target)]
    runner = Runner(target, done.findings)
    family = FAMILIES.get(options.profile)
    try:
        if matching(options.rule, options.profile):
            _run_engines(done, runner, family, spread, progress)
    except TooMuchTrouble:
        done.stopped = True
        done.findings.notes.append("stopped after three hangs or deaths; the rest was not run")
    if options.types:
        from iasyncinfo_conformance.static.classes import types_of

        with timed(done.elapsed, "types", progress):
            done.look_at(types_of(target, options.types))
    _conclude(done, runner, family)
    done.wall = time.perf_counter() - started
    return done


def _run_engines(done: Check, runner: Runner, family: Family | None, spread: Spread | None, progress: Progress) -> None:
    target, options = runner.target, done.options
    with timed(done.elapsed, "points", progress):
        done.answers = _ask(runner)
        done.nearest = nearest_family(target, done.answers)
    row, fixed = row_of(done.answers, family)
    runner.judges = {kind: Judge(kind, row, fixed) for kind in target.kinds}
    rules = done.expected = matching(options.rule, options.profile)
    points = tuple(rule for rule in rules if rule in VARIATIONS)
    runner.demanded = frozenset(points)
    _record_breaches(done, runner, family)
    with timed(done.elapsed, "directed", progress) as tick:
        Rulebook(runner, done.answers, family, (rule for rule in rules if rule not in VARIATIONS)).run(tick)
        if family is not None:
            point_verdicts(runner, done.answers, family, points)
    grounds = {kind: Ground(target, runner.judges[kind], done.answers.novel) for kind in target.kinds}
    _go_deep(done, runner, grounds, spread, progress)
    if done.deviations:
        with timed(done.elapsed, "known", progress):
            run_known(runner, done.deviations)


def _record_breaches(done: Check, runner: Runner, family: Family | None) -> None:
    """Write down the rules that were broken while the points were asked."""
    for seen in done.answers.evidence:
        answers = declared(runner.target, seen.kind)
        finding = allowed_by(seen.kind, answers, family.breaks if family else (), seen.word, seen.results)
        if finding is not None and finding.breaks_rule:
            runner.record(seen.kind, seen.word, finding, "points")


def _go_deep(
    done: Check, runner: Runner, grounds: dict[Kind, Ground], spread: Spread | None, progress: Progress
) -> None:
    """Run what goes deep on each kind: in processes of their own where there are any, else here."""
    failures = tuple(done.findings.failures)
    tasks = [
        Task(kind, _plain(judge.row), dict(judge.fixed), done.answers.novel, done.options, runner.demanded, failures)
        for kind, judge in runner.judges.items()
    ]
    for task, deep in spread.run(tasks, progress) if spread is not None else ((task, None) for task in tasks):
        if deep is None:  # there is no other process, or it did not come back: word by word, to know which it was
            depth = go_deep(runner, grounds[task.kind], done.options, progress)
        else:
            depth, findings = deep
            done.findings.add(findings)
        done.depths[task.kind.value] = depth


def _plain(row: Family) -> Family:
    """Return a row that can be sent to another process."""
    return replace(row, answers=dict(row.answers), breaks=dict(row.breaks))


def _ask(runner: Runner) -> Answers:
    try:
        return ask(runner.target)
    except Trouble as trouble:
        runner.findings.notes.append(f"asking the variation points was cut short: {trouble.why}")
        return Answers()


def row_of(answers: Answers, family: Family | None) -> tuple[Family, dict[str, str]]:
    """Return the row that the deterministic machine follows, and the answers that are demanded."""
    own = answers.row()
    if family is None:
        return own, {}
    always = {"CANCEL-SYNC": own.answer("CANCEL-SYNC")}
    return (
        Family(family.name, family.about, {**own.answers, **family.answers, **always}, family.breaks),
        {**family.answers, **always},
    )


# -- the conclusion -------------------------------------------------------------------------------


def _conclude(done: Check, runner: Runner, family: Family | None) -> None:
    done.expected = tuple(dict.fromkeys((*matching(done.options.rule, done.options.profile), *done.expected)))
    findings = done.findings
    for rule in done.expected:
        if rule not in findings.verdicts:
            findings.verdicts[rule] = RuleVerdict(rule, Outcome.UNTESTABLE, "the engines stopped before it")
    findings.failures = [failure for failure in findings.failures if failure.rule in done.expected]
    accept(findings, done.options.known.unverified, done.target.kinds)
    done.used, stale = excuse(runner, done.deviations)
    done.stale = [] if done.stopped else stale  # what was not run cannot be known to be gone
    if family is None:
        findings.hazards[:0] = list(_hazards(done))
    if not (done.ran or done.typed):
        raise HarnessFault(f"nothing was executed on {done.target.name}: no rule applies to the kinds it declares.")


def _hazards(done: Check) -> Iterator[Hazard]:
    """Yield the answers that go against a document or clash with one another."""
    for point, variation in VARIATIONS.items():
        answer = done.answers.answer(point)
        if answer == "novel":
            yield Hazard(point, done.answers.word_for(point), "no family that is known answers this point so")
        elif answer != NOT_SHOWN and variation.option(answer).hazard:
            yield Hazard(point, _word_of(done, point), variation.option(answer).hazard)


def _word_of(done: Check, point: str) -> str:
    if point != "INCOHERENT":
        return done.answers.word_for(point)
    return VARIATIONS[point].words[0 if done.answers.answer("FAC") == "error" else 1]


def race_mode(done: Check) -> str:
    """Return how races were run: the weakest mode of all kinds."""
    modes = {depth.raced.mode for depth in done.depths.values()}
    return next((mode for mode in (NONE, STOCHASTIC, EXHAUSTIVE) if mode in modes), NONE)


def replay_line(done: "Check", failure: Failure) -> str:
    """Return the command that runs a failure's word again."""
    target = done.target.name.removeprefix("exec:")
    subject = f"--exec {quoted(target)}" if done.target.name.startswith("exec:") else quoted(target)
    profile = "" if done.options.profile == STANDARD else f" --profile {done.options.profile}"
    schedule = f" --schedule {failure.schedule}" if failure.schedule else ""
    return f"iasyncinfo replay {subject} {quoted(failure.text)} --kind {failure.kind}{profile}{schedule}"


def again(done: Check, mistyped: Mistyped) -> str:
    """Return the command that looks at the class of a mistyped member again."""
    checker = "" if done.options.types in ("", "mypy") else f" --checker {done.options.types}"
    return f"iasyncinfo types {quoted(mistyped.subject)}{checker}"


def quoted(text: str) -> str:
    """Return ``text`` as one word of a shell."""
    return shlex.quote(text)
