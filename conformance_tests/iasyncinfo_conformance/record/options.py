"""What a check is asked for."""

from dataclasses import dataclass, field
from typing import Final

from iasyncinfo_conformance.record.known import Known
from iasyncinfo_spec.standard import STANDARD

SEED: Final = 20200701
"""The seed of every run that names none: the same version gives the same verdict."""
EXAMPLES: Final = 150
"""Examples of the walk for each kind, by what they find and what a check may cost; ``walk_budget.py`` measures it."""
QUICK_EXAMPLES: Final = 20
EXTRA_STATES: Final = 1
RACE_BOUND: Final = 2
"""Preemptions in a schedule."""
LINGER: Final = 0.25
QUICK_LINGER: Final = 0.05
"""Seconds for which objects are left alone."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a check is asked for."""

    profile: str = STANDARD
    known: Known = field(default_factory=Known)
    seed: int = SEED
    rule: str = "*"
    quick: bool = False
    race_bound: int = RACE_BOUND
    """Preemptions in the schedules of races."""
    types: str = ""
    """The type checker that looks at the subject's classes; none does where it is empty."""
    extra_states: int | None = None
    """How many states an implementation may have more than the machine; 1 unless quick, which takes 0."""

    linger: float | None = None
    """For how many seconds objects are left alone; 0.25 unless quick, which takes 0.05."""

    deep: frozenset[tuple[str, str]] | None = None
    """The engines that go deep, each with a kind on which it is to be run; all on all where it is None."""

    recording: str = ""
    """The file, begun already, to which every word that is run is appended with what came."""

    def goes(self, engine: str, kind: str) -> bool:
        """Return whether an engine that goes deep is to be run on a kind."""
        return self.deep is None or (engine, kind) in self.deep

    @property
    def alone(self) -> float:
        """The seconds for which objects are left alone."""
        return (QUICK_LINGER if self.quick else LINGER) if self.linger is None else self.linger

    @property
    def examples(self) -> int:
        """The examples of the walk."""
        return QUICK_EXAMPLES if self.quick else EXAMPLES

    @property
    def extra(self) -> int:
        """The extra states of the complete suites."""
        return (0 if self.quick else EXTRA_STATES) if self.extra_states is None else self.extra_states
