"""Locks that another thread opens, and how long whoever waits for one does so without looking up."""

from __future__ import annotations

import sys
from threading import TIMEOUT_MAX
from time import monotonic

from iasyncinfo.generics import TYPE_CHECKING

if TYPE_CHECKING:
    from _thread import LockType

LOOK = 0.05 if "free-threading" in sys.version else 0.0
"""Seconds after which whoever waits looks up, 0 where nobody needs to.

Builds of CPython without the global lock leave what another thread drops to the thread that made it, which finalizes it
when it next runs. If that waits for the end of what a dropped producer was to end, it has to run for it.
"""


def acquire(gate: LockType, seconds: float = -1) -> bool:
    """Acquire a lock that another thread opens, for ever if ``seconds`` is -1; return whether it was opened."""
    if not LOOK:
        return gate.acquire(timeout=seconds)
    last = TIMEOUT_MAX if seconds < 0 else monotonic() + seconds
    while not gate.acquire(timeout=max(0, min(LOOK, last - monotonic()))):
        if monotonic() >= last:
            return False
    return True
