"""What is reported anywhere while a consumer runs: by its loop, by logging, by Python's own hooks, or printed."""

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from iasyncinfo_conformance.consumers.scene.notice import shown
from iasyncinfo_conformance.errors import RunEnds

_OURS: Final = ("iasyncinfo_conformance", "hypothesis")
_LATE: Final = "never retrieved"
_CALLBACK: Final = "Exception in callback"


class Reports:
    """What came, and the exceptions in it."""

    def __init__(self, codes_of: Callable[[BaseException], tuple[int, ...]]) -> None:
        self._codes_of = codes_of
        self.texts: list[str] = []
        self.errors: list[tuple[str, BaseException]] = []
        self.codes: list[int] = []

    def add(self, text: str, error: BaseException | None = None) -> None:
        """Take in a report."""
        if isinstance(error, RunEnds):
            return
        self.texts.append(text if error is None else f"{text}: {type(error).__name__}: {shown(str(error))}")
        if error is not None:
            self.errors.append((text, error))
            self.codes += self._codes_of(error)

    def of_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take in what a loop's exception handler is called with."""
        self.add(str(context.get("message", "")), context.get("exception"))

    def unretrieved(self, but: int) -> list[str]:
        """Return the exceptions that nobody retrieved, but for those that carry a code."""
        return self._told(lambda text: _LATE in text or text.startswith("in a thread"), but)

    def of_callbacks(self, but: int) -> list[str]:
        """Return the exceptions of a loop's callbacks, but for those that carry a code."""
        return self._told(lambda text: text.startswith(_CALLBACK), but)

    def _told(self, wanted: Callable[[str], bool], but: int) -> list[str]:
        return [
            f"{type(error).__name__}: {shown(str(error))} ({shown(text)})"
            for text, error in self.errors
            if wanted(text) and not (but and but in self._codes_of(error))
        ]


class _Handler(logging.Handler):
    def __init__(self, reports: Reports) -> None:
        super().__init__(logging.WARNING)
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(_OURS):
            self._reports.add(record.getMessage(), record.exc_info[1] if record.exc_info else None)


@contextmanager
def collecting(reports: Reports) -> Iterator[None]:
    """Take in whatever is reported anywhere, and pass nothing of it on."""
    handler, root = _Handler(reports), logging.getLogger()
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning
    sys.excepthook = lambda _type, error, _trace: reports.add("unhandled", error)
    sys.unraisablehook = lambda unraisable: reports.add("unraisable", unraisable.exc_value)
    threading.excepthook = lambda hooked: reports.add("in a thread", hooked.exc_value)
    warnings.showwarning = lambda message, *_rest, **_more: reports.add(str(message))
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
