"""What all tests of consumers need."""

import gc
from collections.abc import Iterator

import pytest

from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside


@pytest.fixture(autouse=True, scope="module")
def _few_objects_to_look_at() -> Iterator[None]:
    """Each run looks for what nobody holds any more: not among what the test run itself holds."""
    gc.collect()
    with what_was_there_aside():
        yield
