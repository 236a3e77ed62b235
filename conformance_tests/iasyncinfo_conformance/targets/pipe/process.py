"""One child process that answers JSON lines: its pipe, its lines, and its end."""

import contextlib
import json
import queue
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import isinf
from typing import Any, Final, Generic, NoReturn, TypeVar

from iasyncinfo_conformance.children.child import Child, signal_name
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.errors import SCARCE, DriverFault, HarnessFault, NotSchedulable, ToolFault
from iasyncinfo_conformance.stepping.watching.places import stacks_in
from iasyncinfo_conformance.target import Ended, Trouble
from iasyncinfo_conformance.targets.pipe.wire_shape import DEEPEST, LONGEST, is_too_deep

VERSION: Final = 1
START_TIMEOUT: Final = 30.0
"""Seconds that a process may take until it is ready."""
_CHUNKS: Final = 64
"""Chunks that may wait to be read: a driver that floods is held back by its pipe, not kept in memory."""
_STOP_SECONDS: Final = 2.0
_HEADING: Final = "Traceback (most recent call last)"
"""What Python puts over the last words of a process, and says nothing."""
_LAST: Final = 6
"""Lines that are the last words."""
_ERROR: Final = re.compile(r"(?:[\w.]+: )*\w*Error\b.*\S")

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
        self._is_driver = name.startswith("exec:")
        self._fault = DriverFault if self._is_driver else HarnessFault
        self._shown = " ".join(command)
        self._chunks: queue.Queue[tuple[Child, bytes]] = queue.Queue(_CHUNKS)
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._ended = False
        self._unread = ""
        self._due = 0
        self.sequence: int = 1
        try:
            self._child = Child(command, self._chunks)
        except OSError as error:
            why = f"{name} cannot be started: {self._shown!r}: {error.strerror or error}."
            if error.errno in SCARCE:
                raise ToolFault(f"{why} Let the machine give it what it lacks.") from error
            raise self._fault(
                f"{why} Check the path, and that the file may be executed; the command runs without a shell."
            ) from error

    # -- the protocol ---------------------------------------------------------------------------------

    def ready(self, seconds: float = START_TIMEOUT) -> dict[str, Any]:
        """Greet the process and return its ready line; raises HarnessFault where none comes in time."""
        try:
            self._send({"cmd": "start", "version": VERSION}, seconds)
            line = self._line(Patience(f"{self._name} to start", seconds))
        except Trouble as trouble:
            at = self.stacks() if trouble.what is Ended.HANG and not self._is_driver else ()
            self.kill()
            why = f"{trouble.why}, while it is at {'; '.join(at)}" if at else trouble.why
            raise self._fault(_NOT_READY[self._is_driver].format(self._name, self._shown, why)) from None
        except BaseException:
            self.kill()
            raise
        message = self._parsed(line)
        if "fault" in message and not self._is_driver:
            self.kill()
            raise self._fault(str(message["fault"]))
        if message.get("ready") is not True:
            self.kill()
            raise self._fault(f'{self._name}: the first line has no "ready":true: {_shown(line)}.')
        return message

    def send(self, message: dict[str, Any], seconds: float) -> int:
        """Send one request under the next number, within so many seconds; return its size in bytes."""
        self._require_patience()
        size = self._send({**message, "seq": self.sequence}, seconds)
        self.sequence += 1
        self._due += 1
        return size

    def answer(self, sequence: int, request: Request[T], timeout: float) -> T | Trouble:
        """Return what came of one request; raises Trouble where the process hangs or dies over it."""
        line = self._line(Patience(f"{self._name} to answer a word", timeout))
        self._due -= 1
        message = self._parsed(line)
        if message.get("seq") != sequence or isinstance(message.get("seq"), bool):
            self._broken(f"answered seq {message.get('seq')!r} where seq {sequence} was due")
        if "unschedulable" in message and not self._is_driver:
            raise NotSchedulable(str(message["unschedulable"]))
        for what in (Ended.SKIPPED, Ended.ERRORED):
            if what in message:
                return Trouble(what, str(message[what]))
        outcome = request.read(message)
        if outcome is None:
            self._broken(f"gave no {request.wanted(message)}: {_shown(line)}")
        return outcome

    def stacks(self) -> tuple[str, ...]:
        """Return where the threads of one of the suite's own processes are, in the sources of its guest."""
        return stacks_in(self._child.stacks())

    @property
    def heard(self) -> int:
        """The bytes that have come of its standard error."""
        return self._child.heard

    def said_since(self, heard: int) -> str:
        """Return what it has written to standard error since then."""
        return self._child.said_since(heard)

    def overhear(self, hear: Callable[[bytes], object]) -> None:
        """Have something called with each piece of its standard error from now on."""
        self._child.overhear = hear

    def stop(self) -> None:
        """Say stop; end the process if it does not go by itself, and at once where it owes an answer."""
        if not self._child.has_ended and not self._due:
            self._send({"cmd": "stop"}, _STOP_SECONDS)
            self._child.close_input()
            self._child.wait(_STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started."""
        self._child.end()

    # -- lines ----------------------------------------------------------------------------------------

    def _send(self, message: dict[str, Any], seconds: float) -> int:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        if not self._unread and not self._child.write(line, seconds):
            self._unread = f"it did not read what it was asked, {len(line):,} bytes, within {seconds:g} s"
        return len(line)

    def _line(self, patience: Patience) -> bytes:
        """Return the next line; raises Trouble where none comes in time or the pipe is closed."""
        while not self._lines:
            if self._ended:
                raise Trouble(Ended.DEATH, self._death())
            gone = self._child.has_ended  # asked before the queue: what it wrote at its end is read
            try:
                self._take(self._chunks.get(timeout=0.0 if self._unread else patience.slice())[1])
            except queue.Empty:
                self._require_hope(patience, gone=gone)
        return self._lines.popleft()

    def _require_hope(self, patience: Patience, *, gone: bool) -> None:
        """Raise Trouble where nothing has come and nothing will."""
        if self._unread:
            raise Trouble(Ended.HANG, self._unread)
        if gone:  # somebody else, a process that it has forked, holds its pipe
            raise Trouble(Ended.DEATH, self._death())
        if patience.is_over:
            raise Trouble(Ended.HANG, f"no answer within {patience.seconds:g} s")

    def _take(self, chunk: bytes) -> None:
        """Cut what has come into lines; an empty chunk is the end."""
        self._ended = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines.extend(lines)
        if len(self._rest) > LONGEST:
            self._broken(f"sent {len(self._rest):,} bytes without an end of line: {_shown(self._rest)}")

    def _require_patience(self) -> None:
        """Refuse what has come before it was asked for."""
        with contextlib.suppress(queue.Empty):
            while not self._ended and len(self._lines) <= self._due:
                self._take(self._chunks.get_nowait()[1])
        if len(self._lines) > self._due:
            line = self._lines[self._due]  # the first that nobody has asked for
            early = "answered before it was asked" if _is_answer(line) else "wrote a line that is no answer"
            self._broken(f"{early}: {_shown(line)}")

    def _parsed(self, line: bytes) -> dict[str, Any]:
        if is_too_deep(line):
            self._broken(f"sent a line that is nested more than {DEEPEST} deep: {_shown(line)}")
        try:
            message = _DECODE(line.decode("utf-8-sig"))
        except ValueError:
            self._broken(f"sent a line that is not JSON: {_shown(line)}")
        if not isinstance(message, dict):
            self._broken(f"sent a line that is no JSON object: {_shown(line)}")
        return dict(message)

    def _death(self) -> str:
        """Say how the process ended, with the last words of its standard error."""
        code = self._child.wait(2)
        if code is None:
            return "it closed its output while it goes on running" + self._last_words()
        how = f"signal {signal_name(-code)}" if code < 0 else f"exit code {code}"
        return f"it ended with {how}" + self._last_words()

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._child.last_words().split("\n")]
        lines = [line for line in lines if line and not line.startswith(_HEADING)]
        why = [line for line in lines[:-_LAST] if _ERROR.match(line)][-1:]  # Node tells more after it
        words = " | ".join([line[:300] for line in why] + lines[-_LAST:])
        return f"; its last words: {words[-600:]}" if words else ""

    def _broken(self, what: str) -> NoReturn:
        self.kill()
        raise self._fault(_BROKEN[self._is_driver].format(self._name, what))


_NOT_READY: Final = {
    True: "{0}: no ready line came from {1!r}: {2}. A driver answers "
    '{{"cmd":"start"}} with {{"ready":true,...}} on one line and keeps its pipes open.',
    False: "{0}: its process is not ready: {2}. The import of its module, start(kind) for each kind and the "
    "first calls of its levers have to come back, within --start-timeout, and leave the process alone.",
}
"""What is said of a driver, and of a target in Python, that does not start."""
_BROKEN: Final = {
    True: "{0}: the driver {1}. That is a fault of the driver, not of the subject; the wire wants one JSON object a "
    "line, answers in the order of seq, and one result for each step. What else a driver has to say goes to standard "
    "error.",
    False: "{0}: its process {1}. Only the suite's own lines belong into its pipe; let the adapter, and what it "
    "starts, leave alone the files that they did not open.",
}
"""What is said of a driver, and of the process of a target in Python, that does not speak the wire."""


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise ValueError(f"{text} is no number that can be kept")
    return value


_DECODE: Final = json.JSONDecoder(parse_float=_finite, parse_constant=int).decode  # NaN is no JSON, and no int


def _is_answer(line: bytes) -> bool:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and "seq" in message


def _shown(line: bytes) -> str:
    text = repr(line[:200].decode(errors="replace"))
    return text if len(text) < 120 else text[:117] + "..."
