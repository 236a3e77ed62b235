"""What a process of the suite does first: it keeps its answers apart from whatever its guest prints."""

import os
from collections.abc import Callable
from typing import IO, Any

from iasyncinfo_conformance.children.descendants import die_with_parent
from iasyncinfo_conformance.children.frames import packed


def answers() -> IO[bytes]:
    """Return the pipe to the suite; from now on what this process prints goes to standard error.

    The process ends with the one that started it, and a copy of it that a guest forks answers nobody.
    """
    die_with_parent()
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_Deaf(os.getpid(), pipe.fileno()))
    return pipe


class _Deaf:
    """Points the answers of a forked copy to standard error."""

    def __init__(self, owner: int, descriptor: int) -> None:
        self._owner, self._descriptor = owner, descriptor

    def __call__(self) -> None:
        if os.getpid() != self._owner:
            os.dup2(2, self._descriptor)


def require_original(owner: int) -> None:
    """End this process at once where it is a copy that a guest has forked: the original goes on."""
    if os.getpid() != owner:
        os._exit(0)


def sender(pipe: IO[bytes]) -> Callable[[Any], None]:
    """Return what sends a value as a frame."""

    def send(value: Any) -> None:
        pipe.write(packed(value))
        pipe.flush()

    return send
