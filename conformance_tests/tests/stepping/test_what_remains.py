"""Whether more and more is kept is told of as many objects as there is time for."""

import weakref
from collections import deque
from typing import Any

import pytest

from iasyncinfo_conformance.stepping.watching import remains
from iasyncinfo_conformance.stepping.watching.remains import growing


class Kept:
    """What somebody may keep."""


class Run:
    """A run whose object is kept in a shelf of some length."""

    def __init__(self, shelf: deque[Kept]) -> None:
        self.shelf = shelf

    def leave(self) -> dict[str, list[weakref.ref[Any]]]:
        """Let go of the object."""
        kept = Kept()
        self.shelf.append(kept)
        return {"the object": [weakref.ref(kept)]}


@pytest.mark.parametrize(
    ("length", "seconds", "told"),
    [(0, 60.0, []), (64, 60.0, []), (None, 60.0, ["the object"]), (0, -1.0, []), (64, -1.0, None), (None, -1.0, None)],
)
def test_a_leak_is_told_from_a_cache_where_there_is_time_for_enough_objects(
    length: int | None, seconds: float, told: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where objects start too slowly what is seen may be either; that nothing is kept can be told of a few."""
    monkeypatch.setattr(remains, "SECONDS", seconds)
    shelf: deque[Kept] = deque(maxlen=length)
    assert growing(lambda: Run(shelf)) == told
