"""The page of known implementations is as old as its records, and says so."""

import re
from typing import Final

import pytest

import implementations
from iasyncinfo_spec.static_rules import EVERY_RULE
from implementations import CONSUMERS, SUBJECTS, taken

TARGETS: Final = (*SUBJECTS, *CONSUMERS)


@pytest.mark.parametrize("target", TARGETS)
def test_a_record_is_of_the_target_whose_name_it_has(target: str) -> None:
    """It is that of a whole check at standard: of every rule, and not of a quick one."""
    asked = taken(target).record.asked
    assert (taken(target).record.subject.target, asked.profile, asked.rule, asked.quick) == (
        target,
        "standard",
        "*",
        False,
    )


def test_no_record_is_of_nothing() -> None:
    """Each file is some target's."""
    kept = {path.name for path in implementations.RECORDS.iterdir()}
    assert kept == {implementations._path(target).name for target in TARGETS}


def test_a_rule_that_a_record_speaks_of_and_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the page is stale until the record is taken anew."""
    before = implementations.dates()
    left = {name: rule for name, rule in EVERY_RULE.items() if name != "CANCEL-OK"}
    monkeypatch.setattr(implementations, "EVERY_RULE", left)  # whose order is nobody's to change
    assert "of which are gone: CANCEL-OK" in implementations.dates() != before


def test_a_record_names_no_folder_of_the_machine_that_took_it() -> None:
    """What is published is what was found."""
    for target in TARGETS:
        assert re.findall("/(?:home|root)/", repr(taken(target).record)) == [], target
