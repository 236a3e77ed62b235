"""The targets whose drivers ship with the suite: from a target's text to the command of its driver."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from iasyncinfo_conformance.errors import UsageFault


@dataclass(frozen=True, slots=True)
class _Shipped:
    """One package of this folder, which has VERSIONS, NEWEST and ``command(version)``, and a flag of its driver's."""

    package: str
    flags: Sequence[str] = ()


_SHIPPED: Final = MappingProxyType(
    {
        "cppwinrt": _Shipped("cppwinrt"),
        "cppwinrt-cooperative": _Shipped("cppwinrt", ("--cooperative",)),
        "javascript": _Shipped("javascript"),
        "windows-rs": _Shipped("windows_rs"),
        "windows-rs-ready": _Shipped("windows_rs", ("--ready",)),
    }
)
SHIPPED_TARGETS: Final = (
    "cppwinrt, cppwinrt@2.0, cppwinrt@3.0, cppwinrt-cooperative, "
    "windows-rs, windows-rs@0.3.2, windows-rs@0.2.1, windows-rs-ready, javascript"
)
"""How the targets are written, for people."""


def is_shipped(text: str) -> bool:
    """Return whether a target's text names a shipped driver, in whatever version."""
    return text.partition("@")[0] in _SHIPPED


def shipped_known(text: str) -> Path | None:
    """Return the known-file that ships with a target's driver; None where the text names none that has one."""
    return getattr(_package(text), "KNOWN", None) if is_shipped(text) else None


def require_version(text: str) -> None:
    """Raise a UsageFault where the text names a version that is not built here."""
    _version(text)


def shipped_command(text: str) -> list[str]:
    """Return the command line of the driver, which is built first where need be.

    Raises UsageFault for a version that is not built here, and HarnessFault where the driver cannot be had.
    """
    shipped = _SHIPPED[text.partition("@")[0]]
    return [*_package(text).command(_version(text)), *shipped.flags]


def _package(text: str) -> Any:
    return import_module(f"{__package__}.{_SHIPPED[text.partition('@')[0]].package}")


def _version(text: str) -> str:
    package = _package(text)
    version = text.partition("@")[2] or package.NEWEST
    if version not in package.VERSIONS:
        known = ", ".join(sorted(package.VERSIONS))
        raise UsageFault(f"the target {text!r} names no version that is built here: {known or 'it has none'}.")
    return str(version)
