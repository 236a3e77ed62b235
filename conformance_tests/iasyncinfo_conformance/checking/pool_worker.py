"""A process that goes deep on the kinds of one target, one after the other; it ends itself when a word hangs.

Run as ``python -m iasyncinfo_conformance.checking.pool_worker TARGET SECONDS [--no-schedules]``. Tasks come pickled on
standard input; frames of progress, and at the end of each task one of what was found, go to standard output.
"""

import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from iasyncinfo_conformance.checking.one_kind import go_deep
from iasyncinfo_conformance.checking.pool import Deep, Task
from iasyncinfo_conformance.engines.session import Session, TooMuchTrouble
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.target import Explored, Result, Target
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import is_python, load_start, load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word

_EXPLORING: Final = 20
"""How many times as long as a word a race may take whose schedules are explored."""


class _Watched(InProcess):
    """A target that knows until when a word may run."""

    until = float("inf")
    patience = 0.0

    def run_word(self, kind: Kind, word: Word) -> list[Result]:
        """Run one word."""
        self.until = time.monotonic() + self.patience
        results = super().run_word(kind, word)
        self.until = float("inf")
        return results

    def explore_word(self, kind: Kind, word: Word, bound: int) -> Explored:
        """Explore the race of one word."""
        self.until = time.monotonic() + _EXPLORING * self.patience
        explored = super().explore_word(kind, word, bound)
        self.until = float("inf")
        return explored


def main(text: str, timeout: float, *, explores: bool) -> None:
    """Do tasks until there are no more, or until one fails."""
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the subject prints must not look like a frame

    def send(what: str, told: Any) -> None:
        pickle.dump((what, told), frames)
        frames.flush()

    import iasyncinfo_conformance.engines.walk  # noqa: F401  # slow to load, and by now there is time

    try:
        target = _target(text, timeout, explores=explores) if is_python(text) else None
        with suppress(EOFError):
            while True:
                task: Task = pickle.load(sys.stdin.buffer)
                target = target or load_target(text, timeout)  # a driver is started once it is needed
                send("found", _found(target, task, lambda engine, at: send("at", (engine, at))))
        if target is not None:
            target.close()
    except HarnessFault as fault:
        send("fault", str(fault))
    except TooMuchTrouble:
        pass  # the caller runs the kind again, and says which words they are
    os._exit(0)  # threads of the subject that never end are no reason to wait


def _target(text: str, timeout: float, *, explores: bool) -> Target:
    target = _Watched(load_start(text), text, explores=explores)
    target.patience = timeout
    threading.Thread(target=_watch, args=(target, timeout), daemon=True).start()
    return target


def _watch(target: _Watched, timeout: float) -> None:
    while target.until > time.monotonic():
        time.sleep(timeout / 4)
    os._exit(1)


def _found(target: Target, task: Task, progress: Callable[[str, str], None]) -> Deep:
    journal = Journal(failures=list(task.failures), hanging=set(task.hanging))
    extent = go_deep(Session.of(target, task.plan, journal), progress)
    journal.failures = journal.failures[len(task.failures) :]
    return extent, journal


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), explores="--no-schedules" not in sys.argv[3:])
