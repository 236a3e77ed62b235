"""The rules, variation points and families are well formed."""

import re
from typing import Final

import pytest

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import explore
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import hresult_name, signed, unsigned
from iasyncinfo_spec.rules import _ALL as ALL_RULES
from iasyncinfo_spec.rules import RULES, Level, Observed, Party, Rule
from iasyncinfo_spec.tables import COMPLETED_SLOT, LIFECYCLE, PROGRESS_SLOT
from iasyncinfo_spec.variations import _ALL as ALL_POINTS
from iasyncinfo_spec.variations import VARIATIONS, Variation, incoherent
from iasyncinfo_spec.words import parse_word

RULE_ID: Final = re.compile(r"[A-Z]+(-[A-Z]+)*")
POINT_NAME: Final = re.compile(r"[A-Z]+([-_][A-Z]+)*")
FAMILY_NAME: Final = re.compile(r"[a-z]+(-[a-z0-9.]+)*")

TABLES: Final = (LIFECYCLE, COMPLETED_SLOT, PROGRESS_SLOT)

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
every_point = pytest.mark.parametrize("point", VARIATIONS.values(), ids=list(VARIATIONS))


def asked_in_vain(name: str) -> set[str]:
    """Return the points that a family leaves open although it reaches what they decide."""
    in_tables = {row["point"] for table in TABLES for row in table if "point" in row}
    cited = {
        cited
        for kind in Kind
        for edges in explore(name, kind).edges.values()
        for edge in edges.values()
        for cited in (edge.prediction["cites"], edge.prediction["calls"])
    }
    slots = {point for point in in_tables if any(row.get("point") == point for row in PROGRESS_SLOT)}
    return VARIATIONS.keys() - FAMILIES[name].answers.keys() - (in_tables - cited - slots)


def test_ids_are_unique_and_in_use_once() -> None:
    """No rule and no point takes another's name."""
    names = [rule.id for rule in ALL_RULES] + [point.name for point in ALL_POINTS]
    plain = [name.replace("_", "-") for name in names]
    assert len(plain) == len(set(plain))


@every_rule
def test_a_rule_is_well_formed(rule: Rule) -> None:
    """It has an id in capitals, one sentence, a reason, a source and at least one kind."""
    assert RULE_ID.fullmatch(rule.id)
    assert rule.sentence[0].isupper()
    assert rule.sentence.endswith(".")
    assert rule.intent.endswith(".")
    assert rule.source
    assert not rule.source.endswith(".")
    assert rule.kinds
    assert set(rule.kinds) <= set(Kind)


@every_rule
def test_a_rule_says_why_it_cannot_be_observed_just_when_it_cannot(rule: Rule) -> None:
    """A reason stands where, and only where, no test can show a breach."""
    assert bool(rule.why_never) == (rule.observed is Observed.NEVER)
    assert rule.level is not Level.MAY or rule.observed is Observed.NEVER


@every_point
def test_a_point_is_well_formed(point: Variation) -> None:
    """It asks a question, has at least two options with distinct names, and each says what it means."""
    assert POINT_NAME.fullmatch(point.name)
    assert point.question.endswith("?")
    assert len(point.names) == len(set(point.names)) >= 2
    assert all(option.meaning for option in point.options)
    assert all(not text.endswith(".") for option in point.options for text in (option.meaning, option.hazard))
    assert point.documents


@every_point
def test_a_point_is_asked_by_words_or_says_why_not(point: Variation) -> None:
    """Every word parses; INCOHERENT has words that show its hazard, though its answer is derived."""
    for word in point.words:
        assert parse_word(word)
    assert bool(point.why_not_asked) == (not point.words) or point.name == "INCOHERENT"


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_answers_with_options_and_breaks_rules_of_the_implementation(name: str) -> None:
    """Every answer is an option of its point, and each breach has its how."""
    family = FAMILIES[name]
    assert FAMILY_NAME.fullmatch(name)
    assert family.about
    for point, answer in family.answers.items():
        assert answer in VARIATIONS[point].names, point
    for rule, how in family.breaks.items():
        assert RULES[rule].obliges is Party.IMPLEMENTATION
        assert how
        assert not how.endswith(".")


def test_the_reference_answers_every_point() -> None:
    """Only the derived point is left to the machine."""
    assert VARIATIONS.keys() - FAMILIES["reference"].answers.keys() == {"INCOHERENT"}
    assert not FAMILIES["reference"].breaks


@pytest.mark.parametrize("name", FAMILIES)
def test_what_a_family_never_meets_decides_no_cell_that_it_reaches(name: str) -> None:
    """The reason that a row gives for leaving a point open is held against its tables; joint rules have no cell."""
    family = FAMILIES[name]
    never = {point for point, why in family.undecided.items() if why.startswith("never met")}
    in_cells = {row["point"] for table in TABLES for row in table if "point" in row} - {"GETP", "PTERM", "Z-PROG"}
    assert not never & in_cells & asked_in_vain(name)


@pytest.mark.parametrize("name", FAMILIES)
def test_families_tell_apart_what_they_answer(name: str) -> None:
    """No two rows are the same."""
    family = FAMILIES[name]
    assert all(other.answers != family.answers for other in FAMILIES.values() if other is not family)


@pytest.mark.parametrize(
    ("late", "cac", "fac", "answer"),
    [
        ("now", "keep", "keep", "no"),
        ("now", "complete", "keep", "yes"),
        ("now", "keep", "error", "yes"),
        ("wait", "complete", "error", "no"),
    ],
)
def test_incoherent_follows_from_the_other_answers(late: str, cac: str, fac: str, answer: str) -> None:
    """A handler was told Canceled too early only where it is told at all before the worker's end."""
    assert incoherent({"LATE_R": late, "CAC": cac, "FAC": fac}) == answer


def test_close_of_a_pending_cancel_does_nothing_where_close_never_does() -> None:
    """A family whose Close changes nothing does not close a pending operation either."""
    assert FAMILIES["windows-rs"].answer("CLOSE_R") == "noop"


def test_the_enumerations_have_the_numbers_and_words_of_the_interface() -> None:
    """The numbers are those of the ABI, the words those of the wire."""
    assert [(status.name, status.value) for status in AsyncStatus] == [
        ("STARTED", 0), ("COMPLETED", 1), ("CANCELED", 2), ("ERROR", 3),
    ]  # fmt: skip
    assert [kind.interface for kind in Kind] == [
        "IAsyncAction", "IAsyncActionWithProgress", "IAsyncOperation", "IAsyncOperationWithProgress",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [0, 1, 0x7FFFFFFF, 0x80000000, 0x8000000E, 0xFFFFFFFF])
def test_signed_and_unsigned_codes_are_two_spellings_of_one(code: int) -> None:
    """Either way and back is the same code."""
    assert unsigned(signed(code)) == code
    assert -(2**31) <= signed(code) < 2**31


def test_a_code_is_printed_with_its_name_where_it_has_one() -> None:
    """Signed codes are printed unsigned."""
    assert hresult_name(signed(0x8000000E)) == "0x8000000E E_ILLEGAL_METHOD_CALL"
    assert hresult_name(0x80001234) == "0x80001234"
