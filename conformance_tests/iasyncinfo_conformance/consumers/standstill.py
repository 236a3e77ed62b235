"""A process that ends itself where it waits for what no scheduler sees: a read of a pipe, a lock of another module."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SECONDS: Final = 2.5
"""Real seconds for which a process uses no processor before it is said to stand still."""
_LOOKS: Final = 25
_EXIT_CODE: Final = 70


@contextmanager
def ends_where_it_stands_still() -> Iterator[None]:
    """End this process where nothing is computed meanwhile: the thread that has to go on cannot be woken."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(over,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(over: threading.Event) -> None:
    still = 0
    used = time.process_time()
    while not over.wait(_SECONDS / _LOOKS):
        now = time.process_time()
        still = still + 1 if now - used < _SECONDS / _LOOKS / 10 else 0
        used = now
        if still >= _LOOKS:
            os._exit(_EXIT_CODE)
