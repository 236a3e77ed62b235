"""The check: smoke, points, directed tests, complete suites, walk and races, in this order, and the verdict."""

import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from iasyncinfo_conformance.complete import Completed, complete
from iasyncinfo_conformance.errors import HarnessFault, require_extra
from iasyncinfo_conformance.excuses import accept, excuse, run_known
from iasyncinfo_conformance.findings import Failure, Findings, Hazard, Outcome, RuleVerdict
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.judge import Judge
from iasyncinfo_conformance.known import Deviation, Known
from iasyncinfo_conformance.points import NOT_SHOWN, Answers, Nearest, ask, nearest_family
from iasyncinfo_conformance.races import BOUND, EXHAUSTIVE, NONE, STOCHASTIC, Raced, race
from iasyncinfo_conformance.rulebook import Rulebook, matching, point_verdicts
from iasyncinfo_conformance.runner import Runner, TooMuchTrouble
from iasyncinfo_conformance.smoke import smoke
from iasyncinfo_conformance.target import Target, Trouble
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.standard import STANDARD
from iasyncinfo_spec.variations import VARIATIONS

SEED: Final = 20200701
"""The seed of every run that names none: the same version gives the same verdict."""
EXAMPLES: Final = 100
QUICK_EXAMPLES: Final = 10
EXTRA_STATES: Final = 1

Progress = Callable[[str, str], None]
"""Called with the engine's name and what it is at."""


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


@dataclass(frozen=True, slots=True)
class Options:
    """What a check is asked for."""

    profile: str = STANDARD
    known: Known = field(default_factory=Known)
    seed: int = SEED
    rule: str = "*"
    quick: bool = False
    race_bound: int = BOUND
    """Preemptions in the schedules of races."""
    extra_states: int | None = None
    """How many states an implementation may have more than the machine; 1 unless quick, which takes 0."""

    @property
    def extra(self) -> int:
        """The extra states of the complete suites."""
        return (0 if self.quick else EXTRA_STATES) if self.extra_states is None else self.extra_states


@dataclass
class Check:
    """Everything about one check, when it is over."""

    target: Target
    options: Options
    findings: Findings = field(default_factory=Findings)
    answers: Answers = field(default_factory=Answers)
    nearest: Nearest | None = None
    expected: tuple[str, ...] = ()
    completed: dict[str, Completed] = field(default_factory=dict)
    raced: dict[str, Raced] = field(default_factory=dict)
    walked: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    used: list[Deviation] = field(default_factory=list)
    stale: list[Deviation] = field(default_factory=list)
    stopped: bool = False

    @property
    def verdict(self) -> Verdict:
        """The verdict: the worst thing found decides."""
        outcomes = [self.findings.verdicts[rule].outcome for rule in self.expected if rule in self.findings.verdicts]
        if Outcome.FAILED in outcomes or self.stale:
            return Verdict.DOES_NOT_CONFORM
        if any(fault.whose != "subject" for fault in self.findings.faults) or not self.ran:
            return Verdict.HARNESS_FAULT
        if Outcome.UNTESTABLE in outcomes:
            return Verdict.INCOMPLETE
        return Verdict.WITH_DEVIATIONS if Outcome.DEVIATING in outcomes else Verdict.CONFORMS

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


def silent(_engine: str, _at: str) -> None:
    """Show no progress."""


def check(target: Target, options: Options | None = None, progress: Progress = silent) -> Check:
    """Check a target and return all that was found; raises HarnessFault where the adapter is broken."""
    require_extra()
    options = options or Options()
    done = Check(target, options)
    with _timed(done, "smoke", progress):
        done.findings.notes += [*target.notes, *smoke(target)]
    runner = Runner(target, done.findings)
    family = FAMILIES.get(options.profile)
    try:
        _run_engines(done, runner, family, progress)
    except TooMuchTrouble:
        done.stopped = True
        done.findings.notes.append("stopped after three hangs or deaths; the rest was not run")
    _conclude(done, runner, family)
    return done


def _run_engines(done: Check, runner: Runner, family: Family | None, progress: Progress) -> None:
    target, options = runner.target, done.options
    with _timed(done, "points", progress):
        done.answers = _ask(runner)
        done.nearest = nearest_family(target, done.answers)
    row, fixed = row_of(done.answers, family)
    runner.judges = {kind: Judge(kind, row, fixed) for kind in target.kinds}
    rules = done.expected = matching(options.rule, options.profile)
    points = tuple(rule for rule in rules if rule in VARIATIONS)
    runner.demanded = frozenset(points)
    with _timed(done, "directed", progress) as tick:
        Rulebook(runner, done.answers, family, (rule for rule in rules if rule not in VARIATIONS)).run(tick)
        if family is not None:
            point_verdicts(runner, done.answers, family, points)
    grounds = {kind: Ground(target, runner.judges[kind], done.answers.novel) for kind in target.kinds}
    with _timed(done, "complete", progress) as tick:
        for kind in target.kinds:
            done.completed[kind.value] = complete(runner, grounds[kind], options.extra, tick)
    with _timed(done, "walk", progress) as tick:
        from iasyncinfo_conformance.walk import walk

        examples = QUICK_EXAMPLES if options.quick else EXAMPLES
        for kind in target.kinds:
            done.walked[kind.value] = len(walk(runner, grounds[kind], kind, options.seed, examples, tick))
    with _timed(done, "races", progress) as tick:
        why = _why_no_races(done)
        for kind in target.kinds:
            raced = Raced(NONE, why=why) if why else race(runner, grounds[kind], options.race_bound, tick)
            done.raced[kind.value] = raced
    if done.deviations:
        with _timed(done, "known", progress):
            run_known(runner, done.deviations)


def _why_no_races(done: Check) -> str:
    """Return why races would say nothing, or nothing."""
    if done.options.quick:
        return "a quick check runs none"
    if done.findings.failures or done.findings.faults:
        return "they run once everything sequential has passed"
    if not all(part.passed for part in done.completed.values()):
        return "the subject answers a point now so and now otherwise"
    return ""


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


@contextmanager
def _timed(done: Check, engine: str, progress: Progress) -> Iterator[Callable[[str], None]]:
    started = time.perf_counter()
    progress(engine, "")
    try:
        yield lambda at: progress(engine, at)
    finally:
        done.seconds[engine] = round(time.perf_counter() - started, 3)


# -- the conclusion -------------------------------------------------------------------------------


def _conclude(done: Check, runner: Runner, family: Family | None) -> None:
    if not done.expected:
        done.expected = matching(done.options.rule, done.options.profile)
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
    if not done.ran:
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
    modes = {part.mode for part in done.raced.values()}
    return next((mode for mode in (NONE, STOCHASTIC, EXHAUSTIVE) if mode in modes), NONE)


def replay_line(done: "Check", failure: Failure) -> str:
    """Return the command that runs a failure's word again."""
    target = done.target.name.removeprefix("exec:")
    subject = f"--exec {quoted(target)}" if done.target.name.startswith("exec:") else quoted(target)
    profile = "" if done.options.profile == STANDARD else f" --profile {done.options.profile}"
    schedule = f" --schedule {failure.schedule}" if failure.schedule else ""
    return f"iasyncinfo replay {subject} {quoted(failure.text)} --kind {failure.kind}{profile}{schedule}"


def quoted(text: str) -> str:
    """Return ``text`` as one word of a shell."""
    return shlex.quote(text)
