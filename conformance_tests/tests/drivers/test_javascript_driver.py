"""The implementation in plain JavaScript under the check."""

import os
from collections.abc import Iterator

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.drivers.javascript import NoNode
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import load_isolated


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """The driver; skipped, with what to install, where there is no Node, but not in CI."""
    try:
        found = load_isolated("javascript")
    except NoNode as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
    yield found
    found.close()


def test_it_has_the_manners_of_the_reference(target: Target) -> None:
    """All four kinds give every answer that the row demands, and the complete suites' theorem holds of it."""
    done = check(target, Options(profile="reference", quick=True))
    assert done.verdict is Verdict.CONFORMS, done.failures
    assert len(done.extents) == 4
    assert guarantee(done) is not None
