"""The suite proves itself: one table of what it has to find, and what it found."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from iasyncinfo_conformance.checking.one_kind import Progress, silent
from iasyncinfo_conformance.counterexamples import COUNTEREXAMPLES
from iasyncinfo_conformance.selftest.examples import Caught, caught, false_alarms, right_targets
from iasyncinfo_conformance.selftest.kill_matrix import Matrix
from iasyncinfo_conformance.selftest.lines import Line, merged
from iasyncinfo_conformance.selftest.mutants.consumer_mutants import NAME as CONSUMER_MUTANTS
from iasyncinfo_conformance.selftest.mutants.consumer_mutants import consumer_mutants
from iasyncinfo_conformance.selftest.mutants.machines import MACHINE_LINES, machine_lines
from iasyncinfo_conformance.selftest.mutants.premise_mutants import PREMISE_LINES
from iasyncinfo_conformance.selftest.mutants.source_mutants import source_mutants
from iasyncinfo_conformance.selftest.mutants.sources import NAME as SOURCE_LINE
from iasyncinfo_conformance.selftest.mutants.sources import SAMPLE_SECONDS, sample, source_line, try_out
from iasyncinfo_conformance.selftest.premises import premise_lines
from iasyncinfo_conformance.selftest.spreading import spread
from iasyncinfo_conformance.selftest.vacuity import FLOOR, floor, missed
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES

COUNTEREXAMPLES_CAUGHT: Final = "wrong implementations caught by their rule"
NO_ALARMS: Final = "right implementations without an alarm"
_ORDER: Final = (
    *MACHINE_LINES, *PREMISE_LINES, COUNTEREXAMPLES_CAUGHT, NO_ALARMS, CONSUMER_MUTANTS, FLOOR, SOURCE_LINE,
)  # fmt: skip
_SMALL: Final = ("reference", "cppwinrt"), (Kind.OPERATION_WITH_PROGRESS,)
_WHOLE: Final = tuple(FAMILIES), tuple(Kind)


@dataclass
class Proof:
    """The lines of the table and the kill matrix."""

    full: bool
    lines: list[Line] = field(default_factory=list)
    matrix: Matrix = field(default_factory=Matrix)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every line is as it must be."""
        return all(line.holds for line in self.lines)


@dataclass(frozen=True)
class _Task:
    """One piece of work for a process: a function of this module's, its arguments, and what becomes of the result."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    take: Callable[[Any], Iterable[Line]]


def selftest(*, full: bool, processes: int, progress: Progress = silent) -> Proof:
    """Return the proof; ``full`` tries all families, kinds and source mutants, spread over so many processes."""
    started = time.perf_counter()
    proof = Proof(full)
    tasks = list(_tasks(proof))
    lines: list[Line] = []
    with closing(spread([(task.work, task.arguments) for task in tasks], processes)) as results:
        for done, (number, result) in enumerate(results, 1):
            progress("selftest", f"{done} of {len(tasks)}")
            lines += tasks[number].take(result)
    mutants = source_mutants() if full else sample()
    clock = time.perf_counter()
    tried = try_out(mutants, processes, None if full else SAMPLE_SECONDS, lambda at: progress("source mutants", at))
    lines.append(source_line(tried, len(mutants)))
    lines[-1].seconds = time.perf_counter() - clock
    for mutant, trial in tried:
        proof.matrix.of_source(mutant, trial)
    proof.lines = sorted(merged(lines), key=lambda line: _ORDER.index(line.name))
    proof.seconds = time.perf_counter() - started
    return proof


def _tasks(proof: Proof) -> Iterator[_Task]:
    """Yield the work, the longest pieces first."""
    families, kinds = _WHOLE if proof.full else _SMALL
    for family in families:
        for kind in kinds:
            yield _Task(machine_lines, (family, kind), list)
    for name in PREMISE_LINES:
        yield _Task(premise_lines, ((name,),), list)
    for name, rules in floor().items():
        yield _Task(missed, (name, rules), lambda found: [found])
    yield _Task(consumer_mutants, (), list)
    hard_first = sorted(COUNTEREXAMPLES, key=lambda entry: not (entry.hangs or entry.hidden))
    for entry in hard_first:
        yield _Task(caught, (entry.name,), lambda found: [_caught_line(proof, found)])
    for text in right_targets(families):
        yield _Task(_alarms, (text, proof.full), lambda line: [line])


def _caught_line(proof: Proof, found: Caught) -> Line:
    proof.matrix.of_counterexample(found)
    line = Line(COUNTEREXAMPLES_CAUGHT, seconds=found.seconds)
    line.count(found.caught, found.name)
    return line


def _alarms(text: str, thorough: bool) -> Line:
    started = time.perf_counter()
    alarms = false_alarms(text, thorough=thorough)
    line = Line(NO_ALARMS)
    line.count(not alarms, f"{text}: {'; '.join(alarms[:3])}")
    line.seconds = time.perf_counter() - started
    return line
