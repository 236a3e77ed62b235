"""What a subject says while a word runs: what it prints, logs, warns of, and of what its threads die.

Of standard output and standard error everything is heard that goes through ``sys``, and in a process of the suite's
own also what is written past it: by extensions, by processes, by streams that somebody has kept.
"""

import io
import logging
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from typing import IO, Final, TextIO

from iasyncinfo_conformance.children.inside import is_inside
from iasyncinfo_conformance.escaping import escaped
from iasyncinfo_conformance.stepping.watching.places import said_where

LONGEST: Final = 4000
"""Characters that are kept of what one word says."""
_AFTERWARDS: Final = 0.2
"""Seconds for which the threads of a word are waited for, so that what they die of is heard."""


class Ear(io.TextIOBase):
    """A stream that keeps the beginning of what is written to it, and the threads that died meanwhile."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._left = LONGEST
        self._more = 0
        self.died: list[str] = []

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take in a text, from any thread."""
        kept = text[: self._left]
        self._kept.append(kept)
        self._left -= len(kept)
        self._more += len(text) - len(kept)
        return len(text)

    def warned(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,  # noqa: ARG002  # it is this one
        line: str | None = None,
    ) -> None:
        """Take in a warning."""
        self.write(warnings.formatwarning(message, category, filename, lineno, line))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of all that was kept, escaped, and how much more there was."""
        more = (f"[and {self._more:,} characters more]",) if self._more else ()
        return (*map(escaped, "".join(self._kept).rstrip().splitlines()), *more)


@contextmanager
def overheard() -> Iterator[Ear]:
    """Hear what is said, for as long as the context lasts and a moment longer."""
    ear = Ear()
    with ExitStack() as stack:
        if is_inside():
            stack.enter_context(_descriptors(ear))
        stack.enter_context(_loggers(ear))
        stack.enter_context(redirect_stdout(ear))
        stack.enter_context(redirect_stderr(ear))
        stack.enter_context(warnings.catch_warnings())  # what was warned of once is warned of again
        warnings.showwarning = ear.warned
        stack.enter_context(_threads(ear))
        yield ear


@contextmanager
def _threads(ear: Ear) -> Iterator[None]:
    """Note which threads die, and wait a moment for those that were started meanwhile."""
    before, hook = set(threading.enumerate()), threading.excepthook

    def died(told: threading.ExceptHookArgs) -> None:
        name = told.thread.name if told.thread is not None else "a thread"
        ear.died.append(f"{name}: {said_where(told.exc_value)}" if told.exc_value is not None else name)
        hook(told)

    threading.excepthook = died
    try:
        yield
        deadline = time.monotonic() + _AFTERWARDS
        for thread in set(threading.enumerate()) - before:
            thread.join(max(0.0, deadline - time.monotonic()))
    finally:
        threading.excepthook = hook


@contextmanager
def _loggers(ear: Ear) -> Iterator[None]:
    """Have the handlers of loggers that write to standard output or standard error write here."""
    given = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    loggers = (logging.getLogger(), *filter(_is_logger, list(logging.Logger.manager.loggerDict.values())))
    handlers = [each for logger in loggers for each in getattr(logger, "handlers", ())]
    led: list[tuple[logging.StreamHandler[IO[str]], IO[str]]] = []
    for handler in handlers:
        if type(handler) is logging.StreamHandler and any(handler.stream is stream for stream in given):
            led.append((handler, handler.stream))
            handler.setStream(ear)
    try:
        yield
    finally:
        for handler, stream in led:
            handler.setStream(stream)


def _is_logger(value: object) -> bool:
    return isinstance(value, logging.Logger)


@contextmanager
def _descriptors(ear: Ear) -> Iterator[None]:
    """Hear what goes to the descriptors of standard output and standard error themselves."""
    with tempfile.TemporaryFile() as file:
        kept = {number: os.dup(number) for number in (1, 2)}
        try:
            for number in kept:
                os.dup2(file.fileno(), number)
            yield
        finally:
            for number, before in kept.items():
                with suppress(OSError, ValueError):
                    (sys.__stdout__, sys.__stderr__)[number - 1].flush()  # type: ignore[union-attr]
                os.dup2(before, number)
                os.close(before)
            file.seek(0)
            ear.write(file.read(LONGEST).decode(errors="replace"))
