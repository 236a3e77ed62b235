"""The line that long work shows on a terminal: what runs, how much is done, and how long it may take."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from iasyncinfo_conformance.escaping import one_line

CHECK: Final[Mapping[str, float]] = {
    "smoke": 1, "points": 1, "directed": 2, "complete": 30, "pairs": 6, "survey": 8, "walk": 32, "races": 20,
}  # fmt: skip
"""The engines of a check in their order, each with its share of the time, in parts of a hundred.

Rounded from a check of the reference implementation: it says when to look again, no more.
"""
_ENOUGH: Final = 0.1
"""The part that has to be done before anybody can say how long the rest may take."""


class _Line:
    """How far the work is; kinds run at the same time, so the engine that is furthest counts."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._before = {name: sum(list(shares.values())[:number]) for number, name in enumerate(shares)}
        self._whole = sum(shares.values())
        self._started = time.monotonic()
        self._furthest = 0.0

    def show(self, engine: str, at: str) -> None:
        """Show what runs now."""
        self._furthest = max(self._furthest, self._before.get(engine, 0.0))
        seconds = time.monotonic() - self._started
        over_the_line(" · ".join((f"{engine} {at}".strip(), *self._told(seconds))))

    def _told(self, seconds: float) -> Iterator[str]:
        done = self._furthest / self._whole if self._whole else 0.0
        if self._whole:
            yield f"{done:.0%}"
        yield f"{seconds:.0f} s"
        if done > _ENOUGH:
            yield f"some {seconds / done - seconds:.0f} s more"


@contextmanager
def progress_line(shares: Mapping[str, float] | None = None) -> Iterator[Callable[[str, str], None]]:
    """Show on a terminal, in one line, what runs; nothing on a pipe. The line is gone however the work ends.

    ``shares`` are the engines in their order with their shares of the time, where they are known.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _engine, _at: None
        return
    line = _Line(shares or {})
    try:
        yield line.show
    finally:
        over_the_line("")


def over_the_line(text: str) -> None:
    """Write over the line that stands there."""
    with suppress(OSError, ValueError):  # a terminal that is gone is no reason to stop
        columns = shutil.get_terminal_size().columns - 1  # what does not fit would stay
        print(f"\r\033[K{one_line(text)[:columns]}", end="", file=sys.stderr, flush=True)
