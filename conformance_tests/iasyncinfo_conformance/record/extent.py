"""How far the engines went on one kind."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from iasyncinfo_conformance.record.moves import Move, WrongMove

REDUCED: Final = (
    "Left out: id, but with itself; steps that only read, or that change nothing where they are taken, among "
    "themselves; renamings of handlers; a preemption where three threads race; schedules that differ only in the order "
    "of accesses that do not conflict."
)
"""What the race matrix and its schedules leave out."""


class RaceMode(StrEnum):
    """How races were run, the weakest first."""

    NONE = "none"
    STOCHASTIC = "stochastic"
    """On threads let loose."""
    EXHAUSTIVE = "exhaustive"
    """Under every schedule up to a bound."""


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """What was run of the complete suites: the size of the plain machine, of its suite, and the cells that were met.

    ``programs`` counts the handlers that call back with which it ran, ``values`` the other sets of values.
    """

    states: int
    inputs: int
    tests: int
    steps: int
    cells: int
    covered: int
    programs: int
    values: int
    passed: bool
    paired: int = 0
    """The words over two objects that were run."""


NO_SUITE: Final = SuiteRun(0, 0, 0, 0, 0, 0, 0, 0, passed=False)
"""Nothing was run."""


@dataclass(frozen=True, slots=True)
class Raced:
    """What was run of the race matrix; ``why`` says why there was no more, where there could have been."""

    mode: RaceMode
    cells: int = 0
    schedules: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lingered:
    """How many objects were left alone at the same time, and for how long; ``why`` says why none were."""

    seconds: float = 0.0
    objects: int = 0
    why: str = "not run"


NOT_LINGERED: Final = Lingered()


@dataclass(frozen=True, slots=True)
class Extent:
    """What was run of one kind, and the seconds of each engine; ``walked`` counts the cells that the walk touched."""

    suite: SuiteRun
    walked: int
    raced: Raced
    seconds: dict[str, float]
    moves: tuple[Move, ...] = ()
    """Every step that the complete suites took, by the state in which they took it."""
    wrong: tuple[WrongMove, ...] = ()
    """Those that are not as the machine has them."""
