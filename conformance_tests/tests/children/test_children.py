"""Processes that the suite starts: what is read and written in time, what is told, and that none is left."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iasyncinfo_conformance.children.child import Child, signal_name
from iasyncinfo_conformance.children.descendants import descendants, none_left
from iasyncinfo_conformance.children.frames import Garbled, Unpacking, packed
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.children.pulse import Pulse
from iasyncinfo_conformance.children.tool import run_tool
from iasyncinfo_conformance.errors import HarnessFault

Chunks = queue.Queue[tuple[Child, bytes]]

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says whose descendants are whose")


@contextmanager
def running(script: str) -> Iterator[tuple[Child, Chunks]]:
    """A shell that runs a script, and what it writes."""
    chunks: Chunks = queue.Queue()
    child = Child(["sh", "-c", script], chunks)
    try:
        yield child, chunks
    finally:
        child.end()


def everything(chunks: Chunks) -> bytes:
    """What comes until the end."""
    return b"".join(iter(lambda: chunks.get(timeout=30)[1], b""))


def test_what_a_child_writes_comes_until_its_end() -> None:
    """In chunks, and then an empty one."""
    with running("cat; echo end") as (child, chunks):
        assert child.write(b"hello\n", 10)
        child.close_input()
        assert everything(chunks) == b"hello\nend\n"
        assert child.wait(10) == 0


MORTAL = """
from iasyncinfo_conformance.children.descendants import die_with_parent
die_with_parent()
print("ready", flush=True)
print(input())
"""
"""A program that is to die with its parent."""


@needs_linux
def test_a_child_that_a_thread_has_started_outlives_the_thread() -> None:
    """Though it is to die with its parent."""
    chunks: Chunks = queue.Queue()
    came: list[tuple[Child, bytes]] = []

    def start() -> None:
        Child([sys.executable, "-c", MORTAL], chunks)
        came.append(chunks.get(timeout=30))

    starting = threading.Thread(target=start)
    starting.start()
    starting.join()
    child, ready = came[0]
    child.write(b"alive\n", 10)
    assert ready + everything(chunks) == b"ready\nalive\n"
    child.end()


def test_a_child_that_does_not_read_is_not_waited_for() -> None:
    """The write says so when its time is over."""
    with running("sleep 600") as (child, _):
        assert not child.write(b"x" * 1_000_000, 0.2)


def test_of_a_flood_of_errors_the_end_is_kept() -> None:
    """However much comes."""
    with running("yes x | head -c 3000000 >&2; echo last words >&2") as (child, chunks):
        assert everything(chunks) == b""
        assert child.wait(10) == 0
        words = child.last_words()
    assert words.endswith("x\nlast words\n")
    assert len(words) < 100_000


@needs_linux
def test_whatever_descendants_do_none_is_left() -> None:
    """One stays in the group, one leaves the session, one forgets its parent and its environment."""
    script = "sleep 600 & setsid sleep 600 & (env -i setsid sleep 600 &) ; echo up"
    before = set(descendants(os.getpid()))
    with none_left():
        with running(script) as (child, chunks):
            everything_up = chunks.get(timeout=30)[1]
            assert child.wait(10) == 0
        assert everything_up == b"up\n"
    assert set(descendants(os.getpid())) <= before


@needs_linux
def test_what_was_there_before_is_left_alone() -> None:
    """The processes of whoever calls are not the suite's."""
    own = subprocess.Popen(["sleep", "600"])
    try:
        with none_left(), running("sleep 600"):
            assert own.pid in descendants(os.getpid())
        assert own.poll() is None
    finally:
        own.kill()
        own.wait()


@pytest.mark.parametrize(("number", "name"), [(signal.SIGKILL, "SIGKILL"), (200, "SIGRTMIN+166")])
def test_every_signal_has_a_name(number: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the signal module does not list, too."""
    monkeypatch.setattr(signal, "SIGRTMIN", 34, raising=False)
    assert signal_name(number) == name


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def goes_on(self, wait: Patience, seconds: float) -> None:
        """Go on, while the wait is looked at eight times a second."""
        for _ in range(int(8 * seconds)):
            self.now += 0.125
            wait.slice()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which waits are measured."""
    made = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: made.now)
    return made


def test_a_long_wait_is_told_once(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    """In one line on standard error; a short one is not."""
    wait = Patience("a driver to start", 30)
    assert wait.slice() == 0.1
    assert capsys.readouterr().err == ""
    clock.goes_on(wait, 2.5)
    assert capsys.readouterr().err == "iasyncinfo: waiting for a driver to start, at most 30 s\n"
    clock.goes_on(wait, 27.375)
    clock.now += 0.0625
    assert 0 < wait.slice() < 0.1
    assert not wait.is_over
    clock.now += 0.0625
    assert wait.is_over


def test_a_wait_is_as_long_as_somebody_waits(clock: Clock) -> None:
    """Who is stopped meanwhile, as by Ctrl-Z, looks at nothing."""
    wait = Patience("a driver to start", 30)
    clock.now += 3600
    assert not wait.is_over
    clock.goes_on(wait, 30)
    assert wait.is_over


@pytest.mark.parametrize("fails", [OSError, ValueError])
def test_a_wait_goes_on_where_nobody_can_be_told(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, fails: type[Exception]
) -> None:
    """Standard error is closed, or its disk is full."""

    class Broken:
        def isatty(self) -> bool:
            raise fails

        fileno = isatty

    for stream in (Broken(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        wait = Patience("a driver to start", 3)
        clock.goes_on(wait, 3)
        assert wait.is_over


def test_frames_come_whole_however_they_are_cut() -> None:
    """A byte at a time, too."""
    sent = [{"a": 1}, "x" * 100, None]
    data = b"".join(map(packed, sent))
    unpacking = Unpacking()
    assert [value for at in range(len(data)) for value in unpacking.feed(data[at : at + 1])] == sent


@pytest.mark.parametrize("data", [b"garbage on the pipe\n", b"\x03" + bytes(7) + b"abc"])
def test_what_is_no_frame_is_garbled(data: bytes) -> None:
    """Whether its length or its content gives it away."""
    with pytest.raises(Garbled):
        list(Unpacking().feed(data))


def test_a_pulse_is_read_at_the_other_end() -> None:
    """Its count is odd while a word runs."""
    watcher = Pulse.new()
    watched = Pulse.of(str(watcher.path))
    assert watcher.read() == (0, 0)
    watched.begin(20)
    assert watcher.read() == (1, 20)
    watched.end()
    assert watcher.read() == (2, 0)
    watcher.close()
    assert not watcher.path.exists()


def test_a_tool_is_run_to_its_end(tmp_path: Path) -> None:
    """What it writes is told apart, and in order where it is merged."""
    done = run_tool(["sh", "-c", "cat; pwd; echo no >&2; exit 3"], "a tool", given="in\n", folder=tmp_path)
    assert (done.code, done.output, done.errors) == (3, f"in\n{tmp_path}\n", "no\n")
    assert run_tool(["sh", "-c", "echo a; echo b >&2; echo c"], "a tool", merged=True).output == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("command", "says"),
    [("sleep 600", "does not end: it was given 0.3 s"), ("exec >&-; sleep 600", "closed its output and does not end")],
)
def test_a_tool_that_does_not_end_is_given_up(command: str, says: str) -> None:
    """The fault names it."""
    with pytest.raises(HarnessFault, match=f"a tool {says}|a tool.*{says}"):
        run_tool(["sh", "-c", command], "a tool", seconds=0.3)
