"""An event loop whose thread is one of a scheduler's: where it has nothing to do, others run, or time passes."""

import asyncio
import selectors
from typing import Any, Final, NoReturn

from iasyncinfo_conformance.errors import RunEnds
from iasyncinfo_conformance.schedules.points import ACCESS_READ, CONTENT, OUTSIDE
from iasyncinfo_conformance.schedules.timed import NEVER, Alarm, TimedScheduler

OUTSIDE_WORLD: Final = "it waits for files, processes or other hosts, of which no scheduler knows"


class SwitchedLoop(asyncio.SelectorEventLoop):
    """An event loop of a thread of a scheduler's; the thread that makes it is its own."""

    def __init__(self, scheduler: TimedScheduler) -> None:
        self._scheduler = scheduler
        self._owner = scheduler.me
        self._alarm = Alarm()
        self._is_woken = False
        self._unheard: list[asyncio.Handle] = []
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._scheduler.clock

    def call_soon(  # type: ignore[override]
        self, callback: Any, *arguments: Any, context: Any = None
    ) -> asyncio.Handle:
        """Have a function called soon; asked by another thread, only once something else wakes the loop."""
        if self._scheduler.me == self._owner:
            return super().call_soon(callback, *arguments, context=context)
        handle = asyncio.Handle(callback, arguments, self, context)
        self._unheard.append(handle)
        return handle

    def run_in_executor(self, *_: object) -> NoReturn:
        """Refuse: threads that it starts are nobody's to switch."""
        self._scheduler.refuse_thread()

    def wait(self, timeout: float | None) -> None:
        """Have the thread wait until it is woken, or so many seconds have passed."""
        scheduler = self._scheduler
        if scheduler.me == OUTSIDE:
            raise RunEnds("nothing is left that could happen")
        scheduler.touch(ACCESS_READ, id(self), CONTENT)
        if not self._is_woken and (timeout is None or timeout > 0):
            scheduler.wait_for(self._alarm, NEVER if timeout is None else scheduler.clock + timeout)
        self._is_woken = False
        while self._unheard:
            self._ready.append(self._unheard.pop(0))  # type: ignore[attr-defined]

    def refuse_the_world(self) -> None:
        """Refuse what only a real selector sees."""
        self._scheduler.refuse(OUTSIDE_WORLD)

    def _write_to_self(self) -> None:
        self._is_woken = True
        self._scheduler.freed(self._alarm)


class _Selector(selectors.SelectSelector):
    """Waits where a loop would."""

    def __init__(self, loop: SwitchedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """Return nothing: what a loop waits for, beside other threads, is time."""
        if len(self.get_map()) > 1:  # the loop has one descriptor of its own
            self._loop.refuse_the_world()
        self._loop.wait(timeout)
        return []
