"""Looking for garbage among what is new: how long it takes does not depend on what else the process holds."""

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
