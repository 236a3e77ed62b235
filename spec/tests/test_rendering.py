"""What ``iasyncinfo show``, ``list`` and ``explain`` print."""

import json
import re
from collections.abc import Collection

import pytest

from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rendering import LIST_FORMATS, LISTS, PROFILES, explain, listing, markdown, show
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.tables import COMPLETED_SLOT, LIFECYCLE, LIFECYCLE_STATES, PROGRESS_SLOT
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import MEANINGS

every_profile = pytest.mark.parametrize("profile", PROFILES)


@every_profile
def test_a_table_fits_a_terminal_of_120_columns(profile: str) -> None:
    """No line is longer, and none ends in white space."""
    for line in show(profile, "table").splitlines():
        assert len(line) <= 120, line
        assert line == line.rstrip()


@every_profile
def test_a_table_has_a_row_for_every_trigger_and_explains_every_code(profile: str) -> None:
    """Every code of a refusal that is used stands in the legend."""
    text, _, legend = show(profile, "table").partition("\nLegend\n")
    for row in LIFECYCLE:
        assert re.search(rf"^{row['trigger']} ", text, re.MULTILINE)
    assert set(re.findall(r"![A-Za-z]+", text)) <= set(re.findall(r"![A-Za-z]+", legend))


def test_the_table_of_standard_shows_the_options_of_open_points() -> None:
    """A cell that a point decides names the point and what may happen."""
    text = show("standard", "table")
    assert re.search(r"^close .* CLOSE_S +CLOSE_R +AFTER_CLOSE", text, re.MULTILINE)
    assert "CLOSE_S" not in show("wrl", "table").partition("decided by")[0]


@every_profile
def test_the_json_of_a_profile_holds_its_rows(profile: str) -> None:
    """Rules and points are cited; for standard every row is there, and no breach."""
    shown = json.loads(show(profile, "json"))
    rows = [row for machine in shown["machines"].values() for row in machine["rows"]]
    assert all(("rule" in row) != ("point" in row) for row in rows)
    if profile == "standard":
        literal = [row for table in (LIFECYCLE, COMPLETED_SLOT, PROGRESS_SLOT) for row in table]
        assert len(rows) == sum(not row.get("breach") for row in literal)
        assert shown["reachable"] == {}
    else:
        assert shown["reachable"].keys() == {"action", "action_with_progress", "operation", "operation_with_progress"}


@every_profile
@pytest.mark.parametrize("format", ["mermaid", "dot"])
def test_a_diagram_has_every_state(profile: str, format: str) -> None:
    """Both draw all eight states of the life cycle and the move from started to cancel pending."""
    text = show(profile, format)
    assert all(f"lifecycle_{state}" in text for state in LIFECYCLE_STATES)
    assert ("lifecycle_started -" in text) == bool(re.search(r"lifecycle_started --?> lifecycle_completed", text))
    assert bool(re.search(r"lifecycle_started --?> lifecycle_cancel_pending", text)) == (
        profile not in ("windows-rs", "windows-rs-master")
    )


def test_an_arrow_names_the_answer_only_where_others_lead_elsewhere() -> None:
    """A reader of standard's diagram sees which answers lead where."""
    text = show("standard", "mermaid")
    assert "lifecycle_cancel_pending --> lifecycle_completed: complete [CAC is complete]" in text
    assert "lifecycle_closed_running --> lifecycle_closed: complete, fail, acknowledge_cancel" in text


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("format", LIST_FORMATS)
def test_a_list_names_everything(what: str, format: str) -> None:
    """Whatever the format, no entry is missing."""
    entries: dict[str, Collection[str]] = {
        "rules": EVERY_RULE,
        "points": EVERY_POINT,
        "families": FAMILIES,
        "profiles": ["standard", *FAMILIES],
        "steps": MEANINGS,
    }
    text = listing(what, format)
    assert all(entry in text for entry in entries[what])
    if format == "json":
        assert len(json.loads(text)) == len(entries[what])
    if format == "text":
        assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(("profile", "format"), [("wlr", "table"), ("wrl", "yaml")])
def test_an_unknown_profile_or_format_is_a_key_error(profile: str, format: str) -> None:
    """The command line checks before it asks."""
    with pytest.raises(KeyError):
        show(profile, format)
    with pytest.raises(KeyError):
        listing(profile, format)


@pytest.mark.parametrize("name", [*RULES, *VARIATIONS])
def test_every_rule_and_point_is_explained(name: str) -> None:
    """The sentence or question, and the source or what the documents say."""
    text = " ".join(explain(name).split())
    if name in RULES:
        assert RULES[name].sentence in text
        assert RULES[name].source in text
    else:
        assert VARIATIONS[name].question in text
        assert all(option.meaning in text for option in VARIATIONS[name].options)


def test_an_explanation_says_who_breaks_the_rule_and_what_tests_it() -> None:
    """The words that test a rule are the caller's to give."""
    text = explain("CANCEL-VISIBLE", ["cancel status", "cancel cancel status"])
    assert "every family but windows-rs, windows-rs-master" in text
    assert "tested by      cancel status\n               cancel cancel status\n" in text
    assert "taken by ppl, kotlin, cswinrt, dotnet-uwp" in explain("LATE_R")


def test_an_explanation_says_what_a_rule_is_also_blamed_for() -> None:
    """The situations are the caller's to give; without any there is no such line."""
    text = explain("CANCEL-VISIBLE", blamed=["a lie", "a delay"])
    assert "blamed for     a lie\n               a delay\n" in text
    assert "blamed for" not in explain("CANCEL-VISIBLE")
    assert "- also blamed for a lie\n" in markdown.rules({"CANCEL-VISIBLE": ["a lie"]})
    assert "also blamed for" not in markdown.rules()


@pytest.mark.parametrize("spelling", ["cancel-visible", "CANCEL_VISIBLE", " Cancel-Visible "])
def test_a_name_may_be_spelled_loosely(spelling: str) -> None:
    """Neither case nor the joining stroke matters."""
    assert explain(spelling) == explain("CANCEL-VISIBLE")


def test_an_unknown_name_is_a_key_error_with_near_matches() -> None:
    """The message names what may have been meant, and nothing where nothing is near."""
    with pytest.raises(KeyError, match="CANCEL-VISIBLE"):
        explain("cancel-visble")
    with pytest.raises(KeyError, match=r"no rule or variation point called 12345\.'"):
        explain("12345")
