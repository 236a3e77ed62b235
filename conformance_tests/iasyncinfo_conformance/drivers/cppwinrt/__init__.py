"""Microsoft's own C++/WinRT coroutine objects on the wire, built on this machine from the published headers."""

from .build import NEWEST, VERSIONS, MachineLacks, command, driver

__all__ = ["NEWEST", "VERSIONS", "MachineLacks", "command", "driver"]
