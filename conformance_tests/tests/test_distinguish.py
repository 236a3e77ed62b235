"""Distinguishing words: any two configurations that differ are told apart by one of them."""

from itertools import combinations
from typing import Any

import pytest

from iasyncinfo_conformance.distinguish import distinguishing_words, visible
from iasyncinfo_conformance.inprocess import InProcess
from iasyncinfo_conformance.inputs import Ground, supported_inputs
from iasyncinfo_conformance.judge import Judge
from iasyncinfo_conformance.reference_target import start
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System, explore
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.words import Word, parse_word

REFERENCE = InProcess(start, "reference")


def answers(system: System, here: Configuration, word: Word) -> Any:
    """What an observer sees of a word from a configuration; it ends where a step cannot be taken."""
    seen: list[Any] = []
    for step in word:
        edge = system.edges[here].get(step)
        if edge is None:
            return (*seen, None)
        seen.append(visible(edge.prediction))
        here = edge.dest
    return tuple(seen)


def classes(system: System) -> dict[Configuration, int]:
    """The coarsest partition in which no step tells the members of a class apart, by brute refinement."""
    block = dict.fromkeys(system.configurations, 0)
    while True:
        numbers: dict[Any, int] = {}
        refined = {}
        for here in system.configurations:
            edges = system.edges[here]
            signature = tuple(
                (visible(edges[step].prediction), block[edges[step].dest]) if step in edges else None
                for step in system.inputs
            )
            refined[here] = numbers.setdefault(signature, len(numbers))
        if len(set(refined.values())) == len(set(block.values())):
            return refined
        block = refined


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", ["reference", "wrl", "cppwinrt", "kotlin"])
def test_words_tell_all_classes_apart(name: str, kind: Kind) -> None:
    """Two configurations that some word tells apart are told apart by one of these, or by what can be taken."""
    system = Ground(REFERENCE, Judge(kind, FAMILIES[name], {}), ()).system(programs=False)
    words = distinguishing_words(system)
    block = classes(system)
    for one, two in combinations(system.configurations, 2):
        apart = any(answers(system, one, word) != answers(system, two, word) for word in words)
        takeable = set(system.edges[one]) != set(system.edges[two])
        assert apart or takeable or block[one] == block[two], (one, two)


def test_the_words_are_few_and_short() -> None:
    """The walk draws one of them at each end."""
    system = Ground(REFERENCE, Judge(Kind.OPERATION, FAMILIES["reference"], {}), ()).system(programs=False)
    words = distinguishing_words(system)
    assert 0 < len(words) < 30
    assert max(map(len, words)) <= 4
    assert ("status",) in {step for word in words for step in word}


def test_a_system_of_one_configuration_needs_no_word() -> None:
    """There is nothing to tell apart."""
    system = explore(FAMILIES["reference"], Kind.ACTION, [("status",)])
    assert len(system.configurations) == 1
    assert distinguishing_words(system) == ()


def test_what_is_visible_leaves_the_citation_out() -> None:
    """An observer sees answers and events, not which rule decides; true is not 1."""
    judge = Judge(Kind.OPERATION, FAMILIES["reference"], {})

    def seen(text: str) -> Any:
        return visible(judge.product.predict(parse_word(text))[-1])

    assert seen("complete(1) get_results") == seen("complete(1) status get_results")
    assert seen("complete(1) get_results") != seen("complete(true) get_results")
    assert seen("put_completed(h1) complete(1)") != seen("put_completed(h2) complete(1)")
    assert seen("put_completed(h1{status}) complete(1)") != seen("put_completed(h1) complete(1)")
    hash(seen("put_completed(h1{status get_results}) complete(1)"))


@pytest.mark.parametrize("kind", Kind)
def test_only_supported_steps_are_inputs(kind: Kind) -> None:
    """A kind without progress has no steps of it; every lever that is there is used."""
    steps = supported_inputs(REFERENCE, kind)
    names = {step[0] for step in steps}
    assert {"complete", "fail", "acknowledge_cancel", "cancel_notifications", "put_completed", "close"} <= names
    assert ("report_progress" in names) == ("put_progress" in names) == kind.has_progress
    assert all(needs_of((step,)) <= REFERENCE.supports(kind) for step in steps)


def test_cells_of_a_novel_answer_are_cut_off() -> None:
    """What follows from an answer that nobody gives is unknown."""
    judge = Judge(Kind.ACTION, FAMILIES["reference"], {})
    whole, cut = Ground(REFERENCE, judge, ()), Ground(REFERENCE, judge, ("CLOSE_S",))
    assert whole.follow(parse_word("close status")) is not None
    assert cut.follow(parse_word("close status")) is None
    assert cut.follow(parse_word("complete(5) close")) is not None
    assert len(cut.system(programs=False).edges[Configuration()]) < len(
        whole.system(programs=False).edges[Configuration()]
    )
