"""Node, where the machine has it."""

import os

import pytest

from iasyncinfo_conformance.drivers.javascript import NoNode, node


@pytest.fixture(scope="session")
def node_path() -> str:
    """The path of Node; skipped, with what to install, where there is none, but not in CI."""
    try:
        return node()
    except NoNode as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
