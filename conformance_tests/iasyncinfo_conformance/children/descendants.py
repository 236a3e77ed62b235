"""The processes below this one, and their end.

Where the system lets a process adopt what its descendants leave behind (Linux: ``prctl(2)``,
PR_SET_CHILD_SUBREAPER), not even a grandchild that left its session stays. Where ``/proc`` is missing, process groups
have to do.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

_SET_PDEATHSIG: Final = 1
_SET_CHILD_SUBREAPER: Final = 36
_GET_CHILD_SUBREAPER: Final = 37
_PROC: Final = Path("/proc")
_SWEEP_SECONDS: Final = 5.0
"""How long the end of descendants is waited for; what the kernel itself holds does not die of a signal."""


def descendants(root: int) -> list[int]:
    """Return the processes below one, children before theirs; none where the system does not tell."""
    below: dict[int, list[int]] = {}
    for process, parent in _parents():
        below.setdefault(parent, []).append(process)
    found = list(below.get(root, ()))
    for process in found:
        found += below.get(process, ())
    return found


def children() -> set[int]:
    """Return the children of this process: fast, so that one that forks and forks is outrun."""
    try:
        tasks = [task / "children" for task in (_PROC / "self" / "task").iterdir()]
        return {int(child) for task in tasks for child in task.read_text().split()}
    except OSError:  # a thread has ended meanwhile, or the kernel does not tell it so
        return {process for process, parent in _parents() if parent == os.getpid()}


def _parents() -> Iterator[tuple[int, int]]:
    with suppress(OSError):
        for name in filter(str.isdecimal, os.listdir(_PROC)):
            with suppress(OSError, ValueError, IndexError):
                stat = (_PROC / name / "stat").read_bytes()
                # The name, in parentheses, may hold anything.
                yield int(name), int(stat.rpartition(b")")[2].split()[1])


def kill(process: int) -> None:
    """End one process; one that has gone is no trouble."""
    with suppress(OSError):
        os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def offer(process: int) -> None:
    """Offer a process to the system as the first to end where memory gives out: not the suite, nor what else runs."""
    with suppress(OSError):
        (_PROC / str(process) / "oom_score_adj").write_text("1000")


@contextmanager
def none_left() -> Iterator[None]:
    """Adopt what descendants leave behind, and end every process below this one that came meanwhile."""
    before = children()
    adopted = _adopts()
    adopt()
    try:
        yield
    finally:
        sweep(before)
        if not adopted:
            _prctl(_SET_CHILD_SUBREAPER, 0)


def adopt() -> None:
    """Become the parent of what descendants leave behind."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def sweep(but: Set[int] = frozenset()) -> None:
    """End every process below this one, but for some children and what is below them.

    Whoever loses its parent becomes a child of this process, so that children are all that there is to end.
    """
    deadline = time.monotonic() + _SWEEP_SECONDS
    before: Set[int] = frozenset()
    while (found := children() - but) and time.monotonic() < deadline:
        for process in found:
            kill(process)
        for process in found:
            _reap(process)
        if found == before:  # they take their time to die
            time.sleep(0.002)
        before = found


def _reap(process: int) -> None:
    with suppress(OSError):  # it is no child of ours, or somebody else has waited for it
        os.waitpid(process, os.WNOHANG)


def die_with_parent(number: int = getattr(signal, "SIGKILL", 0)) -> None:
    """Have this process end when the thread that started it does, however that one ends; by this signal."""
    _prctl(_SET_PDEATHSIG, number)


def _adopts() -> bool:
    import ctypes

    answer = ctypes.c_int(0)
    _prctl(_GET_CHILD_SUBREAPER, ctypes.byref(answer))
    return bool(answer.value)


def _prctl(option: int, argument: Any) -> None:
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, argument, 0, 0, 0)
