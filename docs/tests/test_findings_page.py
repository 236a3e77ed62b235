"""Each finding is what the records and the recordings say, and each failure of the matrix is one."""

from typing import Any, Final

import pytest

import matrix
from findings import anchor, came, findings, met
from iasyncinfo_conformance.record.record import Record
from iasyncinfo_spec.evidence import Known, evidence
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from implementations import CONSUMERS, SUBJECTS, taken

FOUND: Final = {anchor(found): found for found in findings()}
TARGETS: Final = {*SUBJECTS, *CONSUMERS}


def shows(record: Record, about: str) -> bool:
    """Whether a record has a failure, a hazard or an answer of a rule or point."""
    hazards = {hazard.point for hazard in record.hazards}
    return (
        about in {failure.rule for failure in record.failures}
        or about in hazards
        or record.answers.get(about) not in (None, "not shown")
    )


def is_known(of: str, found: dict[str, Any], about: str) -> bool:
    """Whether what runs here, or was recorded, shows a finding; what no word shows says how often it was seen."""
    if of in TARGETS:
        return shows(taken(of).record, about) or "replay" in found
    family = FAMILIES[of]
    counted = "counted" in found and bool(family.findings)
    return counted or evidence(family, about).known is not Known.OPEN


@pytest.mark.parametrize("name", FOUND)
def test_a_finding_is_of_something_that_shows_it(name: str) -> None:
    """The first rule or point in each record or recording; all that are named exist."""
    found = FOUND[name]
    assert set(found["about"]) <= {*EVERY_RULE, *EVERY_POINT}
    assert [of for of in found["of"] if not is_known(of, found, found["about"][0])] == []


@pytest.mark.parametrize("name", FOUND)
def test_a_finding_says_what_it_means_and_how_to_live_with_it(name: str) -> None:
    """And shows a word, a situation or how often it was seen."""
    found = FOUND[name]
    assert found["means"].endswith(".")
    assert found["live"].endswith(".")
    consumer = found["of"][0] in CONSUMERS
    assert (
        any(met(taken(of).record, found["about"][0]) for of in found["of"])
        if consumer
        else "word" in found or found["replay"]
    )


def test_a_word_of_a_breach_comes_to_what_is_not_allowed() -> None:
    """The stand-in answers as the object did: WRL tells a handler 4."""
    told = next(found for found in findings() if "STATUS-VALUES" in found["about"])
    assert came(told)[-1] == ("complete(5)", "succeeds; calls h1(4, no AsyncStatus)")


def test_every_failure_of_the_matrix_is_a_finding() -> None:
    """Whoever meets a cross is led to what it means."""
    for table in (matrix.implementations(), matrix.consumers()):
        rules = table.partition("### Situations")[0].partition("### Rules")[2]
        assert "[❌ failed](findings.md#" in rules
        assert "| ❌ failed" not in rules


def test_what_was_only_read_stands_apart() -> None:
    """It has no column, for nobody saw it happen."""
    columns = matrix.implementations().splitlines()[0]
    for family in FAMILIES.values():
        is_read = not family.recordings
        assert (f"`{family.name}`" in columns or matrix.runs_here(family)) is not is_read, family.name
        assert (f"[{family.name}](" in matrix.only_read()) is is_read
    assert "`wrl` *from recordings*" in columns
