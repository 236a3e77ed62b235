"""What a type checker found of a subject's classes."""

from dataclasses import dataclass
from pathlib import Path

from iasyncinfo_conformance.record.findings import RuleVerdict
from iasyncinfo_spec.abi import Kind


@dataclass(frozen=True, slots=True)
class Mistyped:
    """One member that is not typed as its interface has it: where it is, what was expected, and what was found."""

    rule: str
    kind: Kind
    subject: str
    member: str
    expected: str
    found: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class TypesRun:
    """What a type checker looked at: so many classes; it passed over those that are no operations."""

    checker: str
    classes: int
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class TypesFound:
    """The verdicts on the rules on types, what is mistyped, and what was looked at, if anything was."""

    verdicts: tuple[RuleVerdict, ...]
    mistyped: tuple[Mistyped, ...] = ()
    run: TypesRun | None = None
