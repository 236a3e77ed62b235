"""Silence, told: what has been waited for these two seconds, on standard error."""

import sys
import time
from typing import Final

SILENCE_SECONDS: Final = 2.0
"""How long a wait may be before it is told."""


class Patience:
    """One wait, which ends in time: told once, when it has lasted :data:`SILENCE_SECONDS`."""

    def __init__(self, what: str, seconds: float) -> None:
        self.what = what
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        """Begin to wait anew: something has come."""
        self._since = self._heard = time.monotonic()
        self._told = False

    def hush(self) -> None:
        """Begin the silence anew, and not the wait: there was something else to do until now."""
        self._heard = time.monotonic()

    @property
    def waited(self) -> float:
        """The seconds since the wait began."""
        return time.monotonic() - self._since

    @property
    def is_over(self) -> bool:
        """Whether it has lasted too long."""
        return self.waited >= self.seconds

    def slice(self, longest: float = 0.1) -> float:
        """Return for how many seconds to wait before the next look; tell of the wait where it has become long."""
        if time.monotonic() - self._heard >= SILENCE_SECONDS and not self._told:
            self._told = True
            _tell(f"waiting for {self.what}, at most {self.seconds:g} s")
        return min(longest, max(0.0, self.seconds - self.waited))


def _tell(text: str) -> None:
    clear = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{clear}iasyncinfo: {text}", file=sys.stderr, flush=True)
