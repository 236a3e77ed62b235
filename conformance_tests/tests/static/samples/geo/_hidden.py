"""A private module."""


async def hidden() -> int:
    return 1
