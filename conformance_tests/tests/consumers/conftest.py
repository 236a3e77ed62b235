"""What all tests of consumers need."""

import gc

import pytest


@pytest.fixture(autouse=True, scope="package")
def _few_objects_to_look_at() -> None:
    """Each run looks for what nobody holds any more: not among what the test run itself holds."""
    gc.collect()
    gc.freeze()
