"""What a consumer's process and the suite say to one another."""

from dataclasses import dataclass
from typing import NamedTuple

from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word


class UnderSchedule(NamedTuple):
    """What was seen under one schedule, and what the threads did, where that was asked for."""

    schedule: str
    seen: Seen
    trace: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """What a process says of its consumer before the first situation."""

    kinds: tuple[Kind, ...]
    is_async: bool
    progress: bool
    can_give_up: bool
    time_limit: float | None
    application: bool


@dataclass(frozen=True, slots=True)
class CannotStart:
    """Why there is no consumer."""

    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One situation to be met; ``patience`` is a share of the real time that is usually waited.

    ``unscheduled`` says why it is met on real threads, where it could be tried under a scheduler.
    """

    situation: Word
    kind: Kind
    patience: float = 1.0
    unscheduled: str = ""


@dataclass(frozen=True, slots=True)
class Switches:
    """A situation of which every schedule with at most ``bound`` preemptions is asked for, or the one that is named."""

    situation: Word
    kind: Kind
    bound: int = 0
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Switched:
    """What was seen under schedules: of those that come to the same, the first."""

    schedules: int = 0
    found: tuple[UnderSchedule, ...] = ()
    why: str = ""
    """Why no schedule can be chosen, or no more are tried."""
