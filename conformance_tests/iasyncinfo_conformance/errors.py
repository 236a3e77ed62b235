"""How a run ends before it can speak of the subject, and whose fault that is."""

import importlib.util
from enum import StrEnum
from typing import Final

_NEEDS: Final = ("hypothesis", "jsonschema")


class UsageFault(Exception):
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


class HarnessFault(Exception):
    """The adapter, driver or suite is broken, so nothing true can be said of the subject. Exit code 3.

    The message is one paragraph that names the culprit and says how to mend it.
    """

    whose = Whose.ADAPTER


class DriverFault(HarnessFault):
    """A driver does not speak the wire as it is written down, or cannot be started."""

    whose = Whose.DRIVER


class NotSchedulable(HarnessFault):
    """The schedules of a subject's races cannot be explored; the message says why."""


class Stopped(BaseException):
    """Somebody ended the command with a signal; ``signal`` is its name. The exit code is 128 and its number."""

    def __init__(self, signal: str) -> None:
        super().__init__(f"stopped by {signal}")
        self.signal = signal


def said(error: BaseException) -> str:
    """Return an exception of somebody else's code in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def require_extra() -> None:
    """Raise HarnessFault where the packages of the extra ``conformance`` are missing."""
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise HarnessFault(
            f"{' and '.join(missing)} is not installed, which running the suite needs. "
            "Install it with: pip install 'iasyncinfo[conformance]'."
        )
