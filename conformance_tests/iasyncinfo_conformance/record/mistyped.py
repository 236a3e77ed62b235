"""One finding of a type checker."""

from dataclasses import dataclass
from pathlib import Path

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
