"""Alternating rounds: every round measures each contestant once, in turn, so that a slow minute hits all alike."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

ROUNDS: Final = 21

Measure = Callable[[], float]
"""Measures once and returns seconds, or whatever unit the scenario has."""


@dataclass(frozen=True)
class Bound:
    """A peer and how much of its cost is allowed."""

    peer: str
    measure: Measure
    at_most: float


@dataclass(frozen=True)
class Scenario:
    """One line of the table: our measure, and the peers that it is held against."""

    name: str
    measure: Measure
    bounds: tuple[Bound, ...]
    unit: str = "us"
    scale: float = 1e6
    """By what a measure is multiplied to be printed in ``unit``."""
    threads: bool = False
    """Whether threads take turns: they are then kept on one processor, where the system allows it."""


@dataclass(frozen=True)
class Measured:
    """What the rounds of a scenario came to, against one peer."""

    scenario: Scenario
    bound: Bound
    ours: float
    theirs: float
    ratio: float
    """The median of the ratios within each round, not the ratio of the medians."""

    @property
    def inside(self) -> bool:
        """Whether the ratio keeps the bound."""
        return self.ratio <= self.bound.at_most


def play(scenario: Scenario) -> Iterator[Measured]:
    """Warm every contestant up, run the rounds, and yield one finding for each peer."""
    contestants = [scenario.measure, *(bound.measure for bound in scenario.bounds)]
    with _one_processor(scenario.threads):
        for measure in contestants:
            measure()
        rounds = [[measure() for measure in contestants] for _ in range(ROUNDS)]
    ours = median(times[0] for times in rounds)
    for position, bound in enumerate(scenario.bounds, start=1):
        theirs = median(times[position] for times in rounds)
        ratio = median(times[0] / times[position] for times in rounds)
        yield Measured(scenario, bound, ours, theirs, ratio)


@contextmanager
def _one_processor(wanted: bool) -> Iterator[None]:
    """Keep this thread, and those that it starts, on one processor.

    Whether the system runs two threads that wait for each other on one processor or on two changes what a turn
    costs by five times, for every contestant, and is decided anew again and again: the ratio would be chance.
    """
    if not wanted or not hasattr(os, "sched_setaffinity"):
        yield
        return
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, processors)
