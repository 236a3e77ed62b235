"""An event loop that runs only when told to, on the thread that tells it: each lever is over when it returns."""

import asyncio
import atexit
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar

T = TypeVar("T")

_LOOP = asyncio.new_event_loop()
atexit.register(_LOOP.close)
_lock = RLock()
_TURNS = 4
"""More turns than anything takes to come from a lever through a future and a task to the end of an operation."""


def within(function: Callable[[], T]) -> T:
    """Call a function on the running loop."""

    async def call() -> T:
        return function()

    with _lock:
        return _LOOP.run_until_complete(call())


def new_future() -> "asyncio.Future[Any]":
    """Return a future of the loop."""
    return _LOOP.create_future()


def turn(*_: Any) -> None:
    """Run what is due. Within a handler, which the loop calls, nothing is: it goes on afterwards."""
    with _lock:
        if not _LOOP.is_running():
            _LOOP.run_until_complete(_turns())


def lever(function: Callable[..., object]) -> Callable[..., None]:
    """Return a function that does this on the loop and then runs what is due."""

    def pull(*arguments: Any) -> None:
        with _lock:
            function(*arguments)
            turn()

    return pull


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
