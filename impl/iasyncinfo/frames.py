"""Letting go of what an exception's traceback holds: the locals of the calls that it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from opcode import opmap
from types import FrameType

_SUSPENDABLE = 0x20 | 0x80 | 0x100 | 0x200
"""Code flags: CO_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE and CO_ASYNC_GENERATOR of ``inspect``."""
_WHERE_THEY_WAIT = (opmap["YIELD_VALUE"], opmap["RESUME"])


def release_frames(error: BaseException) -> None:
    """Clear the frames that have ended in the tracebacks of an exception and of those that it came from.

    A frame of a generator or coroutine may be suspended, with somebody waiting for it to go on: an exception that is
    raised again leads there. To clear it would close it, before Python 3.13, so it is left alone.
    """
    ahead, met = [error], {id(error)}
    while ahead:
        error = ahead.pop()
        for frame in _frames_of(error):
            if not _may_wait(frame):
                with suppress(RuntimeError):  # it still runs
                    frame.clear()
        for other in _origins_of(error):
            if id(other) not in met:
                met.add(id(other))
                ahead.append(other)


def _frames_of(error: BaseException) -> Iterator[FrameType]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _origins_of(error: BaseException) -> Iterator[BaseException]:
    yield from (other for other in (error.__cause__, error.__context__) if other is not None)
    if isinstance(error, BaseExceptionGroup):
        yield from error.exceptions


def _may_wait(frame: FrameType) -> bool:
    """Whether a frame may be one that somebody will resume: it is where such frames wait."""
    code = frame.f_code
    return bool(code.co_flags & _SUSPENDABLE) and code.co_code[frame.f_lasti] in _WHERE_THEY_WAIT
