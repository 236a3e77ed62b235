"""What may be given to a slot: a callable that is called, and not one that has to be awaited."""

from __future__ import annotations

from iasyncinfo.generics import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

AWAITED = 0x80 | 0x200
"""CO_COROUTINE and CO_ASYNC_GENERATOR of ``inspect``, which costs more to import than all of this package."""


def require_handler(handler: Any, what: str) -> None:
    """Raise TypeError for what cannot be called, and for an ``async def``, whose coroutine nobody would await."""
    try:
        flags = handler.__code__.co_flags  # of a function or a method: the usual case, which has to be quick
    except AttributeError:
        flags = _flags_of(handler)
    if flags is None:
        raise TypeError(f"{what} is a callable or None, not {handler!r}")
    if flags & AWAITED:
        raise TypeError(
            f"{what} is called, on the thread that made it due, and not awaited: {handler!r} is an async def, whose "
            "coroutine nobody would run. Give a def; where it has to await, one that calls "
            "asyncio.run_coroutine_threadsafe(coroutine, loop). Or await the operation itself."
        )


def _flags_of(handler: Any) -> int | None:
    """Return the flags of what a partial or another object calls, 0 where they are not known; None of no callable."""
    if not callable(handler):
        return None
    function = getattr(handler, "func", type(handler).__call__)
    return getattr(getattr(function, "__code__", None), "co_flags", 0)
