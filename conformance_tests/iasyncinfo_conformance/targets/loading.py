"""From the words of a command line to a target."""

import importlib
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.errors import HarnessFault, UsageFault, is_a_stop, said
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.process import START_TIMEOUT
from iasyncinfo_conformance.targets.wire import WireTarget

_CPPWINRT: Final = ("cppwinrt", "cppwinrt-cooperative")
_JAVASCRIPT: Final = "javascript"
TIMEOUT: Final = 3.0
"""Seconds that one word may take over a pipe."""
_SYNTAX: Final = (
    "A target is package.module:name (a function start(kind) -> Subject), reference, family:NAME, "
    "cppwinrt, cppwinrt@2.0, cppwinrt@3.0, cppwinrt-cooperative, javascript, or exec:COMMAND."
)


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
    if text.partition("@")[0] in _CPPWINRT:
        return _cppwinrt(text, timeout, start_timeout)
    if text == _JAVASCRIPT:
        from iasyncinfo_conformance.drivers.javascript import command

        return WireTarget(command(), text, timeout, start_timeout)
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
    return WireTarget(command, text, timeout, start_timeout)


def require_understood(text: str) -> None:
    """Raise a UsageFault where ``text`` has not the form of a target; what it names is not looked for."""
    if text.startswith("exec:"):
        _arguments(text.removeprefix("exec:"))
    elif text.partition("@")[0] in _CPPWINRT:
        _version(text)
    elif text.startswith("family:"):
        from iasyncinfo_conformance.families import starter

        starter(text.removeprefix("family:"))
    elif text not in ("reference", _JAVASCRIPT):
        _module_and_name(text)


def is_python(text: str) -> bool:
    """Return whether a target can live in this process."""
    return not text.startswith(("exec:", "cppwinrt")) and text != _JAVASCRIPT


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
    """Import and return the function that ``package.module:name``, ``reference`` or ``family:NAME`` names."""
    if text.startswith("family:"):
        from iasyncinfo_conformance.families import starter

        return starter(text.removeprefix("family:"))
    if text == "reference":
        text = "iasyncinfo_conformance.targets.reference:start"
    module_name, attribute = _module_and_name(text)
    _find_in_current_folder()
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:
        if is_a_stop(error):
            raise
        raise HarnessFault(
            f"the module {module_name!r} of the target does not import: {said(error)}. "
            "Run from the folder that holds it, or install it."
        ) from error
    start = getattr(module, attribute, None)
    if not callable(start):
        found = "has no such name" if start is None else f"holds {type(start).__name__} there"
        raise HarnessFault(f"{text}: the module {found}. Name a function start(kind) -> Subject in {module_name}.")
    return start  # type: ignore[no-any-return]


def _find_in_current_folder() -> None:
    """Have the user's own modules found, but never in place of others."""
    with suppress(OSError):  # it has been deleted
        if os.getcwd() not in sys.path:
            sys.path.append(os.getcwd())


def _module_and_name(text: str) -> tuple[str, str]:
    module, colon, name = text.partition(":")
    if not colon or not module or not name:
        raise UsageFault(f"the target {text!r} is not understood. {_SYNTAX}")
    return module, name


def _version(text: str) -> str:
    from iasyncinfo_conformance.drivers.cppwinrt import VERSIONS

    version = text.partition("@")[2] or max(VERSIONS)
    if version not in VERSIONS:
        raise UsageFault(f"the target {text!r} names no version that is built here: {', '.join(sorted(VERSIONS))}.")
    return version


def _cppwinrt(text: str, timeout: float, start_timeout: float) -> Target:
    from iasyncinfo_conformance.drivers.cppwinrt import command

    cooperative = text.partition("@")[0].endswith("cooperative")
    return WireTarget(command(_version(text), cooperative=cooperative), text, timeout, start_timeout)
