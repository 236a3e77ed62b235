"""Microsoft's C++/WinRT under the whole check, both versions."""

import os
from collections.abc import Iterator

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.drivers.cppwinrt import VERSIONS, MachineLacks
from iasyncinfo_conformance.record.guarantee import guarantee
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Record, Verdict
from iasyncinfo_conformance.replaying.word import replay
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.loading import load_isolated


@pytest.fixture(scope="module", params=sorted(VERSIONS))
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The driver of one version; skipped where the machine cannot build it, but not in CI."""
    try:
        found = load_isolated(f"cppwinrt@{request.param}")
    except MachineLacks as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
    yield found
    found.close()


@pytest.fixture(scope="module")
def standard(target: Target) -> Record:
    """The check at standard."""
    return check(target, Options(quick=True))


def test_it_conforms_and_is_exactly_the_family_cppwinrt(standard: Record) -> None:
    """No rule is broken, and every answer that can be shown is the family's."""
    assert standard.verdict is Verdict.CONFORMS
    assert standard.nearest is not None
    assert (standard.nearest.name, standard.nearest.exact, standard.nearest.also) == ("cppwinrt", True, ())


def test_its_hazards_are_reported_with_their_words(standard: Record) -> None:
    """A handler told Canceled before Error, and a result that is moved out, are allowed and named."""
    words = {hazard.point: hazard.word for hazard in standard.hazards}
    assert words == {
        "FAC": "cancel fail(0x80004005) status",
        "INCOHERENT": "cancel put_completed(h1) fail(0x80004005) status",
        "REPEAT": 'complete("text") get_results get_results',
    }


def test_every_supported_cell_is_covered(standard: Record) -> None:
    """The complete suites leave no arrow out, and their theorem holds of Microsoft's code."""
    assert standard.extents
    assert all(each.suite.covered == each.suite.cells > 0 for each in standard.extents.values())
    assert guarantee(standard) is not None


def test_its_own_profile_passes(target: Target) -> None:
    """The row of the family cppwinrt is what it does."""
    assert check(target, Options(profile="cppwinrt", quick=True)).verdict is Verdict.CONFORMS


def test_the_profile_wrl_fails_and_names_the_points_that_differ(target: Target) -> None:
    """Each differing point has a word, and replaying the word shows the difference again."""
    done = check(target, Options(profile="wrl", quick=True))
    assert done.verdict is Verdict.DOES_NOT_CONFORM
    cards = {failure.rule: failure for failure in done.own}
    differing = {"FAC", "XRES", "XERR", "CLOSE_S", "CLOSE_R", "AFTER_CLOSE", "GETH-IN", "PARTIAL", "GETP"}
    assert differing <= set(cards)
    for point in differing:
        text, verdict = replay(target, cards[point].word, cards[point].kind, "wrl")
        assert verdict is Verdict.DOES_NOT_CONFORM
        assert cards[point].actual in text


def test_a_cooperative_worker_ends_inside_cancel() -> None:
    """A worker that finishes in its cancellation callback conforms as well."""
    try:
        cooperative = load_isolated("cppwinrt-cooperative")
    except MachineLacks as lack:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(lack))
    try:
        done = check(cooperative, Options(quick=True))
    finally:
        cooperative.close()
    assert done.verdict is Verdict.CONFORMS
    assert done.points["CANCEL-SYNC"] == "yes"
