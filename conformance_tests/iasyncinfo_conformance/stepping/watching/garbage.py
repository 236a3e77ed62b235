"""When garbage is looked for, and where: never while somebody watches, and only among what is new."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def what_was_there_aside() -> Iterator[None]:
    """Let every collection inside look only through what was made inside; what was there before counts as held.

    Where something is set aside already, by an outer use of this or by the process itself, that is left as it is.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
