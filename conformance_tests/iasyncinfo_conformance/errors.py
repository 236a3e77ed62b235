"""How a run ends before it can speak of the subject, and whose fault that is."""

import errno
import importlib.util
import os
import signal
import threading
from enum import StrEnum
from typing import Final

from iasyncinfo_conformance.escaping import class_name, one_line, told_by

_NEEDS: Final = ("hypothesis", "jinja2", "jsonschema")
SCARCE: Final = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.EAGAIN,
)
"""What a machine may have too little of: space, descriptors, memory, processes."""


_NO_THREAD: Final = "can't start new thread"
"""All that Python says where the machine gives no more threads: a RuntimeError has no number."""


class _Told(Exception):
    """An exception whose message people read: whatever of somebody else's is in it is escaped."""

    def __init__(self, message: object = "") -> None:
        super().__init__(one_line(str(message)))


class UsageFault(_Told):
    """What was asked for cannot be understood: an unknown word, name or file. Exit code 2.

    The message is one paragraph that names the input and says how to mend it.
    """


class Whose(StrEnum):
    """Whose fault something is."""

    SUBJECT = "subject"
    ADAPTER = "adapter"
    DRIVER = "driver"
    SUITE = "suite"
    UNKNOWN = "unknown"


class HarnessFault(_Told):
    """The adapter, driver or suite is broken, so nothing true can be said of the subject. Exit code 3.

    The message is one paragraph that names the culprit and says how to mend it.
    """

    whose = Whose.ADAPTER


class DriverFault(HarnessFault):
    """A driver does not speak the wire as it is written down, or cannot be started."""

    whose = Whose.DRIVER


class ToolFault(HarnessFault):
    """The tool itself cannot go on: a full disk, too few file descriptors, an output that nobody can read."""

    whose = Whose.SUITE


class NotSchedulable(HarnessFault):
    """The schedules of a subject's races cannot be explored; the message says why."""


def who_stopped(signal: str) -> str:
    """Return who ends a command with a signal of this name, as people say it."""
    return "the keyboard" if signal == "SIGINT" else signal


class Stopped(BaseException):
    """Somebody ended the command with a signal; ``signal`` is its name. The exit code is 128 and its number."""

    def __init__(self, signal: str) -> None:
        super().__init__(f"stopped by {who_stopped(signal)}")
        self.signal = signal


class RunEnds(GeneratorExit):
    """The suite ends a run from within: it passes through the code of a subject, which may not take it for its own."""


def is_a_stop(error: BaseException) -> bool:
    """Return whether an exception is how a person or the suite ends a run, and not what somebody else's code raised.

    A Ctrl-C comes to the main thread alone; where SIGINT has its default action, as in the processes that the suite
    starts, it comes to no thread.
    """
    if isinstance(error, RunEnds):
        return True
    if not isinstance(error, (KeyboardInterrupt, Stopped)):
        return False
    return threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) != signal.SIG_DFL


def said(error: BaseException) -> str:
    """Return an exception of somebody else's code in one line."""
    told = told_by(error)
    return f"{class_name(error)}: {told}" if told else class_name(error)


def why_it_broke(error: BaseException) -> str:
    """Return, as a paragraph, what broke inside the tool itself: the machine gave out, or the tool has a defect."""
    if isinstance(error, MemoryError):
        return "the suite itself failed: there is not enough memory. Give it more, and run it again."
    if isinstance(error, FileNotFoundError) and not _is_somewhere():
        return "the folder in which iasyncinfo runs is not there any more. Run it in another."
    if told_by(error) == _NO_THREAD or (isinstance(error, OSError) and error.errno in SCARCE):
        return f"the suite itself failed: {said(error)}. Let the machine give it what it lacks, and run it again."
    return f"the suite itself failed: {said(error)}. This is a defect of iasyncinfo's; --debug shows where it is."


def _is_somewhere() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def require_extra() -> None:
    """Raise HarnessFault where the packages of the extra ``conformance`` are missing."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise HarnessFault(
            f"{' and '.join(missing)} is not installed, which running the suite needs. "
            f"Install it into this environment, for example with: pip install {' '.join(missing)}."
        )
