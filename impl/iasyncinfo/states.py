"""The states of the life cycle, and what each of them shows.

They are plain integers in this order so that a question about several of them is one comparison:
below COMPLETED the work runs and the operation is open; from CLOSED on every member refuses.
"""

from __future__ import annotations

from iasyncinfo.generics import TYPE_CHECKING
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from typing import Final

STARTED: Final = 0
CANCEL_PENDING: Final = 1
COMPLETED: Final = 2
CANCELED: Final = 3
ERROR: Final = 4
CLOSED: Final = 5
CLOSED_RUNNING: Final = 6
"""Closed while a cancel was pending: the work still runs."""

STATUS: Final = (
    AsyncStatus.STARTED,
    AsyncStatus.CANCELED,
    AsyncStatus.COMPLETED,
    AsyncStatus.CANCELED,
    AsyncStatus.ERROR,
    AsyncStatus.CANCELED,
    AsyncStatus.CANCELED,
)
"""The status of each state. A closed operation has none to read: there it is what its handler is told."""

WORDS: Final = (
    "started",
    "cancel pending",
    "completed",
    "canceled",
    "error",
    "closed",
    "closed, work still running",
)

# The Completed slot: nothing was put; the handler (or null) that was put; it is being called or was.
EMPTY: Final = 0
HELD: Final = 1
SPENT: Final = 2
