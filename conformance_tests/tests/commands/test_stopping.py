"""The signals that end a command: one exception, once, wherever the first one comes."""

import signal
import sys
import threading

import pytest

from iasyncinfo_conformance.errors import Stopped
from iasyncinfo_conformance.stopping import held, stopped_by_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


def test_a_signal_raises_once_and_a_second_one_finds_the_end_under_way() -> None:
    """Whichever the second is."""
    with pytest.raises(Stopped, match="SIGTERM"), stopped_by_signals():  # noqa: PT012
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_a_keyboard_interrupt() -> None:
    """As everywhere in Python."""
    with pytest.raises(KeyboardInterrupt), stopped_by_signals():
        signal.raise_signal(signal.SIGINT)


def test_a_signal_that_a_finalizer_swallows_is_raised_again() -> None:
    """What a finalizer raises goes nowhere."""

    class Swallows:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGHUP)

    came = threading.Event()
    with pytest.raises(Stopped, match="SIGHUP"), stopped_by_signals():  # noqa: PT012
        Swallows()
        came.wait(30)


def test_lines_that_are_held_come_to_their_end() -> None:
    """The report is written, and the exit code is that of the report."""
    written = []
    with stopped_by_signals(), held():
        signal.raise_signal(signal.SIGTERM)
        written.append("report")
    assert written == ["report"]


def test_a_signal_that_is_ignored_stays_so() -> None:
    """As nohup has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_by_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_handlers_are_put_back() -> None:
    """The command line may be run inside another program."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with stopped_by_signals():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
