"""The environment of the pages' tests."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def _no_columns() -> None:
    """What is printed does not depend on the terminal of whoever runs the tests; readline sets it in some Pythons."""
    os.environ.pop("COLUMNS", None)
