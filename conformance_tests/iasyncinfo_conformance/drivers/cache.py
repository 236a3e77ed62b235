"""Where what is costly to make is kept between runs, and the lock under which it is made."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.errors import HarnessFault

_LOCK_SECONDS: Final = 1200.0
"""How long another process may be at work."""


def cache() -> Path:
    """Return the folder, as the XDG base directory specification has it: a relative path is to be ignored."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    root = configured if configured.is_absolute() else Path.home() / ".cache"
    return root / "iasyncinfo"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system frees whatever becomes of this process.

    Raises HarnessFault where another process holds it without end; where the system has no such locks there is none.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        patience = Patience(f"another process that is at work in {folder}", _LOCK_SECONDS)
        while not _lock(descriptor):
            if patience.is_over:
                raise HarnessFault(f"another process has been at work in {folder} for {patience.seconds:g} s. End it.")
            time.sleep(patience.slice())
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
