"""When garbage is looked for, and where: never while somebody watches, and only among what is new."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_under_way: Final[list[None]] = []
"""Holds something while what was there is set aside."""


@contextmanager
def what_was_there_aside() -> Iterator[None]:
    """Let every collection inside look only through what was made inside; what was there before counts as held.

    Where something is set aside already, by an outer use of this or by the process itself, that is left as it is.
    """
    if _under_way or gc.get_freeze_count():  # to count takes as long as there is much: asked last
        yield
        return
    _under_way.append(None)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        _under_way.clear()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Keep the interpreter from collecting by itself: finalizers and callbacks of others would run in between."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
