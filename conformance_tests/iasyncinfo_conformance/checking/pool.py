"""Kinds checked at the same time, in processes of their own.

A process runs a Python subject without any pipe between words. When one hangs or dies it is given up; the
caller then runs its kind again word by word, and finds out which word it was. The processes are started at
once, so that they have loaded everything by the time there is something to do. What they run is in
:mod:`iasyncinfo_conformance.checking.pool_worker`.
"""

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias

from iasyncinfo_conformance.engines.session import Plan
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.extent import Extent
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal

Deep: TypeAlias = tuple[Extent, Journal]
"""How far the engines went on a kind, and what they found."""


@dataclass(frozen=True)
class Task:
    """One kind to go deep on, what has failed already, and the steps that never answer."""

    plan: Plan
    failures: tuple[Failure, ...] = ()
    hanging: frozenset[Hashable] = frozenset()


class Pool:
    """Processes for the subjects that one target text names; a context manager, at whose end they are gone.

    ``explores`` says whether they will be asked for schedules of races, and ``timeout`` how many seconds a
    word may take.
    """

    def __init__(self, text: str, timeout: float, processes: int, *, explores: bool = True) -> None:
        self._arguments = text, repr(timeout), *(() if explores else ("--no-schedules",))
        self._processes = processes
        self._started: list[_Worker] = []
        self._idle = deque(self._start() for _ in range(processes))

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self.close()

    def run(self, tasks: Sequence[Task], progress: Callable[[str, str], None]) -> Iterator[tuple[Task, Deep | None]]:
        """Yield each task with what came of it, or with None where its process hung or died."""
        pool = ThreadPoolExecutor(self._processes)
        try:
            largest_first = sorted(tasks, key=lambda task: not task.plan.kind.has_progress)
            doing = {task.plan.kind: pool.submit(self._do, task, progress) for task in largest_first}
            for task in tasks:
                yield task, doing[task.plan.kind].result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()

    def close(self) -> None:
        """End the processes."""
        for worker in self._started:
            worker.kill()

    def _start(self) -> "_Worker":
        worker = _Worker(self._arguments)
        self._started.append(worker)
        return worker

    def _do(self, task: Task, progress: Callable[[str, str], None]) -> Deep | None:
        worker = self._idle.pop() if self._idle else self._start()
        found = worker.do(task, progress)
        if found is None:
            worker.kill()
        else:
            self._idle.append(worker)
        return found


class _Worker:
    """One process, which does one task after the other."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "iasyncinfo_conformance.checking.pool_worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def do(self, task: Task, progress: Callable[[str, str], None]) -> Deep | None:
        """Have a task done, and show the progress that the process tells until it tells what it found."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            pickle.dump(task, self._child.stdin)
            self._child.stdin.flush()
            while True:
                what, told = pickle.load(self._child.stdout)
                match what:
                    case "at":
                        progress(*told)
                    case "found":
                        found: Any = told
                        return found  # type: ignore[no-any-return]
                    case "fault":
                        raise HarnessFault(told)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            return None  # it has ended, by itself or because it hung

    def kill(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent any more
                    pipe.close()
