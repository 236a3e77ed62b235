"""What was found of a consumer, beside its verdicts: its answers, and how it fared in each situation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS


class Fared(StrEnum):
    """How a consumer fared in a situation, the best first."""

    KEPT = "kept"
    HAZARD = "hazard"
    """A rule was not kept that is a SHOULD there: of that level, or in front of a breach or of a rude component."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Met:
    """One situation in front of one family, with the rules that were not kept there, in whatever kind."""

    name: str
    family: str
    tier: str
    fared: Fared
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Switching:
    """How many schedules of how many situations were explored, or why they were not to their end."""

    schedules: int = 0
    situations: int = 0
    bound: int = 0
    """Preemptions in each, at most."""
    why: str = ""


NOT_SWITCHED: Final = Switching()


@dataclass(frozen=True, slots=True)
class Consumed:
    """A consumer as it was run: ``manner`` is asynchronous, synchronous or application."""

    manner: str
    answers: Mapping[str, str] = field(default_factory=dict)
    on_threads: int = 0
    """In how many runs it blocked its thread, so that real time had to be waited for."""
    situations: tuple[Met, ...] = ()
    switching: Switching = NOT_SWITCHED
    unscheduled: str = ""
    """Why those that blocked its thread were not played under the scheduler."""

    def is_harmless(self, point: str) -> bool:
        """Return whether a point is answered, and without any danger; no consumer answers those of implementations."""
        asked, shown = CONSUMER_POINTS.get(point), self.answers.get(point, "").split(", ")
        if asked is None:
            return True
        given = [option for option in asked.options if option.name in shown]
        return bool(given) and not any(option.hazard for option in given)
