"""From the words of a command line to a target."""

import shlex
from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.drivers.shipped import is_shipped, require_version, shipped_command
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.entry import entry_of, function_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.pipe.process import START_TIMEOUT
from iasyncinfo_conformance.targets.pipe.wire import WireTarget

REFERENCE: Final = "iasyncinfo_conformance.targets.reference:start"
TIMEOUT: Final = 3.0
"""Seconds that one word may take over a pipe."""


def load_target(
    text: str, timeout: float = TIMEOUT, *, explores: bool = True, start_timeout: float = START_TIMEOUT
) -> Target:
    """Return the target that ``text`` names.

    A Python target lives in this process; without ``explores`` it is loaded faster and runs no chosen
    schedules. ``timeout`` are the seconds that a word may take over a pipe, ``start_timeout`` those until a process
    is ready. Raises UsageFault where the text is not understood and
    HarnessFault where what it names cannot be had.
    """
    if text.startswith("exec:"):
        return command_target(text.removeprefix("exec:"), timeout, start_timeout)
    if is_shipped(text):
        return WireTarget(shipped_command(text), text, timeout, start_timeout)
    return InProcess(load_start(text), text, explores=explores)


def load_isolated(
    text: str, timeout: float = TIMEOUT, *, explores: bool = True, start_timeout: float = START_TIMEOUT
) -> Target:
    """Return the same target in a process of its own, which can be killed when a word, or its import, hangs it.

    This process does not import it.
    """
    require_understood(text)
    if not is_python(text):
        return load_target(text, timeout, start_timeout=start_timeout)  # a process of its own already
    flags = () if explores else ("--no-schedules",)
    command = python_command("iasyncinfo_conformance.targets.wire_host", text, *flags)
    return WireTarget(command, text, timeout, start_timeout, is_bundled=True)


def require_understood(text: str) -> None:
    """Raise a UsageFault where ``text`` has not the form of a target; what it names is not looked for."""
    if text.startswith("exec:"):
        _arguments(text.removeprefix("exec:"))
    elif is_shipped(text):
        require_version(text)
    elif text.startswith("family:"):
        from iasyncinfo_conformance.families import starter

        starter(text.removeprefix("family:"))
    elif text != "reference":
        entry_of(text)


def is_python(text: str) -> bool:
    """Return whether a target can live in this process."""
    return not text.startswith("exec:") and not is_shipped(text)


def command_target(command: str, timeout: float, start_timeout: float = START_TIMEOUT) -> Target:
    """Return the driver that ``command`` starts, without a shell."""
    return WireTarget(_arguments(command), f"exec:{command}", timeout, start_timeout)


def _arguments(command: str) -> list[str]:
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        raise UsageFault(f"the command {command!r} cannot be split into words: {error}. Mend its quotes.") from error
    if not arguments:
        raise UsageFault("exec: names no command. Write exec:COMMAND, for example 'exec:./driver --fast'.")
    return arguments


def load_start(text: str) -> Callable[..., Any]:
    """Import and return the function that a text names, by a module or a file, as ``reference`` or ``family:NAME``."""
    if text.startswith("family:"):
        from iasyncinfo_conformance.families import starter

        return starter(text.removeprefix("family:"))
    return function_of(REFERENCE if text == "reference" else text)
