"""Silence, told: what has been waited for these two seconds, on standard error."""

import sys
import time
from typing import Final

from iasyncinfo_conformance.streams import let_go, wiped

SILENCE_SECONDS: Final = 2.0
"""How long a wait may be before it is told."""
_LONGEST_LOOK: Final = 0.25
"""Seconds between two looks that count: in more, this process was stopped, as by Ctrl-Z, and nobody could answer it."""


class Patience:
    """One wait, which ends in time: told once, when it has lasted :data:`SILENCE_SECONDS`."""

    def __init__(self, what: str, seconds: float) -> None:
        self.what = what
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        """Begin to wait anew: something has come."""
        self._looked = time.monotonic()
        self._waited = self._heard = 0.0
        self._told = False

    def hush(self) -> None:
        """Begin the silence anew, and not the wait: there was something else to do until now."""
        self._heard = self.waited

    @property
    def waited(self) -> float:
        """The seconds that have been waited, as far as this process ran."""
        now = time.monotonic()
        self._waited += min(now - self._looked, _LONGEST_LOOK)
        self._looked = now
        return self._waited

    @property
    def is_over(self) -> bool:
        """Whether it has lasted too long."""
        return self.waited >= self.seconds

    def slice(self, longest: float = 0.1) -> float:
        """Return for how many seconds to wait before the next look; tell of the wait where it has become long."""
        if self.waited - self._heard >= SILENCE_SECONDS and not self._told:
            self._told = True
            _tell(f"waiting for {self.what}, at most {self.seconds:g} s")
        return min(longest, max(0.0, self.seconds - self.waited))


def _tell(text: str) -> None:
    if sys.stderr is None:  # it was closed when this process began
        return
    try:
        clear = wiped() if sys.stderr.isatty() else ""
        print(f"{clear}iasyncinfo: {text}", file=sys.stderr, flush=True)
    except (OSError, ValueError):  # nobody is there to be told, which is no reason to stop
        let_go(sys.stderr)
        sys.stderr = None  # what is more important is told elsewhere
