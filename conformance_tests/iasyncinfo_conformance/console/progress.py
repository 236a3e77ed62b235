"""The line that long work shows on a terminal: what runs, how much is done, and how long it may take."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.streams import wiped

CHECK: Final[Mapping[str, float]] = {
    "smoke": 0.3, "points": 0.4, "directed": 2.6, "complete": 0.8, "pairs": 0.1, "survey": 0.1, "walk": 1.2, "races": 1,
}  # fmt: skip
"""The engines of a check in their order, each with the seconds in which it is the furthest: they overlap.

They are the means of a check of the reference implementation and of README's fake, on two cores. Only ratios are
taken from here: how long a check takes is told by the engines that it has run.
"""
QUICK: Final[Mapping[str, float]] = {
    "smoke": 3, "points": 3, "directed": 7, "complete": 1, "pairs": 0.5, "survey": 0.5, "walk": 1, "races": 2,
}  # fmt: skip
"""The same of a quick check."""
_ENOUGH: Final = 0.1
"""The part that has to be done before anybody can say how long the rest may take."""

_STAYS_SECONDS: Final = 0.2


class _Line:
    """How far the work is; kinds run at the same time, so the engine that is furthest counts."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self._engines, self._seconds = list(seconds), list(seconds.values())
        self._started = time.monotonic()
        self._furthest = 0
        self._pace: float | None = None
        self._shown, self._until = ("", ""), 0.0

    def show(self, engine: str, at: str) -> None:
        """Show what runs now; what stands there stays for a while."""
        spent = time.monotonic() - self._started
        if (engine, at) == self._shown and spent < self._until:
            return
        self._shown, self._until = (engine, at), spent + _STAYS_SECONDS
        number = self._engines.index(engine) if engine in self._engines else 0
        self._arrive(number, spent)
        over_the_line(f"{engine} {at}".strip(), " · ".join(("", *self._told(number, spent))))

    def _arrive(self, number: int, spent: float) -> None:
        """Take the pace where an engine is the first of its name: from what all before it took."""
        before = sum(self._seconds[:number])
        if number > self._furthest and before > _ENOUGH * sum(self._seconds):
            self._pace = spent / before
        self._furthest = max(self._furthest, number)

    def _told(self, number: int, spent: float) -> Iterator[str]:
        if self._engines:
            yield f"{number + 1} of {len(self._engines)}"
        yield f"{spent:.0f} s"
        if self._pace is not None:
            here = self._pace * sum(self._seconds[: self._furthest + 1]) - spent
            after = self._pace * sum(self._seconds[self._furthest + 1 :])
            yield f"some {here + after:.0f} s more" if here > 0 else f"{after:.0f} s more, or longer"


@contextmanager
def progress_line(seconds: Mapping[str, float] | None = None) -> Iterator[Callable[[str, str], None]]:
    """Show on a terminal, in one line, what runs; nothing on a pipe. The line is gone however the work ends.

    ``seconds`` are those of the engines in their order, where they are known.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _engine, _at: None
        return
    line = _Line(seconds or {})
    try:
        yield line.show
    finally:
        over_the_line("")


def over_the_line(text: str, last: str = "") -> None:
    """Write over the line that stands there; of what does not fit, ``last`` stays."""
    with suppress(OSError, ValueError):  # a terminal that is gone is no reason to stop
        columns = max(1, shutil.get_terminal_size().columns - 1)  # what does not fit would stay
        last = last[-columns:]
        print(f"{wiped()}{one_line(text)[: columns - len(last)]}{last}", end="", file=sys.stderr, flush=True)
