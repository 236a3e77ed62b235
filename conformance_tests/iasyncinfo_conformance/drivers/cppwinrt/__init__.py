"""Microsoft's own C++/WinRT coroutine objects on the wire, built on this machine from the published headers."""

from iasyncinfo_conformance.drivers.recipe import MachineLacks

from .build import NEWEST, VERSIONS, command, driver

__all__ = ["NEWEST", "VERSIONS", "MachineLacks", "command", "driver"]
