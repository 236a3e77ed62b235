"""What the threads of a race did, with the lines of their sources: collected only when a schedule is replayed."""

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from iasyncinfo_conformance.schedules.points import ACQUIRE, OUTSIDE, RELEASE
from iasyncinfo_conformance.schedules.scheduler import Scheduler
from iasyncinfo_conformance.target import Moment


class Trace(list[tuple[str, int, Any]]):
    """The log of a run that remembers where in the sources each point was passed."""

    def __init__(self, scheduler: Scheduler, files: set[str]) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._files = files
        self.moments: list[Moment] = []

    def append(self, point: tuple[str, int, Any]) -> None:
        """Note a point."""
        what, _, name = point
        self.note(what if what in (ACQUIRE, RELEASE) else f"{what} {name}")
        super().append(point)

    def note(self, what: str) -> None:
        """Note what the thread that runs is about to do."""
        thread = self._scheduler.me
        if thread == OUTSIDE:
            return
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self._files:
            frame = frame.f_back
        file, line = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        self.moments.append(Moment(thread, what, file, line, linecache.getline(file, line).strip()))


@contextmanager
def tracing(scheduler: Scheduler, files: set[str]) -> Iterator[Trace]:
    """Collect a trace of what is run meanwhile."""
    log, scheduler.log = scheduler.log, Trace(scheduler, files)
    scheduler.listener = scheduler.log.note
    try:
        yield scheduler.log
    finally:
        scheduler.log, scheduler.listener = log, None
