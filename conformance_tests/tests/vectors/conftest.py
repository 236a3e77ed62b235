"""Node, where the machine has it, and vectors, exported once."""

import os
from pathlib import Path

import pytest

from iasyncinfo_conformance.drivers.javascript import NoNode, node
from iasyncinfo_conformance.vectors.export import export
from iasyncinfo_spec.abi import Kind


@pytest.fixture(scope="session")
def node_path() -> str:
    """The path of Node; skipped, with what to install, where there is none, but not in CI."""
    try:
        return node()
    except NoNode as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of the row of the reference implementation."""
    return _exported("reference", tmp_path_factory)


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of standard."""
    return _exported("standard", tmp_path_factory)


def _exported(profile: str, factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("vectors") / profile
    export(folder, profile, tuple(Kind))
    return folder
