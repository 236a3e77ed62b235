"""What a process of the suite does first: it keeps its pipes apart from what its guest reads and prints."""

import os
import signal
from collections.abc import Callable
from typing import IO, Any

from iasyncinfo_conformance.children.descendants import die_with_parent
from iasyncinfo_conformance.children.frames import packed

_inside = False


def is_inside() -> bool:
    """Return whether this process is one of the suite's own, whose standard output and error are nobody's."""
    return _inside


def pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Return the pipes from and to the suite: from now on this process reads nothing, and prints to standard error.

    It ends with the one that started it and of a SIGINT, and a copy of it that a guest forks answers nobody.
    """
    global _inside
    _inside = True
    die_with_parent()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a KeyboardInterrupt is the guest's own then
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_Deaf(os.getpid(), answers.fileno()))
    return asked, answers


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
