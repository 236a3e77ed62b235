"""What ``pytest --pyargs iasyncinfo_conformance --iasyncinfo-target=...`` collects."""

from collections.abc import Iterator

import pytest

from iasyncinfo_conformance.children.descendants import none_left
from iasyncinfo_conformance.pytest_items import Conformance
from iasyncinfo_conformance.targets.loading import load_isolated


@pytest.fixture(scope="module", autouse=True)
def _named_target(pytestconfig: pytest.Config) -> Iterator[None]:
    text = pytestconfig.getoption("--iasyncinfo-target")
    if not text:
        pytest.exit("name the subject: --iasyncinfo-target=package.module:name, reference, or exec:COMMAND", 4)
    TestTarget.target_factory = staticmethod(lambda explores: load_isolated(text, explores=explores))
    with none_left():
        yield


class TestTarget(Conformance):
    """The items of the target that the command line names."""
