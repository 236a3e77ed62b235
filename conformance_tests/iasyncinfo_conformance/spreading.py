"""Kinds checked at the same time, each in a process of its own.

A process runs a Python subject without any pipe between words. When one hangs or dies it is given up; the
caller then runs its kind again word by word, and finds out which word it was.
"""

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any, Final, TypeAlias

from iasyncinfo_conformance.depth import Depth, Progress, go_deep
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.findings import Failure, Findings
from iasyncinfo_conformance.inprocess import InProcess
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.judge import Judge
from iasyncinfo_conformance.options import Options
from iasyncinfo_conformance.runner import Runner, TooMuchTrouble
from iasyncinfo_conformance.target import Explored, Result, Target
from iasyncinfo_conformance.targets import is_python, load_start, load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.words import Word

Deep: TypeAlias = tuple[Depth, Findings]
_EXPLORING: Final = 20
"""How many times as long as a word a race may take whose schedules are explored."""


@dataclass(frozen=True)
class Task:
    """One kind to go deep on: the answers of the subject, what is asked, and what has failed already."""

    kind: Kind
    row: Family
    fixed: dict[str, str]
    novel: frozenset[str]
    options: Options
    demanded: frozenset[str]
    failures: tuple[Failure, ...] = field(default=())


class Spread:
    """Processes for the subjects that one target text names."""

    def __init__(self, text: str, timeout: float, processes: int) -> None:
        self._text = text
        self._timeout = timeout
        self._processes = processes

    def run(self, tasks: Sequence[Task], progress: Progress) -> Iterator[tuple[Task, Deep | None]]:
        """Yield each task with what came of it, or with None where its process hung or died."""
        with ThreadPoolExecutor(self._processes) as pool:
            yield from zip(tasks, pool.map(lambda task: self._run(task, progress), tasks), strict=True)

    def _run(self, task: Task, progress: Progress) -> Deep | None:
        command = [sys.executable, "-m", "iasyncinfo_conformance.spreading"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            with child.stdin:
                pickle.dump((self._text, self._timeout, task), child.stdin)
            try:
                return _received(child.stdout, progress)
            finally:
                child.kill()


def _received(frames: IO[bytes], progress: Progress) -> Deep | None:
    """Show the progress that a process tells until it tells what it found."""
    while True:
        try:
            what, told = pickle.load(frames)
        except (EOFError, pickle.UnpicklingError):
            return None
        match what:
            case "at":
                progress(*told)
            case "found":
                found: Deep = told
                return found
            case "fault":
                raise HarnessFault(told)


# -- in the process -------------------------------------------------------------------------------


class _Watched(InProcess):
    """A target that knows since when, and until when, a word may run."""

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


def main() -> None:
    """Take a task from standard input and send frames to standard output; end at once when a word hangs."""
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the subject prints must not look like a frame
    text, timeout, task = pickle.load(sys.stdin.buffer)

    def send(what: str, told: Any) -> None:
        pickle.dump((what, told), frames)
        frames.flush()

    try:
        with closing(_target(text, timeout, explores=not task.options.quick)) as target:
            send("found", _found(target, task, lambda engine, at: send("at", (engine, at))))
    except HarnessFault as fault:
        send("fault", str(fault))
    except TooMuchTrouble:
        pass  # the caller runs the kind again, and says which words they are
    frames.flush()
    os._exit(0)  # threads of the subject that never end are no reason to wait


def _target(text: str, timeout: float, *, explores: bool) -> Target:
    if not is_python(text):
        return load_target(text, timeout)
    target = _Watched(load_start(text), text, explores=explores)
    target.patience = timeout
    threading.Thread(target=_watch, args=(target, timeout), daemon=True).start()
    return target


def _watch(target: _Watched, timeout: float) -> None:
    while target.until > time.monotonic():
        time.sleep(timeout / 4)
    os._exit(1)


def _found(target: Target, task: Task, progress: Callable[[str, str], None]) -> Deep:
    findings = Findings(failures=list(task.failures), notes=[note for note in target.notes if "schedules" in note])
    runner = Runner(target, findings)
    judge = Judge(task.kind, task.row, task.fixed)
    runner.judges, runner.demanded = {task.kind: judge}, task.demanded
    depth = go_deep(runner, Ground(target, judge, task.novel), task.options, progress)
    findings.failures = findings.failures[len(task.failures) :]
    return depth, findings


if __name__ == "__main__":
    main()
