"""The deterministic cover: every reachable configuration, and every step from it, at least once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.comparison import Ids, difference
from iasyncinfo_conformance.findings import Failure, Hazard
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.judge import Finding
from iasyncinfo_conformance.runner import Runner
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.tables import RUNNING_STATES
from iasyncinfo_spec.words import Step, Word, format_word

ENGINE: Final = "cover"
Cell = tuple[Configuration, Step]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the cells that a subject supports were run."""

    cells: int
    covered: int


def cover(runner: Runner, ground: Ground, kind: Kind, tick: Callable[[str], None]) -> Coverage:
    """Run an access word and one more step for every configuration and every step from it."""
    system = ground.system(programs=True)
    covered: set[Cell] = set()
    tick(kind.value)
    words = [_with_look(ground, word) for word in access_words(system)]
    for word, results in runner.run_many(ENGINE, kind, words):
        if results is None:
            continue
        covered |= _cells(system, word)
        if not _as_predicted(system, word, results):
            record(runner, kind, word, ground.judge.judge(word, results), ENGINE)
    return Coverage(sum(map(len, system.edges.values())), len(covered))


def _with_look(ground: Ground, word: Word) -> Word:
    """Return a word with a last look at everything that can be read, so that no step changes it unseen."""
    here = ground.follow(word)
    looks = (step for step in _LOOK if step in ground.inputs)
    return (*word, *(step for step in looks if here is not None and ground.known(here, step)))


_LOOK: Final[Word] = (
    ("status",),
    ("error_code",),
    ("get_results",),
    ("get_completed",),
    ("get_progress",),
    ("cancel_notifications",),
)


def access_words(system: System) -> list[Word]:
    """Return the shortest word to every configuration, followed by every step that can be taken there."""
    return [(*system.access[here], step) for here in system.configurations for step in system.edges[here]]


def record(runner: Runner, kind: Kind, word: Word, finding: Finding | None, engine: str) -> None:
    """Write a finding down: a broken rule is a failure, an odd answer to a point a hazard."""
    if finding is None:
        return
    upto, found = word[: finding.step], finding.difference
    if finding.breaks_rule or (finding.cites in runner.demanded and not finding.mixed):
        runner.findings.failed(Failure(finding.cites, kind, upto, finding.step, found.allowed, found.actual, engine))
        return
    if all(hazard.point != finding.cites or "otherwise" not in hazard.why for hazard in runner.findings.hazards):
        about = (
            "answers this point otherwise here" if finding.mixed else "answers this point as no family does otherwise"
        )
        why = f"{about}: {found.actual}; its other answers lead to: {found.allowed}"
        runner.findings.hazards.append(Hazard(finding.cites, f"{kind} {format_word(upto)}", why))


def _as_predicted(system: System, word: Word, results: list[Result]) -> bool:
    """Return whether a run went as the system's edges say: a quick look before the judge's long one."""
    here, ids = system.configurations[0], Ids()
    for step, result in zip(word, results, strict=True):
        edge = system.edges[here][step]
        here = edge.dest
        if difference(edge.prediction, result, ids, running=here.life in RUNNING_STATES) is not None:
            return False
    return True


def _cells(system: System, word: Word) -> set[Cell]:
    """Return the (configuration, step) pairs that a word goes through."""
    here, found = system.configurations[0], set[Cell]()
    for step in word:
        found.add((here, step))
        here = system.edges[here][step].dest
    return found
