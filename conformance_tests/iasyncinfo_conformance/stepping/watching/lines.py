"""Which lines of a subject a word runs."""

import linecache
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import iasyncinfo_spec
from iasyncinfo_conformance.target import Line

_HERE: Final = Path(__file__).parents[2]
_SPECIFICATION: Final = Path(iasyncinfo_spec.__file__).parent
"""What it remembers between words runs in one word and not in the next."""
_SUBJECTS: Final = tuple(_HERE / name for name in ("counterexamples", "families"))
"""The folders of this package that hold implementations."""
_STANDARD: Final = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
_NEEDED: Final = frozenset({"hypothesis", "pytest", "_pytest", "pluggy", "greenlet", "jsonschema"})
"""What the suite itself needs: a hook of the garbage collector's, for one, may run at any time."""
_INSTALLED: Final = tuple(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib"))


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


@cache
def is_subjects(file: str) -> bool:
    """Return whether a file is neither the suite's, nor of what it needs, nor the standard library's."""
    path = Path(file)
    if not path.is_absolute():
        return not file.startswith("<")
    installed = next((path.relative_to(folder) for folder in _INSTALLED if path.is_relative_to(folder)), None)
    if path.is_relative_to(_HERE):
        return any(path.is_relative_to(folder) for folder in _SUBJECTS)
    if path.is_relative_to(_SPECIFICATION):
        return False
    if installed is not None:
        return installed.parts[0] not in _NEEDED
    return not any(path.is_relative_to(folder) for folder in _STANDARD)
