"""Which lines of a subject a word runs."""

import linecache
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from iasyncinfo_conformance.stepping.watching.whose import is_subjects
from iasyncinfo_conformance.target import Line


def lines_of(run: Callable[[], object]) -> tuple[Line, ...]:
    """Run something and return the lines that were run meanwhile, on this thread and on those that it starts.

    Each line comes once, in the order in which they were first run. Those of the suite, of what it needs and of the
    standard library are not among them. Nothing is returned where somebody else
    traces this thread already: a debugger, or what measures coverage.
    """
    if sys.gettrace() is not None:
        return ()
    found: dict[tuple[str, int], None] = {}
    with _traced(found):
        run()
    return tuple(Line(file, line, linecache.getline(file, line).strip()) for file, line in found)


@contextmanager
def _traced(found: dict[tuple[str, int], None]) -> Iterator[None]:
    def on_line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            found[frame.f_code.co_filename, frame.f_lineno] = None
        return on_line

    def on_call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return on_line if is_subjects(frame.f_code.co_filename) else None

    threading.settrace(on_call)
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)
