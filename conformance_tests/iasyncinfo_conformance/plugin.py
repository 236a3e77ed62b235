"""The pytest plugin: options and a fixture. Every pytest run of every adopter imports it, so it imports nothing else.

``pytest --pyargs iasyncinfo_conformance --iasyncinfo-target=package.module:name``
"""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from iasyncinfo_conformance.consumers.items import FamilyFixture, SituationFixture
    from iasyncinfo_spec.recorder import Log


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that name the subject and its known-file."""
    group = parser.getgroup("iasyncinfo", "conformance of IAsyncInfo objects")
    group.addoption(
        "--iasyncinfo-target", metavar="TARGET", help="the subject, as on the command line of iasyncinfo check"
    )
    group.addoption("--iasyncinfo-known", metavar="FILE", help="TOML: known deviations and unverified rules")
    group.addoption("--iasyncinfo-profile", metavar="P", help="standard, or the family whose row is demanded")
    group.addoption(
        "--iasyncinfo-quick", action="store_true", help="a short check: no extra states, a short walk and no races"
    )
    group.addoption(
        "--iasyncinfo-logs", metavar="FOLDER", help="where the fixture iasyncinfo_log leaves the log of each test"
    )


@pytest.fixture
def iasyncinfo_log(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[Log]":
    """A log of this test, for ``iasyncinfo.recording`` and ``iasyncinfo.recording_calls`` to write to.

    It lies in the folder that ``--iasyncinfo-logs`` names, under the test's own name, or else in ``tmp_path``,
    and is closed when the test ends; ``iasyncinfo trace`` judges it.
    """
    from iasyncinfo_spec.recorder import Log

    folder = request.config.getoption("--iasyncinfo-logs")
    kept = Path(folder) if folder else tmp_path
    kept.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", request.node.nodeid).strip("-")[-150:] if folder else "iasyncinfo-log"
    with Log(kept / f"{name}.jsonl", subject=request.node.nodeid) as log:
        yield log


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test a family, or a situation, of each that asks for one."""
    if "iasyncinfo_family" in metafunc.fixturenames:
        from iasyncinfo_spec.families import FAMILIES

        metafunc.parametrize("iasyncinfo_family", list(FAMILIES), indirect=True)
    if "iasyncinfo_situation" in metafunc.fixturenames:
        from iasyncinfo_conformance.consumers.items import situations_of_tests

        found = situations_of_tests()
        metafunc.parametrize("iasyncinfo_situation", found, ids=[each.name for each in found], indirect=True)


@pytest.fixture
def iasyncinfo_family(request: pytest.FixtureRequest) -> "FamilyFixture":
    """One family, ``name``: ``create(kind)`` returns a running operation with its manners, and its producer."""
    from iasyncinfo_conformance.consumers.items import FamilyFixture

    return FamilyFixture(request.param)


@pytest.fixture
def iasyncinfo_situation(request: pytest.FixtureRequest) -> "Iterator[SituationFixture]":
    """One situation: ``begin(name, kind)`` returns the operation that meets it, within the suite's time.

    When the test ends, it fails where the operation was not treated as the rules oblige a caller to.
    """
    from iasyncinfo_conformance.consumers.items import SituationFixture

    situation = SituationFixture(request.param)
    yield situation
    broken = situation.broken()
    if broken:
        from iasyncinfo_conformance.report.failing import fail

        fail("\n".join(broken))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001  # pytest gives what is asked for by name
    call: "pytest.CallInfo[None]",
) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Have the line in the summary begin with a failure's own words where that is asked for."""
    report = yield
    error = call.excinfo.value if call.excinfo is not None else None
    crash = getattr(report.longrepr, "reprcrash", None)
    if getattr(error, "is_told_as_it_is", False) and crash is not None:
        crash.message = str(error)
    return report
