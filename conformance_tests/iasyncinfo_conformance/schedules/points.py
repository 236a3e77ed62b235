"""What a run of a race consists of: its points, its parts, and the ways in which it comes to no end."""

from typing import Final, NamedTuple, Protocol

from iasyncinfo_conformance.errors import RunEnds

MOST_POINTS: Final = 20_000
"""Points after which a race is said to spin."""
MOST_THREADS: Final = 3
LETTERS: Final = "ABC"
"""The names of the threads, in the order of the race."""
OUTSIDE: Final = MOST_THREADS
"""Who runs the steps before and after the race, counted as a thread."""

ACCESS_READ: Final = "read"
ACCESS_WRITE: Final = "write"
ACQUIRE: Final = "acquire"
RELEASE: Final = "release"
CONTENT: Final = "its items"
"""The name of what a container holds."""

Segment = tuple[int, int]
"""A thread, and the points after which it is stopped; 0 for none."""


class Stuck(RunEnds):
    """A run that comes to no end: a deadlock, or a thread that spins. No step of a word stops it."""


class Abandoned(RunEnds):
    """Raised in a thread of a race that is not run to its end."""


class Waitable(Protocol):
    """A lock, as the scheduler sees it."""

    holder: int | None
    number: int


class Begun(NamedTuple):
    """A part of a run in which one thread ran: from which point on, and whether it stopped another one."""

    thread: int
    at: int
    preempting: bool
