"""One child process that answers JSON lines: its pipe, its lines, and its end."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Final, Generic, NoReturn, TypeVar

from iasyncinfo_conformance.errors import DriverFault, HarnessFault, NotSchedulable
from iasyncinfo_conformance.target import Ended, Trouble
from iasyncinfo_conformance.targets.wire_shape import DEEPEST, is_shallow

VERSION: Final = 1
START_SECONDS: Final = 60.0
_LONGEST_LINE: Final = 4_000_000
_CHUNKS: Final = 64
"""Chunks that may wait to be read: a driver that floods is held back by its pipe, not kept in memory."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """What is asked about one word, and how the answer is read; None where it cannot be."""

    message: dict[str, Any]
    read: Callable[[dict[str, Any]], T | None]
    wanted: Callable[[dict[str, Any]], str]
    """What the answer has to hold, and why this one does not, in words."""


class Process:
    """One child process, its pipe, and the answers that have come."""

    def __init__(self, command: list[str], name: str) -> None:
        self._name = name
        self._fault = DriverFault if name.startswith("exec:") else HarnessFault
        self._shown = " ".join(command)
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed in kill()
        self._chunks: queue.Queue[bytes] = queue.Queue(_CHUNKS)
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._ended = False
        self._due = 0
        self.sequence = 1
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError as error:
            self._errors.close()
            raise self._fault(
                f"{name} cannot be started: {self._shown!r}: {error.strerror or error}. Check the path, and that "
                "the file may be executed; the command runs without a shell."
            ) from error
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # -- the protocol ---------------------------------------------------------------------------------

    def ready(self) -> dict[str, Any]:
        """Greet the process and return its ready line; raises HarnessFault where none comes."""
        self._send({"cmd": "start", "version": VERSION})
        try:
            line = self._line(START_SECONDS)
        except Trouble as trouble:
            self.kill()
            raise self._fault(
                f"{self._name}: no ready line came from {self._shown!r}: {trouble.why}. A driver answers "
                f'{{"cmd":"start"}} with {{"ready":true,...}} on one line and keeps its pipes open; of a Python '
                "target, the import, start(kind) for each kind and settle have to come back."
            ) from None
        message = self._parsed(line)
        if "fault" in message:
            self.kill()
            raise self._fault(str(message["fault"]))
        if message.get("ready") is not True:
            self.kill()
            raise self._fault(f'{self._name}: the first line has no "ready":true: {_shown(line)}.')
        return message

    def send(self, message: dict[str, Any]) -> int:
        """Send one request under the next number; return its size in bytes."""
        self._require_patience()
        size = self._send({**message, "seq": self.sequence})
        self.sequence += 1
        self._due += 1
        return size

    def answer(self, sequence: int, request: Request[T], timeout: float) -> T | Trouble:
        """Return what came of one request; raises Trouble where the process hangs or dies over it."""
        line = self._line(timeout)
        self._due -= 1
        message = self._parsed(line)
        if message.get("seq") != sequence or isinstance(message.get("seq"), bool):
            self._broken(f"answered seq {message.get('seq')!r} where seq {sequence} was due")
        if "unschedulable" in message:
            raise NotSchedulable(str(message["unschedulable"]))
        for what in (Ended.SKIPPED, Ended.ERRORED):
            if what in message:
                return Trouble(what, str(message[what]))
        outcome = request.read(message)
        if outcome is None:
            self._broken(f"gave no {request.wanted(message)}: {_shown(line)}")
        return outcome

    def stop(self) -> None:
        """Say stop; end the process if it does not go by itself."""
        if self._child.poll() is None:
            self._send({"cmd": "stop"})
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(2)
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started."""
        if self._child.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(self._child.pid, signal.SIGKILL) if hasattr(os, "killpg") else self._child.kill()
        self._child.wait()
        deadline = time.monotonic() + 2
        while self._reader.is_alive() and time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                self._chunks.get(timeout=0.05)  # a reader that waits for room sees the end of the pipe
        for pipe in (self._child.stdin, self._errors):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    # -- lines ----------------------------------------------------------------------------------------

    def _send(self, message: dict[str, Any]) -> int:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        assert self._child.stdin is not None
        with contextlib.suppress(OSError):  # a broken pipe is told by the answer that does not come
            self._child.stdin.write(line)
            self._child.stdin.flush()
        return len(line)

    def _read(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                self._chunks.put(chunk)
        self._chunks.put(b"")

    def _line(self, timeout: float) -> bytes:
        """Return the next line; raises Trouble where none comes in time or the pipe is closed."""
        deadline = time.monotonic() + timeout
        while not self._lines:
            if self._ended:
                raise Trouble(Ended.DEATH, self._death())
            try:
                self._take(self._chunks.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                raise Trouble(Ended.HANG, f"no answer within {timeout:g} s") from None
        return self._lines.popleft()

    def _take(self, chunk: bytes) -> None:
        """Cut what has come into lines; an empty chunk is the end."""
        self._ended = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines.extend(lines)
        if len(self._rest) > _LONGEST_LINE:
            self._broken(f"sent {len(self._rest):,} bytes without an end of line: {_shown(self._rest)}")

    def _require_patience(self) -> None:
        """Refuse what has come before it was asked for."""
        with contextlib.suppress(queue.Empty):
            while not self._ended and len(self._lines) <= self._due:
                self._take(self._chunks.get_nowait())
        if len(self._lines) > self._due:
            self._broken(f"answered before it was asked: {_shown(self._lines[-1])}")

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line, parse_constant=int)  # NaN is no JSON, and no int
        except (ValueError, RecursionError):
            self._broken(f"sent a line that is not JSON: {_shown(line)}")
        if line.count(b"[") + line.count(b"{") > DEEPEST and not is_shallow(message):
            self._broken(f"sent a line that is nested more than {DEEPEST} deep: {_shown(line)}")
        if not isinstance(message, dict):
            self._broken(f"sent a line that is no JSON object: {_shown(line)}")
        return dict(message)

    def _death(self) -> str:
        """Say how the process ended, with the last words of its standard error."""
        try:
            code = self._child.wait(2)
        except subprocess.TimeoutExpired:
            return "it closed its output while it goes on running" + self._last_words()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"it ended with {how}" + self._last_words()

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        words = " | ".join(line.strip() for line in lines[-6:] if line.strip())
        return f"; its last words: {words[-400:]}" if words else ""

    def _broken(self, what: str) -> NoReturn:
        self.kill()
        raise self._fault(
            f"{self._name}: the driver {what}. That is a fault of the driver, not of the subject; the wire wants one "
            "JSON object a line, answers in the order of seq, and one result for each step."
        )


def _shown(line: bytes) -> str:
    text = repr(line[:200].decode(errors="replace"))
    return text if len(text) < 120 else text[:117] + "..."
