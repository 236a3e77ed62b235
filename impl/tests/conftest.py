"""What all tests of the implementation need of the process that they run in."""

import signal

import pytest


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """A run in the background may have been told to ignore Ctrl-C, which some tests send to themselves."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
