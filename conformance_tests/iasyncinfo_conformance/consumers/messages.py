"""What a consumer's process and the suite say to one another."""

from dataclasses import dataclass

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word


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
    """One situation to be met; ``patience`` is a share of the real time that is usually waited."""

    situation: Word
    kind: Kind
    patience: float = 1.0
