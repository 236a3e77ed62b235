"""Theorems about which families are the same machine, and the words that tell the others apart."""

from itertools import combinations
from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.distinguishing import distinguish, telling_inputs
from iasyncinfo_spec.exploration import explore
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.product import NotDrivable, Prediction, Product
from iasyncinfo_spec.words import Word, format_word, parse_word

_LITTLE: Final = "so little of it is established that what the others answer fits it"
ALIKE: Final[dict[tuple[str, str], tuple[str, tuple[Kind, ...]]]] = {
    ("cswinrt", "dotnet-uwp"): (
        "they differ in what is no answer to a word: the code, its races, and CTX",
        tuple(Kind),
    ),
    **{(name, "inbox-speech"): (_LITTLE, tuple(Kind)) for name in ("wrl", "wrl-from-canceled", "wrl-propagate", "ppl")},
    ("reference", "inbox-speech"): (_LITTLE, (Kind.ACTION, Kind.ACTION_WITH_PROGRESS)),
}
"""The families that no word tells apart, each with the reason why they are two rows, and the kinds."""

PAIRS: Final = list(combinations(FAMILIES, 2))


def answers(family: Family, kind: Kind, word: Word) -> list[Prediction] | None:
    try:
        return Product(family, kind).predict(word)
    except NotDrivable:
        return None


@pytest.mark.theorem("TOLD-APART", over="every two families, every kind, every word over the telling inputs",
    how="exhausted", premise="what one leaves open the other's answer stands in for; neither stands back")  # fmt: skip
@pytest.mark.parametrize("kind", Kind)
def test_no_two_families_are_equivalent_nor_does_one_simulate_another(kind: Kind) -> None:
    """Every two are told apart by a word; a machine without branches simulates what it is equivalent to only."""
    for one, other in PAIRS:
        word = distinguish(FAMILIES[one], FAMILIES[other], kind)
        _, alike = ALIKE.get((one, other), ("", ()))
        assert (word is None) == (kind in alike), (one, other)


def test_families_that_no_word_tells_apart_are_told_apart_otherwise() -> None:
    """Of two that are alike at least one stands back wherever families are told apart."""
    assert all(FAMILIES[one].stands_back or FAMILIES[other].stands_back for one, other in ALIKE)


@pytest.mark.parametrize("kind", Kind)
def test_a_telling_word_is_answered_otherwise(kind: Kind) -> None:
    """The word is one of both rows, and their answers to it are not the same."""
    for one, other in PAIRS:
        word = distinguish(FAMILIES[one], FAMILIES[other], kind)
        if word:
            assert parse_word(format_word(word)) == word
            first, second = FAMILIES[one], FAMILIES[other]
            first, second = (
                first.answering(one, {**second.answers, **first.answers}),
                second.answering(other, {**first.answers, **second.answers}),
            )
            assert answers(first, kind, word) != answers(second, kind, word), (one, other, format_word(word))


@pytest.mark.parametrize("name", FAMILIES)
def test_nothing_tells_a_family_from_itself(name: str) -> None:
    """Under another name, and with its open points answered by itself, it is the same machine."""
    assert distinguish(FAMILIES[name], FAMILIES[name].answering("again", {}), Kind.OPERATION_WITH_PROGRESS) is None


def test_an_open_point_tells_nobody_apart() -> None:
    """A family that leaves REPEAT open is not told from one like it that answers it."""
    open_row = Family("open", "", {"LATE_R": "now"})
    for repeat in ("copy", "moved", "E_UNEXPECTED"):
        assert (
            distinguish(open_row, Family("answered", "", {"LATE_R": "now", "REPEAT": repeat}), Kind.OPERATION) is None
        )
    one, other = (Family(repeat, "", {"REPEAT": repeat}) for repeat in ("copy", "E_UNEXPECTED"))
    word = distinguish(one, other, Kind.OPERATION)
    assert word is not None
    assert format_word(word) == "complete(5) get_results get_results"
    assert distinguish(one, other, Kind.ACTION) is None


def test_the_telling_inputs_reach_every_state_of_every_family() -> None:
    """They are the plain inputs and more."""
    assert set(explore("wrl", Kind.ACTION).inputs) <= set(telling_inputs(Kind.ACTION))
