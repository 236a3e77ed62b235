"""Where in somebody's sources an exception arose."""

from collections.abc import Iterable
from pathlib import Path
from traceback import FrameSummary, extract_tb
from typing import Final

from iasyncinfo_conformance.errors import said
from iasyncinfo_conformance.escaping import escaped
from iasyncinfo_conformance.stepping.lines import is_subjects

_DEEPEST: Final = -200
"""Of an endless recursion the end of the traceback is enough."""


def said_where(error: BaseException) -> str:
    """Return an exception of somebody else's code in one line, with the last line of theirs that it came through."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{said(error)} ({_shown(error.filename)}:{error.lineno})"
    place = place_of(extract_tb(error.__traceback__, limit=_DEEPEST))
    return f"{said(error)} ({place})" if place else said(error)


def place_of(frames: Iterable[FrameSummary]) -> str:
    """Return the last frame that is somebody's own, as file, line and function; empty where there is none."""
    own = [frame for frame in frames if is_subjects(frame.filename)]
    return f"{_shown(own[-1].filename)}:{own[-1].lineno} in {own[-1].name}" if own else ""


def _shown(file: str) -> str:
    """Return a path from here where it lies below."""
    try:
        return escaped(str(Path(file).relative_to(Path.cwd())))
    except (OSError, ValueError):
        return escaped(file)
