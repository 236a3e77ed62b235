"""The text of a file that a user names; what is no such file is refused with a sentence."""

import os
import stat
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import UsageFault

_LARGEST: Final = 64 * 2**20
"""Bytes of a file that is read: some hundred times what any check has written."""


def text_of(path: Path, what: str, hint: str) -> str:
    """Return the text of a file; a UsageFault where it is none that can be read to its end.

    ``what`` names the file, ``hint`` says what to do.
    """
    try:
        return _bytes(path).decode("utf-8")
    except OSError as error:
        why = error.strerror or str(error)
    except UnicodeDecodeError as error:
        why = f"it is no text in UTF-8, from byte {error.start} on"
    raise UsageFault(f"{what} {str(path)!r} cannot be read: {why}. {hint}")


def _bytes(path: Path) -> bytes:
    # Without a writer a pipe would never open, and a device might never end: neither is a file.
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError("it is no regular file")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(f"it has more than {_LARGEST:,} bytes")
    return data
