"""The lines of the table: how many of what the suite has to find it finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Line:
    """One claim: ``found`` of ``of``, at least the share ``need``, and what speaks against it by name.

    ``beside`` are numbers that are shown and prove nothing.
    """

    name: str
    of: int = 0
    found: int = 0
    need: float = 1.0
    beside: dict[str, int] = field(default_factory=dict)
    against: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the claim holds; of nothing at all it does not."""
        return self.of > 0 and self.found >= self.need * self.of

    @property
    def share(self) -> float:
        """The share that was found."""
        return self.found / self.of if self.of else 0.0

    def count(self, found: bool, name: str = "") -> None:
        """Count one case, and name it if it speaks against the claim."""
        self.of += 1
        self.found += found
        if not found and name:
            self.against.append(name)

    def aside(self, name: str, number: int = 1) -> None:
        """Count something that is shown beside the claim."""
        self.beside[name] = self.beside.get(name, 0) + number

    def add(self, other: "Line") -> None:
        """Count what another line of the same name has counted."""
        self.of += other.of
        self.found += other.found
        self.against += other.against
        self.seconds += other.seconds
        for name, number in other.beside.items():
            self.aside(name, number)


def merged(lines: Iterable[Line]) -> list[Line]:
    """Return lines of the same name as one, in the order in which the names come."""
    found: dict[str, Line] = {}
    for line in lines:
        if line.name in found:
            found[line.name].add(line)
        else:
            found[line.name] = line
    return list(found.values())
