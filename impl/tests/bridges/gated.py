"""A coroutine that waits at a gate, and time for what is due."""

import asyncio

from iasyncinfo import async_operation


@async_operation
async def waiting(gate: "asyncio.Future[int]") -> int:
    """Return what the gate has."""
    return await gate


async def turns(number: int = 5) -> None:
    """Let what is due run."""
    for _ in range(number):
        await asyncio.sleep(0)
