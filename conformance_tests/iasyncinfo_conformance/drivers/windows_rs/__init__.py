"""The objects of windows-rs on the wire, built on this machine from the published crates."""

from iasyncinfo_conformance.drivers.recipe import MachineLacks

from .build import KNOWN, NEWEST, VERSIONS, command, driver

__all__ = ["KNOWN", "NEWEST", "VERSIONS", "MachineLacks", "command", "driver"]
