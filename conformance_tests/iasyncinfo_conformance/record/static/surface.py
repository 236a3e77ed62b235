"""What was found of a component's surface."""

from dataclasses import dataclass
from pathlib import Path

from iasyncinfo_conformance.record.clean import escape_fields
from iasyncinfo_conformance.record.known import Exemption


@dataclass(frozen=True, slots=True)
class Offender:
    """One thing whose type or name is not as a component's has to be."""

    rule: str
    name: str
    found: str
    instead: str
    file: Path
    line: int


@dataclass(frozen=True)
class Surface:
    """What was found of a component; ``untyped`` are the things whose types are not told."""

    package: str
    checker: str
    looked_at: int
    offenders: tuple[Offender, ...]
    exempt: tuple[Exemption, ...]
    stale: tuple[Exemption, ...]
    untyped: tuple[str, ...]

    def __post_init__(self) -> None:
        """Hold nothing raw that a component's sources say."""
        escape_fields(self)

    @property
    def passes(self) -> bool:
        """Whether there is no offender that is not exempt, and no exemption that is stale."""
        return not self.offenders and not self.stale
