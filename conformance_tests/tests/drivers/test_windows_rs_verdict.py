"""windows-rs under the whole check: both versions, and objects that are ready."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.drivers.shipped import shipped_known
from iasyncinfo_conformance.drivers.windows_rs import KNOWN, VERSIONS
from iasyncinfo_conformance.engines.races import TIMES
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.identifying.identity import identify
from iasyncinfo_conformance.record.extent import RaceMode
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.report import text
from iasyncinfo_conformance.target import Target

Load = Callable[[str], Target]

MISSING: Final[Mapping[str, str]] = {
    "CANCEL-REQ": "no cancellation token",
    "CANCEL-ONCE": "no cancellation token",
    "PROG-NULL": "no progress sink",
    "APART": "no cancellation token and no progress sink",
    "RELEASED": "no progress sink",
}
"""Each rule that cannot be verified, and what windows-future would have to have."""


@pytest.fixture(scope="module")
def newest(windows_rs: Load) -> Target:
    """The driver of the newest version."""
    return windows_rs("windows-rs")


@pytest.fixture(scope="module")
def standard(newest: Target) -> Record:
    """The check at standard, with nothing known."""
    return check(newest, Options(quick=True))


def names(record: Record, outcome: Outcome) -> set[str]:
    """The rules with this outcome."""
    return {verdict.id for verdict in record.verdicts if verdict.outcome is outcome}


def test_it_is_exactly_the_family_windows_rs(standard: Record) -> None:
    """Though it does not conform: Cancel does nothing, and a Progress handler is forgotten."""
    assert standard.nearest is not None
    assert (standard.nearest.name, standard.nearest.exact, standard.nearest.also) == ("windows-rs", True, ())
    assert {failure.rule for failure in standard.own} == {"CANCEL-VISIBLE", "PROG-REPLACE"}
    assert standard.verdict is Verdict.DOES_NOT_CONFORM


def test_the_known_file_names_what_cannot_be_verified_and_the_missing_api(standard: Record) -> None:
    """These rules and no other, each with its reason."""
    reasons = {entry.rule: entry.reason for entry in load_known(KNOWN).unverified}
    assert set(reasons) == names(standard, Outcome.UNTESTABLE) == set(MISSING)
    for rule, missing in MISSING.items():
        assert reasons[rule].startswith(f"{missing}: ")


def test_the_known_file_names_nothing_else() -> None:
    """No answer is excused: what the crates break, the profile lists."""
    known = load_known(KNOWN)
    assert (known.deviations, known.answers, known.exemptions) == ((), (), ())


def test_its_own_profile_passes_and_races_run(newest: Target) -> None:
    """What cannot be verified apart, nothing is left out, and the theorem of the complete suites holds."""
    done = check(newest, Options(profile="windows-rs", known=load_known(KNOWN)))
    assert done.verdict is Verdict.WITH_DEVIATIONS
    assert names(done, Outcome.DEVIATING) == set(MISSING) - {"CANCEL-REQ"}
    assert done.race_mode is RaceMode.STOCHASTIC
    assert all(each.raced.schedules == TIMES * each.raced.cells > 20 for each in done.extents.values())
    assert all(each.suite.covered == each.suite.cells > 0 for each in done.extents.values())
    assert guarantee(done) is not None


def test_races_run_where_all_that_failed_is_listed_by_the_row(newest: Target) -> None:
    """Nothing new is found in them, and the report says what was not counted."""
    done = check(newest, Options())
    assert {failure.rule for failure in done.own} == {"CANCEL-VISIBLE", "PROG-REPLACE"}
    assert done.race_mode is RaceMode.STOCHASTIC
    assert all(each.raced.cells > 20 for each in done.extents.values())
    said = " ".join(text.report(done).split())
    assert "What the row windows-rs lists as its breaches counts as no failure there" in said


@pytest.mark.parametrize("version", VERSIONS)
def test_either_version_is_identified(windows_rs: Load, version: str) -> None:
    """Both use the slot up with a null that they refuse."""
    found = identify(windows_rs(f"windows-rs@{version}"), Options(quick=True))
    assert str(found).splitlines()[-1] == "windows-rs, exactly"
    assert "put_completed(null) put_completed(h1)" in str(found)


def test_the_known_file_goes_by_the_name_of_the_driver(capsys: pytest.CaptureFixture[str]) -> None:
    """A file of that name goes before it; whatever else is no file is refused."""
    assert shipped_known("windows-rs") == shipped_known("windows-rs@0.2.1") == KNOWN
    assert shipped_known("cppwinrt") is shipped_known("known.toml") is None
    assert main(["check", "windows-rs", "--known", "cppwinrt"]) == 2
    assert "the known-file 'cppwinrt'" in capsys.readouterr().err


def test_objects_that_are_ready_have_a_row_of_their_own(windows_rs: Load) -> None:
    """They end as they were made, and are told as windows-rs."""
    ready = windows_rs("windows-rs-ready")
    assert check(ready, Options(profile="windows-rs-ready", quick=True)).verdict is Verdict.CONFORMS
