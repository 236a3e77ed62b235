"""The file that a recorder writes: a header, then one line an event, in the order in which they were noticed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from errno import ENOSPC
from itertools import count
from pathlib import Path
from threading import RLock, get_ident
from typing import Any, Final, Protocol, Self, TypeAlias
from weakref import WeakKeyDictionary, WeakSet

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.recorder.labels import Labels


class Writes(Protocol):
    """Something to write text to: an open text file, ``io.StringIO``."""

    def write(self, text: str, /) -> object:
        """Write a text."""


File: TypeAlias = "str | os.PathLike[str] | Writes | Log"
"""Where a log goes: a path, which is written anew when the program first names it, a stream, or a log."""


class Log:
    """A log that is being written. Its methods may be called from any thread.

    ``subject`` says in the header what is recorded, the program's name unless given. Values are written as
    labels, equal ones alike, or where ``values`` is true as themselves if JSON can carry them. ``file`` is a
    path, whose file is written anew, or a stream with ``write``. Raises OSError where the file cannot be opened.

    Each line is handed to the system as soon as it is made, so a program that crashes leaves a whole log. Where
    a line cannot be written, as on a full disk, recording ends, this is logged once, and the program goes on.
    A child made by a fork writes nothing.
    """

    def __init__(self, file: str | os.PathLike[str] | Writes, *, subject: str = "", values: bool = False) -> None:
        self.labels: Labels = Labels(values=values)
        self._lock = RLock()  # a signal's handler or a finalizer may use an operation while a line is written
        self._last = 0
        self._objects = count(1)
        self._threads: dict[int, str] = {}
        self._path, self._close, self._write = _sink(file)
        _ALL.add(self)
        here = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sys.platform}"
        subject = subject or os.path.basename(sys.argv[0]) or "a program"
        seen = "seen" if values else "labels"
        header = {"log": 1, "worker": "hidden", "values": seen, "subject": subject, "provenance": here}
        self._put(json.dumps(header))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the log: what is noticed from now on is not written. A stream that was handed in stays open."""
        with self._lock:
            close, self._close, self._write = self._close, None, None
            _BY_PATH.pop(self._path, None)
        if close is not None:
            close()

    def note(self, event: str) -> int:
        """Write an event, the inside of a JSON object, and return its number."""
        with self._lock:
            self._last = number = self._last + 1
            self._put(f'{{"n":{number},{event}}}')
        return number

    def begin(self, kind: Kind, call: str = "") -> int:
        """Write that there is another object, where known the call that handed it out, and return its number."""
        number = next(self._objects)
        name = f',"from":{json.dumps(call)}' if call else ""
        self._put(f'{{"object":{number},"kind":"{kind.value}"{name}}}')
        return number

    def thread(self) -> str:
        """Return the name of this thread: T1 is the first that was met."""
        ident = get_ident()
        name = self._threads.get(ident)
        if name is None:
            with self._lock:
                name = self._threads.setdefault(ident, f"T{len(self._threads) + 1}")
        return name

    def _put(self, line: str) -> None:
        with self._lock:
            if self._write is None:
                return
            try:
                self._write(f"{line}\n")
            except Exception as error:  # the disk is full, the stream was closed, or whatever a stream raises
                self._write = None
                _tell(error)

    def _stop(self) -> None:
        self._write = None
        self._lock = RLock()  # another thread of the parent may have held it
        self.labels = Labels(values=False)


def log_of(file: File, *, subject: str = "", values: bool = False) -> Log:
    """Return the log of a file: the one that writes there, or else a new one."""
    if isinstance(file, Log):
        return file
    with _LOCK:
        if isinstance(file, str | os.PathLike):
            path = Path(os.path.abspath(file))
            if path not in _BY_PATH:
                _BY_PATH[path] = Log(path, subject=subject, values=values)
            return _BY_PATH[path]
        return _of_stream(file, subject=subject, values=values)


def _of_stream(stream: Writes, *, subject: str, values: bool) -> Log:
    try:
        logs: MutableMapping[Any, Log] = _BY_STREAM
        known = logs.get(stream)
    except TypeError:  # it has no hash, or no weak references: it is kept alive, lest its number be another's
        logs, known = _BY_NUMBER, _BY_NUMBER.get(id(stream))
    if known is None:
        known = Log(stream, subject=subject, values=values)
        logs[stream if logs is _BY_STREAM else id(stream)] = known
    return known


_LOCK = RLock()
_BY_PATH: Final[dict[Path | None, Log]] = {}
_BY_STREAM: Final[WeakKeyDictionary[Writes, Log]] = WeakKeyDictionary()
_BY_NUMBER: Final[dict[int, Log]] = {}
_ALL: Final[WeakSet[Log]] = WeakSet()

_Sink: TypeAlias = tuple[Path | None, Callable[[], object] | None, Callable[[str], object] | None]


def _sink(file: str | os.PathLike[str] | Writes) -> _Sink:
    """Return the path of a file, what closes it and what writes to it, each line in one call of the system."""
    if not isinstance(file, str | os.PathLike):
        return None, None, file.write
    path = Path(os.path.abspath(file))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)

    def write(text: str) -> None:
        line = text.encode("ascii")
        if os.write(descriptor, line) < len(line):
            raise OSError(ENOSPC, os.strerror(ENOSPC), os.fspath(path))

    return path, lambda: os.close(descriptor), write


def _tell(error: Exception) -> None:
    with suppress(Exception):  # the interpreter may be on its way out, where nothing can be imported
        import logging

        logging.getLogger("iasyncinfo").error("recording ends here: %s", error)


def _stop_in_child() -> None:
    """A child that wrote on would number its events as its parent does."""
    global _LOCK
    _LOCK = RLock()
    for log in list(_ALL):
        log._stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stop_in_child)
