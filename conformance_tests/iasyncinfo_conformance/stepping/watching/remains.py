"""What remains of objects that have ended and were let go: whatever there is more and more of, nobody frees."""

import gc
import weakref
from collections.abc import Callable, Iterable
from math import inf
from time import monotonic
from typing import Any, Final, Protocol

from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside

TIMES: Final = 200
"""Objects in each of two rounds: a cache that holds no more is full after the first, and grows no more."""
SECONDS: Final = 0.8
"""What the first round may take where objects start slowly: a word has to be over within a few seconds."""


class Leaves(Protocol):
    """A run of a word."""

    def leave(self) -> dict[str, list[weakref.ref[Any]]]:
        """End the run and let go of everything; return what tells what of it is still there."""


def growing(run: Callable[[], Leaves]) -> list[str] | None:
    """Return of what there is more and more, the more often a word is run.

    Where objects start so slowly that there is no time for as many, and there is more of something, nobody can tell
    whether it is kept for good or in a cache: that is None.
    """
    left: dict[str, list[weakref.ref[Any]]] = {}
    with what_was_there_aside():
        count, first = _round(run, left, monotonic() + SECONDS)
        _, second = _round(run, left, count=count)
    grown = [name for name, alive in second.items() if alive - first.get(name, 0) > count // 2]
    return None if grown and count < TIMES else grown


def _round(
    run: Callable[[], Leaves], left: dict[str, list[weakref.ref[Any]]], until: float = inf, count: int = TIMES
) -> tuple[int, dict[str, int]]:
    """Run a word so many times, or once and for as long as there is time; return how often, and what is still there."""
    done = 0
    while done < count and (done == 0 or monotonic() < until):
        for name, references in run().leave().items():
            left.setdefault(name, []).extend(references)
        done += 1
    gc.collect()
    return done, {name: _alive(references) for name, references in left.items()}


def _alive(references: Iterable[weakref.ref[Any]]) -> int:
    return sum(reference() is not None for reference in references)
