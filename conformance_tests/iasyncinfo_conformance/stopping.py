"""The signals that end a command: each becomes one exception, once, and then nothing of the command is left.

A first Ctrl-C, SIGTERM or SIGHUP raises in the main thread; what was found is then written, and every child ended. A
second one finds that under way and changes nothing. Where the first is lost, as in a finalizer, whose exceptions go
nowhere, it is raised again; and where the end takes too long the process is ended as it stands.
"""

import _thread
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from iasyncinfo_conformance.children.child import end_all
from iasyncinfo_conformance.children.descendants import none_left, sweep
from iasyncinfo_conformance.errors import Stopped

_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""The signals that end a command in order; not every system has all."""
_LONGEST_END: Final = 15.0
"""Seconds that the end may take once a signal has come."""
_AGAIN_SECONDS: Final = 0.05
_NONE: Final = 0
_LATE: Final = -1
"""Stands for a signal where the end has come by itself: one that comes now finds that under way."""


class Stopping:
    """What has come of the signals while a command runs."""

    def __init__(self) -> None:
        self.came: int = _NONE
        self.over: threading.Event = threading.Event()
        self._held = False

    def stop(self, number: int, _frame: FrameType | None) -> None:
        """Raise what ends the command, where it is the first."""
        if self.came:
            return
        self.came = number
        threading.Thread(target=self._end_as_it_stands, daemon=True).start()
        if not self._held:
            self._raise()

    def _raise(self) -> None:
        if self.came == signal.SIGINT:
            raise KeyboardInterrupt
        raise Stopped(signal.Signals(self.came).name)

    def lost(self, unraisable: Any) -> None:
        """Raise again what came where exceptions go nowhere; tell of others as Python does."""
        if not isinstance(unraisable.exc_value, (KeyboardInterrupt, Stopped)):
            sys.__unraisablehook__(unraisable)
        elif self.came > 0 and not self.over.is_set():
            number, self.came = self.came, _NONE
            threading.Timer(_AGAIN_SECONDS, lambda: _send_to_main(number)).start()

    def _end_as_it_stands(self) -> None:
        if not self.over.wait(_LONGEST_END):
            sweep()
            os._exit(128 + self.came)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let a few lines come to their end: a signal that comes meanwhile does not break them off."""
        self._held = True
        try:
            yield
        finally:
            self._held = False


def _send_to_main(number: int) -> None:
    main = threading.main_thread().ident or 0
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:  # Windows
        _thread.interrupt_main(signal.Signals(number))


_NOW = Stopping()


def held() -> Any:
    """Return a context whose lines no signal breaks off: the report of a command's end is written in it."""
    return _NOW.held()


@contextmanager
def stopped_by_signals(*, for_good: bool = False) -> Iterator[None]:
    """Turn the signals that end a command into an exception, and leave no process behind, whatever ends it.

    A signal that is ignored, as ``nohup`` has it, stays so. ``for_good`` says that this process has nothing to do
    afterwards: its exit code stands, and a signal that comes still later does not change it.
    """
    global _NOW
    _NOW = now = Stopping()
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before: dict[int, Any] = {}
    hook = sys.unraisablehook
    try:
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, now.stop)
        sys.unraisablehook = now.lost
    except ValueError:  # not the main thread: the signals are somebody else's
        pass
    try:
        with none_left():
            try:
                yield
            finally:
                now.came = now.came or _LATE
                end_all()
    finally:
        now.over.set()
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if for_good else handler)
