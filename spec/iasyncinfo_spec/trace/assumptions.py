"""What is assumed of the open points: which of their options may be the object's.

An explanation of a log rarely needs one answer to a point: whether the worker hears of a cancel shows in no call.
So a point is kept with all options that explain what was noticed, and only options that make a difference are
told apart. An assumption has a bit for each option of each point that a row leaves open: set where the option may
be the answer.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from iasyncinfo_spec.trace.machine import RowMachine
from iasyncinfo_spec.variations import VARIATIONS, Answered

Assumption: TypeAlias = int


class OpenPoints:
    """The points that a machine's row leaves open, and what may be assumed of them; ``anything`` assumes nothing."""

    def __init__(self, machine: RowMachine) -> None:
        self._bits: dict[tuple[str, str], int] = {}
        self._all: Mapping[str, int] = {
            point: sum(self._bit(point, option) for option in machine.admitted(point))
            for point in VARIATIONS
            if point not in machine.fixed
        }
        self.anything: Assumption = sum(self._all.values())

    def _bit(self, point: str, option: str) -> int:
        return self._bits.setdefault((point, option), 1 << len(self._bits))

    def answered(self, answers: Answered) -> Assumption:
        """Return what is assumed where points are answered so."""
        assumed = self.anything
        for point, option in answers:
            assumed &= ~self._all[point] | self._bits[point, option]
        return assumed

    def both(self, one: Assumption, other: Assumption) -> Assumption | None:
        """Return what is assumed where both are, or None where they contradict each other."""
        common = one & other
        if common in (one, other) or all(common & options for options in self._all.values()):
            return common
        return None

    def joined(self, assumptions: Iterable[Assumption]) -> set[Assumption]:
        """Return fewer assumptions that say the same: those that differ in one point are one."""
        found, before = set(assumptions), 0
        while 1 < len(found) != before:
            before = len(found)
            for options in self._all.values():
                if any(options & ~each for each in found):
                    found = _joined_at(options, found)
        return found


def _joined_at(options: int, assumptions: Iterable[Assumption]) -> set[Assumption]:
    by_rest: dict[Assumption, int] = {}
    for each in assumptions:
        rest = each & ~options
        by_rest[rest] = by_rest.get(rest, 0) | each
    return set(by_rest.values())


def is_within(narrow: Assumption, wide: Assumption) -> bool:
    """Return whether whoever assumes the one assumes the other."""
    return not narrow & ~wide


class Known:
    """The assumptions under which something was found, none of them within another."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept: list[Assumption] = []

    def add(self, new: Assumption) -> bool:
        """Keep another assumption, and return whether it was not within one that is kept."""
        if any(not new & ~each for each in self.kept):
            return False
        self.kept = [each for each in self.kept if each & ~new]
        self.kept.append(new)
        return True
