"""The ways in which work ends, as the beginnings of words."""

from typing import Final

from iasyncinfo_spec.abi import AsyncStatus

SUCCESS: Final = "complete(5)"
FAILURE: Final = "fail(0x80004005)"
ACKNOWLEDGED: Final = "cancel acknowledge_cancel"

ENDS: Final = {
    SUCCESS: AsyncStatus.COMPLETED,
    FAILURE: AsyncStatus.ERROR,
    ACKNOWLEDGED: AsyncStatus.CANCELED,
}
"""Each way to end, and the final status."""


def steps_in(text: str) -> int:
    """Return the number of steps of a text without handlers."""
    return len(text.split())
