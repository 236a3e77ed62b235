"""A process that ends itself where it waits for what no scheduler sees: a read of a pipe, a lock of another module."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SECONDS: Final = 2.5
"""Real seconds for which a process uses no processor before it is said to stand still."""
_BUSY_SECONDS: Final = 2.0
"""Seconds of the processor in which a run comes to its end, or to none."""
_LOOKS: Final = 25
EXIT_CODE: Final = 70
"""The exit code of a process that has ended itself so."""


@contextmanager
def ends_where_it_stands_still(*, busy: bool = False) -> Iterator[None]:
    """End this process where nothing is computed meanwhile: the thread that has to go on cannot be woken.

    With ``busy`` it is ended, too, where too much is: no switch point is passed.
    """
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(over, _BUSY_SECONDS if busy else float("inf")), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(over: threading.Event, most: float) -> None:
    still = 0
    begun = used = time.process_time()
    while not over.wait(_SECONDS / _LOOKS):
        now = time.process_time()
        still = still + 1 if now - used < _SECONDS / _LOOKS / 10 else 0
        used = now
        if still >= _LOOKS or now - begun > most:
            os._exit(EXIT_CODE)
