"""Whatever is changed in a right consumer, some situation finds it."""

import pytest

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.selftest.mutants.consumer_mutants import killed_by, mutants


@pytest.mark.parametrize(("name", "consumer"), mutants(), ids=[name for name, _ in mutants()])
def test_a_mutant_of_a_right_consumer_is_killed(name: str, consumer: Consumer) -> None:
    """By a rule, in a situation of the quick run."""
    assert killed_by(consumer), name
