"""Picture and machine are one."""

import re
from pathlib import Path
from typing import Final

import pytest

import pages
from drawing import MACHINES, says
from iasyncinfo_spec import machines, tables
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.machines import cells
from iasyncinfo_spec.rendering.views import views
from iasyncinfo_spec.static_rules import EVERY_RULE
from pages import DRAWINGS, PAGES, stale

DOCS: Final = Path(__file__).parents[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_picture_of_a_life_cycle_has_the_arrows_of_the_machine(family: str) -> None:
    """Read from the file and from the machine that predicts what a right object answers, with all its triggers."""
    drawn = says((DOCS / "reference" / "atlas" / f"{family}.svg").read_text(encoding="utf-8"))
    found = {(arrow[0], arrow[1], trigger) for arrow in drawn if len(arrow) > 1 for trigger in arrow[2:]}
    machine = machines.lifecycle(family)
    moves = {(source, cell.dest, trigger) for (source, trigger), cell in cells(machine).items() if cell.dest}
    hidden = FAMILIES[family].answer("CREATED") == "hidden"
    expected = {move for move in moves if move[0] != move[1] and not (hidden and move[0] == tables.CREATED)}
    assert found == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_a_drawing_of_standard_names_every_state(machine: str) -> None:
    """What no family reaches is drawn, too."""
    drawn = says((DOCS / "reference" / "pictures" / f"{machine}.svg").read_text(encoding="utf-8"))
    view = next(view for view in views("standard") if view.name == machine)
    assert {part[0] for part in drawn if len(part) == 1} == set(view.states)


@pytest.fixture
def only_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pages alone: each is compared in full elsewhere."""
    monkeypatch.setattr(pages, "PAGES", {})


@pytest.mark.usefixtures("only_drawings")
def test_a_cell_that_is_changed_makes_the_drawings_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named, those of every family that has the cell."""
    rows = [{**row, "dest": tables.ERROR} if row["trigger"] == "cancel" else row for row in tables.LIFECYCLE]
    monkeypatch.setattr(tables, "LIFECYCLE", rows)
    named = _to_be_drawn()
    assert "reference/pictures/lifecycle.svg" in named
    assert {name for name in DRAWINGS if re.search("atlas/wrl", name)} <= set(named)


@pytest.mark.usefixtures("only_drawings")
def test_a_state_of_another_name_makes_the_drawings_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slots' too: each machine has its own drawing."""
    renamed = {state: state for state in tables.COMPLETED_STATES} | {tables.CALLED: "told"}
    rows = [{**row, "dest": row["dest"] and renamed[row["dest"]]} for row in tables.COMPLETED_SLOT]
    monkeypatch.setattr(tables, "COMPLETED_SLOT", rows)
    monkeypatch.setattr(tables, "COMPLETED_STATES", tuple(renamed.values()))
    assert _to_be_drawn() == ["reference/pictures/completed_slot.svg"]


def test_a_rule_that_is_gone_makes_its_pages_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of the rules is named, and so is each that speaks of it: the findings, and what was checked."""
    names = ("reference/rules.md", "reference/implementations.md", "reference/findings.md")
    monkeypatch.setattr(pages, "PAGES", {name: page for name, page in PAGES.items() if name in names})
    gone = "reference/findings.md (it speaks of 'CANCEL-VISIBLE', and there is none)"
    whole = dict(EVERY_RULE)
    del EVERY_RULE["CANCEL-VISIBLE"]
    try:
        assert [name.split(";")[0] for name in stale(DOCS) if "(no page" not in name] == [*names[:2], gone]
    finally:
        EVERY_RULE.clear()
        EVERY_RULE.update(whole)  # in their order, which pages show


def _broken() -> str:
    raise AssertionError("a table is broken")


def test_a_page_that_cannot_be_made_is_named_and_the_others_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tables' fault ends in: a sentence with the page's name, and no traceback."""
    made = {"reference/tables.md": _broken, "reference/families.md": lambda: "another"}
    monkeypatch.setattr(pages, "PAGES", made)
    monkeypatch.setattr(pages, "DRAWINGS", {})
    assert [name for name in stale(DOCS) if "(no page" not in name] == [
        "reference/tables.md (it cannot be made: AssertionError: a table is broken)",
        "reference/families.md; run python docs/generate.py",
    ]


def _to_be_drawn() -> list[str]:
    return [name.split(";")[0] for name in stale(DOCS) if "(" not in name]
