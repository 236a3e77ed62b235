"""One child process: in a session of its own, read by threads, written to in time, and ended with all its own."""

import contextlib
import faulthandler
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

from iasyncinfo_conformance.children.descendants import descendants, kill, offer

_CHUNK: Final = 65536
_TAIL: Final = 16384
"""Bytes that are kept of a standard error, however much comes."""

_LOOK_SECONDS: Final = 0.05
_STACKS_SECONDS: Final = 1.0
"""Seconds in which a process that hangs has to write the stacks of its threads."""
STACKS: Final[int | None] = getattr(signal, "SIGUSR2", None) if hasattr(faulthandler, "register") else None
"""The signal at which a process of the suite's own writes the stacks of its threads to standard error."""

_ALIVE: "weakref.WeakSet[Child]" = weakref.WeakSet()
_STARTER: Final = ThreadPoolExecutor(1, "starter")
"""Starts what other threads than the main one ask for: who dies with a parent dies with the thread that forked it."""


def python_command(module: str, *arguments: str) -> list[str]:
    """Return how to run a module of the suite: nothing in the current folder comes before the standard library."""
    return [sys.executable, "-P", "-m", module, *arguments]


def signal_name(number: int) -> str:
    """Return the name of a signal, of a real-time one too."""
    try:
        return signal.Signals(number).name
    except ValueError:
        first = int(getattr(signal, "SIGRTMIN", number))
        return f"SIGRTMIN+{number - first}" if number > first else f"number {number}"


class Child:
    """One child process. What it writes comes as chunks to a queue, an empty one at the end.

    The queue may have chunks of other children, too. Of standard error the end is kept
    unless ``stderr`` leads elsewhere.
    """

    def __init__(
        self,
        command: Sequence[str],
        chunks: "queue.Queue[tuple[Child, bytes]]",
        *,
        stderr: int = subprocess.PIPE,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start it; raises OSError where it cannot be."""
        self.overhear: Callable[[bytes], object] = _nobody
        """Called with each piece of its standard error, on a thread of its own."""
        self._chunks = chunks
        self._closed = False
        self._tail = b""
        self._heard = 0
        self._reader: threading.Thread | None = None  # a signal may break this off anywhere
        self._listener: threading.Thread | None = None
        self._popen = _started(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,  # a Ctrl-C at the terminal is for the suite, which ends its children
            env=environment,
            cwd=folder,
        )
        _ALIVE.add(self)
        offer(self.pid)
        assert self._popen.stdin is not None
        if hasattr(os, "set_blocking") and os.name == "posix":
            os.set_blocking(self._popen.stdin.fileno(), False)
        self._reader = self._read_by_thread(self._read, self._popen.stdout)
        self._listener = self._read_by_thread(self._listen, self._popen.stderr)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._popen.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended, whoever may hold its pipes."""
        return self._popen.poll() is not None

    def wait(self, seconds: float) -> int | None:
        """Return its exit code, negative for a signal, or None where it does not end in time."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def write(self, data: bytes, seconds: float) -> bool:
        """Write to its standard input; return whether it took all in time. One that has gone takes nothing."""
        pipe = self._popen.stdin
        assert pipe is not None
        if os.name != "posix":
            with contextlib.suppress(OSError):
                pipe.write(data)
                pipe.flush()
            return True
        return _written(pipe.fileno(), memoryview(data), time.monotonic() + seconds)

    def close_input(self) -> None:
        """Say that nothing more will be written."""
        with contextlib.suppress(OSError):
            self._popen.stdin.close()  # type: ignore[union-attr]

    def last_words(self) -> str:
        """Return the end of what it wrote to standard error."""
        if self._listener is not None:
            self._listener.join(0.5)
        return self._tail.decode(errors="replace")

    @property
    def heard(self) -> int:
        """The bytes that have come of its standard error."""
        return self._heard

    def said_since(self, heard: int) -> str:
        """Return what it has written to standard error since so many bytes had come; the beginning may be missing."""
        return self._tail[-(self._heard - heard) :].decode(errors="replace") if self._heard > heard else ""

    def stacks(self) -> str:
        """Have one of the suite's own processes write the stacks of its threads; return them, or nothing."""
        if STACKS is None or self.has_ended:
            return ""
        self.overhear = _nobody
        before, deadline = self._heard, time.monotonic() + _STACKS_SECONDS
        with contextlib.suppress(OSError):
            os.kill(self.pid, STACKS)
        told = ""
        while time.monotonic() < deadline and not (told and told == self.said_since(before)):
            told = self.said_since(before)
            time.sleep(_LOOK_SECONDS)
        return told

    def end(self) -> None:
        """End the process and all that it started."""
        if self._closed:
            return
        below = descendants(self.pid) if self._popen.returncode is None else []
        with contextlib.suppress(OSError):  # the group outlives its leader
            os.killpg(self.pid, signal.SIGKILL) if hasattr(os, "killpg") else self._popen.kill()
        for process in below:
            kill(process)
        self._closed = True
        self.wait(5)
        for thread in (self._reader, self._listener):
            if thread is not None:
                thread.join(0.5)  # one whose pipe somebody else still holds is left behind
        self.close_input()
        _ALIVE.discard(self)

    # -- threads --------------------------------------------------------------------------------------

    def _read_by_thread(self, read: Any, pipe: IO[bytes] | None) -> threading.Thread | None:
        if pipe is None:
            return None
        thread = threading.Thread(target=read, args=(pipe,), daemon=True)
        thread.start()
        return thread

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := _read_some(pipe):
                self._put(chunk)
        self._put(b"")

    def _put(self, chunk: bytes) -> None:
        """Hand a chunk over; where the queue is full the process is held back by its pipe."""
        while not self._closed:
            with contextlib.suppress(queue.Full):
                self._chunks.put((self, chunk), timeout=0.1)
                return

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := _read_some(pipe):
                self._tail = (self._tail + chunk)[-_TAIL:]
                self._heard += len(chunk)
                self.overhear(chunk)


def _nobody(_chunk: bytes) -> None:
    """Hear nothing."""


def _started(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process on a thread that lives as long as this process does; raises OSError where it cannot be."""
    if threading.current_thread() is threading.main_thread():
        return subprocess.Popen(command, **options)
    return _STARTER.submit(lambda: subprocess.Popen(command, **options)).result()


def end_all() -> None:
    """End every child that is still there."""
    for child in list(_ALIVE):
        child.end()


def _read_some(pipe: IO[bytes]) -> bytes:
    try:
        return os.read(pipe.fileno(), _CHUNK)
    except (OSError, ValueError):
        return b""


def _wait_for_room(descriptor: int, seconds: float) -> None:
    room = select.poll()  # unlike select, for any number of open files
    room.register(descriptor, select.POLLOUT)
    room.poll(seconds * 1000)


def _written(descriptor: int, data: memoryview, deadline: float) -> bool:
    while data:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:
            _wait_for_room(descriptor, min(left, 0.5))
        except OSError:  # told by the answer that does not come
            return True
    return True
