"""What is assumed of the open points: which of their options may be the object's.

An explanation of a log rarely needs one answer to a point: whether the worker hears of a cancel shows in no call.
So a point is kept with all options that explain what was noticed, and only options that make a difference are
told apart. A point that is not named may be answered in any way.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

Assumption: TypeAlias = frozenset[tuple[str, frozenset[str]]]

NONE: Final[Assumption] = frozenset()


def both(one: Assumption, other: Assumption) -> Assumption | None:
    """Return what is assumed where both are, or None where they contradict each other."""
    if one == other or not other:
        return one
    options = dict(one)
    for point, admitted in other:
        options[point] = common = options.get(point, admitted) & admitted
        if not common:
            return None
    return frozenset(options.items())


def is_within(narrow: Assumption, wide: Assumption) -> bool:
    """Return whether whoever assumes the one assumes the other."""
    options = dict(narrow)
    return all(options.get(point, admitted | {""}) <= admitted for point, admitted in wide)


def joined(assumptions: Iterable[Assumption], admitted: Callable[[str], frozenset[str]]) -> set[Assumption]:
    """Return fewer assumptions that say the same: those that differ in one point are one."""
    found, before = set(assumptions), 0
    while len(found) != before:
        before = len(found)
        for point in sorted({point for each in found for point, _ in each}):
            found = _joined_at(point, found, admitted(point))
    return found


def _joined_at(point: str, assumptions: Iterable[Assumption], admitted: frozenset[str]) -> set[Assumption]:
    by_rest: dict[Assumption, frozenset[str]] = {}
    for each in assumptions:
        options = dict(each)
        here = options.pop(point, admitted)
        rest = frozenset(options.items())
        by_rest[rest] = by_rest.get(rest, frozenset()) | here
    return {rest if here >= admitted else rest | {(point, here)} for rest, here in by_rest.items()}


class Known:
    """The assumptions under which something was found, none of them within another."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept: list[Assumption] = []

    def add(self, new: Assumption) -> bool:
        """Keep another assumption, and return whether it was not within one that is kept."""
        if any(is_within(new, each) for each in self.kept):
            return False
        self.kept = [each for each in self.kept if not is_within(each, new)]
        self.kept.append(new)
        return True
