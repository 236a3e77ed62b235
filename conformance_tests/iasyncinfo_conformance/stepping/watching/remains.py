"""What remains of objects that have ended and were let go: whatever there is more and more of, nobody frees."""

import gc
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside

TIMES: Final = 200
"""Objects in each of two rounds: a cache that holds no more is full after the first, and grows no more."""


class Leaves(Protocol):
    """A run of a word."""

    def leave(self) -> dict[str, list[weakref.ref[Any]]]:
        """End the run and let go of everything; return what tells what of it is still there."""


def growing(run: Callable[[], Leaves]) -> list[str]:
    """Return of what there is more and more, the more often a word is run."""
    left: dict[str, list[weakref.ref[Any]]] = {}
    with what_was_there_aside():
        first = _round(run, left)
        second = _round(run, left)
    return [name for name, count in second.items() if count - first.get(name, 0) > TIMES // 2]


def _round(run: Callable[[], Leaves], left: dict[str, list[weakref.ref[Any]]]) -> dict[str, int]:
    for _ in range(TIMES):
        for name, references in run().leave().items():
            left.setdefault(name, []).extend(references)
    gc.collect()
    return {name: _alive(references) for name, references in left.items()}


def _alive(references: Iterable[weakref.ref[Any]]) -> int:
    return sum(reference() is not None for reference in references)
