"""The pytest plugin: two options. It is imported by every pytest run of every adopter, so it imports nothing.

``pytest --pyargs iasyncinfo_conformance --iasyncinfo-target=package.module:name``
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: "pytest.Parser") -> None:
    """Add the options that name the subject and its known-file."""
    group = parser.getgroup("iasyncinfo", "conformance of IAsyncInfo objects")
    group.addoption(
        "--iasyncinfo-target", metavar="TARGET", help="the subject, as on the command line of iasyncinfo check"
    )
    group.addoption("--iasyncinfo-known", metavar="FILE", help="TOML: known deviations and unverified rules")
