"""Rules and points are independent: no answers, however they are put together, break a rule but those named."""

from collections.abc import Mapping
from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.variations import VARIATIONS

from .covering import covering
from .test_rules_hold_of_the_tables import OPTIONS_THAT_BREAK, broken_rules

FATE: Final = (
    "LATE_R", "CAC", "FAC", "CANCEL-EFFECT", "CANCEL-SYNC", "SPONT-CANCEL", "FAIL-CANCELED", "NULLSLOT", "HEXC",
    "CLOSE_R", "AFTER_CLOSE", "Z-FIRE",
)  # fmt: skip
"""The points that decide where a step leads or whom it calls."""

OPTIONS: Final = {name: point.names for name, point in VARIATIONS.items() if name != "INCOHERENT"}


def unexcused(answers: Mapping[str, str], kind: Kind) -> dict[str, str]:
    """Return the rules that such a row breaks, with a word each, but for those that one of its answers breaks alone."""
    row = Family("drawn", "", answers)
    excused = {OPTIONS_THAT_BREAK.get((point, row.answer(point))) for point in VARIATIONS}
    return {rule: word for rule, word in broken_rules(row, kind).items() if rule not in excused}


@pytest.mark.theorem("INDEPENDENT-PAIRS", over="every two answers together, every kind", how="enumerated",
    premise="of STATUS-VALUES: Z-FIRE is not 4")  # fmt: skip
@pytest.mark.parametrize("kind", Kind)
def test_no_two_answers_break_a_rule_together(kind: Kind) -> None:
    """Whatever two points answer, every rule holds in every reachable state, under every history."""
    for answers in covering(OPTIONS, 2):
        assert unexcused(answers, kind) == {}, answers


@pytest.mark.theorem("INDEPENDENT-TRIPLES", over="every three answers together that decide a call or a state",
    how="enumerated", premise="of STATUS-VALUES: Z-FIRE is not 4")  # fmt: skip
def test_no_three_answers_that_decide_a_handlers_fate_break_a_rule_together() -> None:
    """Nor do three of those points that decide where a step leads or whom it calls."""
    rest = {name: FAMILIES["reference"].answer(name) for name in OPTIONS}
    for answers in covering({name: OPTIONS[name] for name in FATE}, 3):
        assert unexcused({**rest, **answers}, Kind.OPERATION) == {}, answers


def test_a_covering_array_holds_every_combination() -> None:
    """Every two answers of two points stand in some row together."""
    rows = covering(OPTIONS, 2)
    for one in OPTIONS:
        for other in OPTIONS:
            if one < other:
                pairs = {(row[one], row[other]) for row in rows}
                assert len(pairs) == len(OPTIONS[one]) * len(OPTIONS[other])
