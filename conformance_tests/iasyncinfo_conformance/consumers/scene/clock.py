"""Time as the suite has it: it passes only where nothing else can happen.

An event loop of this module asks, whenever it has nothing to do, what the script has next; its clock advances only
where that is nothing. ``time.sleep`` passes time in the same way. So a poll of seconds costs none, and one run is as
the other. What blocks a thread in another way blocks it in real time.
"""

import asyncio
import selectors
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic as _real_monotonic
from time import perf_counter as _real_perf_counter
from time import sleep as _real_sleep
from time import time as _real_time
from typing import Any, Final, Protocol

from iasyncinfo_conformance.errors import RunEnds

real_sleep: Final = _real_sleep
"""Sleeps in real time, whatever time is the suite's."""
_MOMENTS: Final = 20
MOST_TURNS: Final = 1000
"""How often time may pass for a consumer that has been told everything, and does not end."""


class Script(Protocol):
    """What happens next, as a clock asks it."""

    def idle(self, loop: asyncio.AbstractEventLoop | None) -> bool:
        """Have the next thing happen: a loop, or a thread that sleeps, has nothing to do. Return whether there was."""

    def look(self) -> bool:
        """Return whether something may still come from a thread, after having waited a moment for it."""

    def sleeps(self) -> None:
        """Hear that a thread sleeps, which may be that of a loop."""

    def passed(self, seconds: float) -> None:
        """Hear that time passes; raises RunEnds where it has passed too often for nothing."""

    def gives_in(self) -> None:
        """Hear that nothing is left that could happen."""

    def within(self) -> "Any":
        """Return a context in which the thread is the suite's."""


class Clock:
    """The seconds that have passed, and until when nothing else is to happen."""

    def __init__(self) -> None:
        self.now: float = 0.0
        self._until: float | None = None

    @property
    def pauses(self) -> bool:
        """Whether time is to pass before anything else happens."""
        return self._until is not None

    def pause(self, seconds: float) -> None:
        """Have so much time pass before anything else happens."""
        self._until = self.now + seconds

    def advance(self, seconds: float | None) -> None:
        """Let time pass: not beyond the end of a pause, and None as far as that."""
        if self._until is None:
            self.now += max(0.0, seconds or 0.0)
            return
        left = self._until - self.now
        if seconds is None or seconds >= left:
            self.now, self._until = self._until, None
        else:
            self.now += max(0.0, seconds)


class PatientLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock is the suite's."""

    def __init__(self, clock: Clock, script: Script) -> None:
        self._clock = clock
        self._unheard: list[asyncio.Handle] = []
        self._turns = 0
        super().__init__(_IdleSelector(self, clock, script))

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._clock.now

    def call_soon(  # type: ignore[override]
        self, callback: Any, *arguments: Any, context: Any = None
    ) -> asyncio.Handle:
        """Have a function called soon; asked from another thread, only once something else wakes the loop.

        A loop that waits is not woken by it, which luck hides elsewhere.
        """
        if self.is_running() and threading.get_ident() != self._thread_id:  # type: ignore[attr-defined]
            handle = asyncio.Handle(callback, arguments, self, context)
            self._unheard.append(handle)
            return handle
        return super().call_soon(callback, *arguments, context=context)

    def turns_again(self) -> bool:
        """Return whether the loop comes round within a moment: whoever looks at each of its turns leaves it free."""
        before = self._turns
        for _ in range(_MOMENTS):
            if self._turns != before:
                return True
            real_sleep(0.001)
        return False

    def hear(self) -> None:
        """Take over what was asked from other threads: the loop is awake."""
        self._turns += 1
        while self._unheard:
            self._ready.append(self._unheard.pop(0))  # type: ignore[attr-defined]


class _IdleSelector(selectors.SelectSelector):
    """Asks the script wherever the loop would wait."""

    def __init__(self, loop: PatientLoop, clock: Clock, script: Script) -> None:
        super().__init__()
        self._loop, self._clock, self._script = loop, clock, script

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; where nothing is, have the next thing happen, or time pass."""
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            self._loop.hear()
            return found
        with self._script.within():
            if self._clock.pauses:
                self._clock.advance(timeout)
                return super().select(0)
            if self._script.idle(self._loop):
                return super().select(0)
            if timeout is not None:
                self._script.passed(timeout)
                self._clock.advance(timeout)
                self._loop.hear()
                return super().select(0)
            while not (found := super().select(0.001)) and self._script.look():
                pass
        if not found:
            self._script.gives_in()
            raise RunEnds("nothing is left that could happen")
        return found


@contextmanager
def loops_made_by(make: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[None]:
    """Have loops made by a function, for consumers that call asyncio.run."""
    with _no_warning():
        before = asyncio.get_event_loop_policy()

        class Policy(asyncio.DefaultEventLoopPolicy):
            def new_event_loop(self) -> asyncio.AbstractEventLoop:
                return make()

        asyncio.set_event_loop_policy(Policy())
    try:
        yield
    finally:
        with _no_warning():
            asyncio.set_event_loop_policy(before)


@contextmanager
def _no_warning() -> Iterator[None]:
    """Let nobody read that policies are deprecated, as they are from 3.14 on: it is no consumer that uses them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


_REAL: Final = {
    "sleep": _real_sleep, "monotonic": _real_monotonic, "time": _real_time, "perf_counter": _real_perf_counter,
}  # fmt: skip


class _Kept:
    """The functions that stand in ``time``: whoever has imported one by its name has the clock of the moment."""

    def __init__(self) -> None:
        self._now: dict[str, Any] = dict(_REAL)
        self.made = {name: self._make(name) for name in _REAL}

    def ask(self, clock: Clock, script: Script) -> None:
        """Let time be that of a clock."""
        self._now = {name: _added(function, clock) for name, function in _REAL.items() if name != "sleep"}
        self._now["sleep"] = _sleeper(clock, script)

    def ask_the_system(self) -> None:
        """Let time be the system's."""
        self._now = dict(_REAL)

    def _make(self, name: str) -> Any:
        def now(*arguments: Any) -> Any:
            return self._now[name](*arguments)

        now.__name__ = now.__qualname__ = name
        return now


_KEPT: Final = _Kept()


def stand_in_time() -> None:
    """Put the functions into ``time``, before a consumer is imported that imports them by their names."""
    for name, function in _KEPT.made.items():
        setattr(time, name, function)


@contextmanager
def suites_time(clock: Clock, script: Script) -> Iterator[None]:
    """Let ``asyncio.run`` and ``time`` be the suite's."""
    there = {name: getattr(time, name) for name in _REAL}
    stand_in_time()
    _KEPT.ask(clock, script)
    try:
        with loops_made_by(lambda: PatientLoop(clock, script)):
            yield
    finally:
        _KEPT.ask_the_system()
        for name, function in there.items():
            setattr(time, name, function)


def _added(function: Any, clock: Clock) -> Any:
    return lambda: function() + clock.now


def _sleeper(clock: Clock, script: Script) -> Any:
    def sleep(seconds: float) -> None:
        script.sleeps()
        with script.within():
            _real_sleep(0)
            if clock.pauses:
                clock.advance(seconds)
            elif not script.idle(None):
                script.passed(seconds)
                clock.advance(seconds)

    return sleep
