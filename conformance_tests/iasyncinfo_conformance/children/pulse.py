"""A count that a process shares with the one that watches it, which needs no help of the watched: it may hang."""

import mmap
import os
import struct
import tempfile
import weakref
from pathlib import Path
from typing import Final

_PAIR: Final = struct.Struct("<QQ")


class Pulse:
    """A count, odd while a word runs, and how many times as long as usual that word may take."""

    def __init__(self, path: Path, memory: mmap.mmap) -> None:
        self.path = path
        self._memory = memory
        self._count = 0

    @classmethod
    def new(cls) -> "Pulse":
        """Return a pulse of the watcher's, whose file the watched process opens."""
        descriptor, name = tempfile.mkstemp(prefix="iasyncinfo-pulse-")
        with os.fdopen(descriptor, "r+b") as file:
            file.write(bytes(_PAIR.size))
            file.flush()
            pulse = cls(Path(name), mmap.mmap(file.fileno(), _PAIR.size))
        weakref.finalize(pulse, pulse.path.unlink, missing_ok=True)
        return pulse

    @classmethod
    def of(cls, path: str) -> "Pulse":
        """Return the watched process' own end."""
        with open(path, "r+b") as file:
            return cls(Path(path), mmap.mmap(file.fileno(), _PAIR.size))

    def begin(self, times: int = 1) -> None:
        """Say that a word begins."""
        self._count += 1
        _PAIR.pack_into(self._memory, 0, self._count, times)

    def end(self) -> None:
        """Say that it has ended."""
        self._count += 1
        _PAIR.pack_into(self._memory, 0, self._count, 0)

    def read(self) -> tuple[int, int]:
        """Return the count and how many times as long the word may take; 0 where none runs."""
        count, times = _PAIR.unpack_from(self._memory)
        return count, times

    def hide(self) -> None:
        """Remove the file, which the watched process has opened: nothing of it stays, whatever ends this one."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)
        self._memory.close()
