"""Where in somebody's sources an exception arose."""

import re
from collections.abc import Iterable
from pathlib import Path
from traceback import FrameSummary, extract_tb
from typing import Final

from iasyncinfo_conformance.errors import said
from iasyncinfo_conformance.escaping import class_name, escaped
from iasyncinfo_conformance.stepping.watching.whose import is_subjects

_FRAME: Final = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_THREAD: Final = re.compile(r"^(?:Current thread|Thread) 0x.*$", re.MULTILINE)
_FRAMES: Final = 4
_THREADS: Final = 8
"""Frames of a thread, and threads, that are told."""
_DEEPEST: Final = -200
"""Of an endless recursion the end of the traceback is enough."""


def said_where(error: BaseException) -> str:
    """Return an exception of somebody else's code in one line, with the last line of theirs that it came through."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{class_name(error)}: {escaped(str(error.msg))} ({_shown(error.filename)}:{error.lineno})"
    place = place_of(extract_tb(error.__traceback__, limit=_DEEPEST))
    return f"{said(error)} ({place})" if place else said(error)


def place_of(frames: Iterable[FrameSummary]) -> str:
    """Return the last frame that is somebody's own, as file, line and function; empty where there is none."""
    own = [frame for frame in frames if is_subjects(frame.filename)]
    return f"{_shown(own[-1].filename)}:{own[-1].lineno} in {own[-1].name}" if own else ""


def stacks_in(text: str) -> tuple[str, ...]:
    """Return where each thread is in somebody's own sources, by the text that faulthandler writes."""
    threads = _THREAD.split(text)[1:]
    frames = ([FrameSummary(file, int(line), name) for file, line, name in _FRAME.findall(each)] for each in threads)
    return stacks_of(map(reversed, frames))


def stacks_of(threads: Iterable[Iterable[FrameSummary]]) -> tuple[str, ...]:
    """Return the last frames of each thread that are somebody's own, the last one first."""
    owns = ([frame for frame in frames if is_subjects(frame.filename)] for frames in threads)
    told = ([place_of([frame]) for frame in own[: -_FRAMES - 1 : -1]] for own in owns if own)
    return tuple(" < ".join(places) for places in told)[:_THREADS]


def _shown(file: str) -> str:
    """Return a path from here where it lies below."""
    try:
        return escaped(str(Path(file).relative_to(Path.cwd())))
    except (OSError, ValueError):
        return escaped(file)
