"""``standard`` allows everything that a family does, but for the rules that the family lists as broken."""

from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.expectation import CONFORMS, DOES_NOT_CONFORM, at_standard
from iasyncinfo_spec.exploration import Edge, explore
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.tables import COMPLETED_SLOT, LIFECYCLE, NOT_DRIVABLE, PROGRESS_SLOT
from iasyncinfo_spec.variations import VARIATIONS

_RUST: Final = (
    DOES_NOT_CONFORM,
    ("CANCEL-REQ", "CANCEL-VISIBLE", "PROG-REPLACE", "PROG-ONCE"),
    ("CANCEL-EFFECT",),
)
_DOTNET: Final = (DOES_NOT_CONFORM, ("DISCONNECT",), ("CAC", "FAC", "HEXC"))
EXPECTED: Final = {
    "reference": (CONFORMS, (), ()),
    "wrl": (DOES_NOT_CONFORM, ("STATUS-VALUES",), ("Z-FIRE",)),
    "wrl-from-canceled": (DOES_NOT_CONFORM, ("STATUS-VALUES",), ("CAC", "FAC", "INCOHERENT", "Z-FIRE")),
    "wrl-multiple-results": (DOES_NOT_CONFORM, ("STATUS-VALUES", "EARLY-RESULT", "CANCELED-RESULT"), ("Z-FIRE",)),
    "wrl-propagate": (DOES_NOT_CONFORM, ("STATUS-VALUES",), ("Z-FIRE",)),
    "cppwinrt": (CONFORMS, (), ("FAC", "INCOHERENT", "REPEAT")),
    "ppl": (CONFORMS, (), ()),
    "cswinrt": _DOTNET,
    "dotnet-uwp": _DOTNET,
    "windows-rs": _RUST,
    "windows-rs-master": _RUST,
    "wine": (
        DOES_NOT_CONFORM,
        ("IFACE", "STATUS-VALUES", "CANCEL-REQ"),
        ("CAC", "FAC", "INCOHERENT", "CANCEL-EFFECT", "PSLOT", "Z-FIRE"),
    ),
    "wine-8.0": (
        DOES_NOT_CONFORM,
        ("IFACE", "STATUS-VALUES", "CANCEL-REQ"),
        ("CAC", "FAC", "INCOHERENT", "CANCEL-EFFECT", "REPEAT", "Z-FIRE"),
    ),
    "windows-rs-ready": (DOES_NOT_CONFORM, ("PROG-REPLACE", "PROG-ONCE"), ()),
    "kotlin": (DOES_NOT_CONFORM, ("DISCONNECT",), ("CAC", "FAC", "HEXC")),
    "inbox-speech": (CONFORMS, (), ("REPEAT",)),
    "threadpool": (CONFORMS, (), ()),
}
"""The verdict, the failing rules and the points with a hazard that each family gets at ``standard``."""

every_family_and_kind = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in FAMILIES for kind in Kind])


def not_allowed(family: Family, kind: Kind, breaks: tuple[str, ...]) -> list[Edge]:
    """Return the family's steps that the nondeterministic machine with these breaks does not allow."""
    declared = {point: family.answer(point) for point in ("CREATED", "CANCEL-SYNC")}
    standard = StandardProduct(kind, {**declared, "CREATED": "hidden"}, breaks)
    return [
        edge
        for edges in explore(family, kind).edges.values()
        for edge in edges.values()
        if not any(
            (branch.prediction, branch.dest) == (edge.prediction, edge.dest)
            for branch in standard.branches(edge.source, edge.step)
        )
    ]


@pytest.mark.theorem("REFINES", over="every family and kind, every reachable step", how="exhausted")
@every_family_and_kind
def test_every_step_of_a_family_is_allowed_but_where_it_breaks_a_rule(name: str, kind: Kind) -> None:
    """Each step and where it leads is among the branches of ``standard``, or its cell cites a listed breach."""
    for edge in not_allowed(FAMILIES[name], kind, ()):
        assert edge.prediction["cites"] in FAMILIES[name].breaks, edge


@pytest.mark.theorem(
    "REFINES-WITH-BREACHES",
    over="every family and kind, every reachable step",
    how="exhausted",
    premise="the rules that the family breaks are broken in standard, too",
)
@every_family_and_kind
def test_with_its_breaches_a_family_refines_standard_altogether(name: str, kind: Kind) -> None:
    """Nothing is left over once the rules that a family lists are broken in ``standard`` as well."""
    assert not_allowed(FAMILIES[name], kind, tuple(FAMILIES[name].breaks)) == []


def test_a_breach_that_the_tables_hold_is_not_allowed() -> None:
    """The refinement has teeth: each family with a breach row takes a step that ``standard`` does not have."""
    rows = [*LIFECYCLE, *COMPLETED_SLOT, *PROGRESS_SLOT]
    in_tables = {row["rule"] for row in rows if row.get("breach") and row["outcome"] is not NOT_DRIVABLE}
    for family in FAMILIES.values():
        kinds = (Kind.OPERATION, Kind.OPERATION_WITH_PROGRESS)
        found = {edge.prediction["cites"] for kind in kinds for edge in not_allowed(family, kind, ())}
        assert found == in_tables & family.breaks.keys(), family.name


def test_standard_has_one_branch_where_no_point_is_asked() -> None:
    """Rules are fixed: only variation points make the machine branch."""
    for kind in Kind:
        standard = StandardProduct(kind, {"CREATED": "hidden", "CANCEL-SYNC": "no"})
        for edges in explore("reference", kind).edges.values():
            for edge in edges.values():
                branches = list(standard.branches(edge.source, edge.step))
                assert branches
                assert len(branches) == 1 or all(branch.answers for branch in branches)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_expected_of_a_family_at_standard(name: str) -> None:
    """The verdict, the failing rules and the hazards follow from the row."""
    expectation = at_standard(FAMILIES[name])
    points = tuple(hazard.name for hazard in expectation.hazards)
    assert (expectation.verdict, expectation.fails, points) == EXPECTED[name]


def test_an_answer_left_open_is_no_hazard() -> None:
    """Nothing is held against a family for what nobody has established."""
    for family in FAMILIES.values():
        for hazard in at_standard(family).hazards:
            assert hazard.name in family.answers or hazard.name in ("INCOHERENT", *RULES)
            assert hazard.name not in VARIATIONS or hazard.why == VARIATIONS[hazard.name].option(hazard.answer).hazard
