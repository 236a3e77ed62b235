"""The standard streams of a command: where nobody reads them any more, and where a terminal does."""

import os
import shutil
from contextlib import suppress
from typing import TextIO


def let_go(stream: TextIO | None) -> None:
    """Lead a stream that cannot be written nowhere, so that what is left in it breaks nothing at the end."""
    with suppress(OSError, ValueError):
        if stream is not None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def wiped() -> str:
    """Return what wipes the line of a terminal: its own sequence, or blanks where it knows none."""
    if os.environ.get("TERM") != "dumb":
        return "\r\033[K"
    return f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r"
