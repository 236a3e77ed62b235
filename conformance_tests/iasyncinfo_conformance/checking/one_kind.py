"""What goes deep on one kind, in this order: the complete suites, the walk, and races where nothing has failed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from iasyncinfo_conformance.engines.complete import Completed, complete
from iasyncinfo_conformance.engines.races import NONE, Raced, race
from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.record.findings import Failure, Findings
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family

Progress: TypeAlias = Callable[[str, str], None]
"""Called with the engine's name and what it is at."""


def silent(_engine: str, _at: str) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Task:
    """One kind to go deep on: the answers of the subject, what is asked, and what has failed already."""

    kind: Kind
    row: Family
    fixed: dict[str, str]
    novel: frozenset[str]
    options: Options
    demanded: frozenset[str]
    failures: tuple[Failure, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Depth:
    """What was run of one kind, and the seconds of each engine; ``walked`` counts the cells that the walk touched."""

    completed: Completed
    walked: int
    raced: Raced
    seconds: dict[str, float]


def go_deep(runner: Runner, ground: Ground, options: Options, progress: Progress) -> Depth:
    """Run the engines on one kind; what they find is written down by the runner."""
    from iasyncinfo_conformance.engines.walk import walk

    seconds: dict[str, float] = {}
    with timed(seconds, "complete", progress) as tick:
        completed = complete(runner, ground, options.extra, tick, quick=options.quick)
    with timed(seconds, "walk", progress) as tick:
        touched = walk(runner, ground, ground.kind, options.seed, options.examples, tick)
    with timed(seconds, "races", progress) as tick:
        why = _why_no_races(runner.findings, completed, options)
        raced = Raced(NONE, why=why) if why else race(runner, ground, options.race_bound, tick)
    return Depth(completed, len(touched), raced, seconds)


def _why_no_races(findings: Findings, completed: Completed, options: Options) -> str:
    """Return why races would say nothing, or nothing."""
    if options.quick:
        return "a quick check runs none"
    if findings.failures or findings.faults:
        return "they run once everything sequential has passed"
    return "" if completed.passed else "the subject answers a point now so and now otherwise"


@contextmanager
def timed(seconds: dict[str, float], engine: str, progress: Progress) -> Iterator[Callable[[str], None]]:
    """Measure an engine, and show what it is at."""
    started = time.perf_counter()
    progress(engine, "")
    try:
        yield lambda at: progress(engine, at)
    finally:
        seconds[engine] = round(time.perf_counter() - started, 3)
