"""What ``standard`` admits beyond all families is computed, and each of it has a reason."""

from functools import cache

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.beyond import Beyond, beyond, nobodys_answers, reachable
from iasyncinfo_spec.exploration import explore
from iasyncinfo_spec.families import ESTABLISHED, FAMILIES
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.variations import Answered
from iasyncinfo_spec.words import format_word, parse_word

every_kind = pytest.mark.parametrize("kind", Kind)


@cache
def shown(kind: Kind) -> frozenset[Configuration]:
    return frozenset(here for name in ESTABLISHED for here in explore(name, kind).configurations)


@cache
def found(kind: Kind) -> tuple[Beyond, ...]:
    return tuple(beyond(kind))


@pytest.mark.theorem("STANDARD-REACHES-ALL", over="every kind, every reachable state of every family", how="exhausted",
    premise="the family breaks no rule of the tables")  # fmt: skip
@every_kind
def test_standard_reaches_whatever_a_family_reaches(kind: Kind) -> None:
    """Every configuration of a family is one of standard's, or comes of the breaches that the family lists."""
    admitted = reachable(kind)
    for family in FAMILIES.values():
        if not family.breaks:
            assert set(explore(family, kind).configurations) <= admitted.keys()


@every_kind
def test_what_is_beyond_all_families_is_shown_by_none(kind: Kind) -> None:
    """No established family reaches it, and a word of the plain steps leads there."""
    assert found(kind)
    for one in found(kind):
        assert one.configuration not in shown(kind)
        assert parse_word(format_word(one.word)) == one.word


def is_a_familys(answers: Answered) -> bool:
    """Return whether some family, its open points answered so, has all these answers."""
    rows = [
        FAMILIES[name].answering(
            "", {point: answer for point, answer in answers if point not in FAMILIES[name].answers}
        )
        for name in ESTABLISHED
    ]
    return any(all(row.answer(point) == answer for point, answer in answers) for row in rows)


@every_kind
def test_each_configuration_beyond_has_answers_that_no_family_gives_together(kind: Kind) -> None:
    """The reason is as small as can be: with one answer less it would be some family's."""
    for one in found(kind):
        assert one.answers
        assert not is_a_familys(one.answers)
        assert all(is_a_familys(one.answers - {answer}) for answer in one.answers)


def test_answers_of_nobody_are_options_that_are_in_no_row() -> None:
    """The code that the general pages promise of a closed object is one."""
    assert ("AFTER_CLOSE", "RO_E_CLOSED") in nobodys_answers()
    assert not any(
        family.answers.get(point) == answer for point, answer in nobodys_answers() for family in FAMILIES.values()
    )
