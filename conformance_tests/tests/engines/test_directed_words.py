"""The directed words of the rules, on right subjects of every manner: they presume no answer to a point."""

import pytest

from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.families import starter
from iasyncinfo_conformance.selftest.examples import directed
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.variations import VARIATIONS, ShownBy

UNASKED = (ShownBy.NOTHING, ShownBy.DECLARED, ShownBy.DERIVED)
NO_WAITS = [rule for rule in expected_rules() if "WAIT" not in rule]
"""The rules whose words take no time; those on waits have one answer or another for every manner."""


def broken_in_their_own_right(answers: dict[str, str]) -> set[str]:
    """Return the rules that the reference implementation's manners break where these answers stand in their place."""
    start = starter(FAMILIES["reference"].answering("another", answers))

    def richest(kind: Kind) -> Subject:
        if kind is not Kind.OPERATION_WITH_PROGRESS:
            raise NotImplementedError
        return start(kind)

    failures = directed(InProcess(richest, "another"), NO_WAITS).failures
    rules = {failure.rule for failure in failures}
    return {failure.rule for failure in failures if failure.wake_of not in rules}


@pytest.mark.parametrize("point", [name for name, point in VARIATIONS.items() if point.shown_by not in UNASKED])
def test_an_answer_to_a_point_breaks_no_rule_but_the_one_that_forbids_it(point: str) -> None:
    """Whoever reads a result out of a failed operation, or has no Progress slot, is not told that handlers are late."""
    for option in set(VARIATIONS[point].options) - {VARIATIONS[point].option(FAMILIES["reference"].answer(point))}:
        forbidden = {option.breaks} - {""}
        assert broken_in_their_own_right({point: option.name}) == forbidden, option.name
