"""Shipped drivers, for tests: built where the machine can."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from iasyncinfo_conformance.drivers.recipe import MachineLacks
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import load_isolated


@pytest.fixture(scope="module")
def windows_rs() -> Iterator[Callable[[str], Target]]:
    """Loads a target of windows-rs; skips where the machine cannot build it, in CI only where it has no cargo."""
    with ExitStack() as stack:

        def load(text: str) -> Target:
            try:
                return stack.enter_context(closing(load_isolated(text, timeout=60.0)))
            except MachineLacks as lack:
                if os.environ.get("CI") and shutil.which("cargo"):
                    raise
                pytest.skip(str(lack))

        yield load
