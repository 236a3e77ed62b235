"""Tasks of a loop: turns for them, and where one waits, as far as it says whom a cancel reaches."""

import asyncio
from asyncio import taskgroups
from typing import Any


async def turns() -> None:
    """Let the other tasks of the loop come as far as they can."""
    for _ in range(4):
        await asyncio.sleep(0)


def waits_in_a_group(task: "asyncio.Task[Any] | None") -> bool:
    """Return whether a task waits for the tasks of an asyncio.TaskGroup, which passes on its first cancel alone."""
    at: Any = None if task is None or task.done() else task.get_coro()
    while at is not None:
        code = getattr(at, "cr_code", None) or getattr(at, "gi_code", None)
        if code is not None and code.co_filename == taskgroups.__file__:
            return True
        at = getattr(at, "cr_await", None) or getattr(at, "gi_yieldfrom", None)
    return False
