"""The complete suites are complete: theorems about the generator, by exhaustion where that is possible."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, islice

import pytest

from iasyncinfo_conformance.model.hsi import canonical, suite
from iasyncinfo_conformance.model.minimal import Minimal, minimal, visible
from iasyncinfo_conformance.selftest.mutants.machine_mutants import LEFT_BEHIND, Breeder, Simulation
from iasyncinfo_conformance.selftest.mutants.mirrors import mirrors
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System, explore
from iasyncinfo_spec.words import Step, Word

FAMILIES = ("reference", "cppwinrt")
LARGEST = Kind.OPERATION_WITH_PROGRESS


@cache
def system_of(family: str, kind: Kind) -> System:
    return explore(family, kind)


@cache
def machine_of(family: str, kind: Kind) -> Minimal:
    return minimal(system_of(family, kind))


# -- every machine there is -----------------------------------------------------------------------

A, B = ("a",), ("b",)
COUNTING = Minimal(
    inputs=(A, B),
    access=((), (A,), (A, A)),
    answers=({A: 0, B: 0}, {A: 0, B: 0}, {A: 0, B: 1}),
    dests=({A: 1, B: 0}, {A: 2, B: 1}, {A: 0, B: 2}),
    states={},
)
"""Counts to three; only ``b`` in its last state is answered otherwise."""
WANDERING = Minimal(
    inputs=(A, B),
    access=((), (A,), (B,)),
    answers=({A: 0, B: 1}, {A: 1, B: 1}, {A: 0, B: 1}),
    dests=({A: 1, B: 2}, {A: 0, B: 2}, {A: 2, B: 0}),
    states={},
)
"""Every step leads elsewhere, so that looking is not for nothing."""

Cells = dict[tuple[int, Step], int]


def passing(machine: Minimal, words: list[Word], most: int) -> Iterator[Cells]:
    """Yield every machine of at most so many states that passes, up to the numbering of its states.

    A cell gets its answer and destination when a word first meets it; an answer other than the expected one
    does not pass, so that only destinations are left to choose. What no word meets is not there.
    """
    pending: list[tuple[Cells, dict[tuple[int, Step], int]]] = [({}, {})]
    expected = [(word, machine.response(0, word)) for word in words]
    while pending:
        dests, answers = pending.pop()
        outcome = first_gap(expected, dests, answers)
        if outcome is None:
            yield dests
        elif outcome:
            cell, answer = outcome
            used = max(dests.values(), default=0) + 1
            known = {**answers, cell: answer}
            pending += [({**dests, cell: dest}, known) for dest in range(min(used + 1, most))]


def first_gap(
    expected: list[tuple[Word, tuple[int, ...]]], dests: Cells, answers: Cells
) -> tuple[tuple[int, Step], int] | tuple[()] | None:
    """Return the first cell that a word needs and what it has to answer, () where a word fails, None if all pass."""
    for word, wanted in expected:
        state = 0
        for step, answer in zip(word, wanted, strict=True):
            if (state, step) not in dests:
                return (state, step), answer
            if answers[state, step] != answer:
                return ()
            state = dests[state, step]
    return None


def is_equivalent(machine: Minimal, words: list[Word], dests: Cells) -> bool:
    """Return whether a machine that passes goes along with the right one everywhere."""
    answers = {}
    for word in words:
        state = 0
        for step, answer in zip(word, machine.response(0, word), strict=True):
            answers[state, step] = answer
            state = dests[state, step]
    seen, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        right, other = waiting.pop()
        for step in machine.inputs:
            if answers.get((other, step)) != machine.answers[right][step]:
                return False
            there = machine.dests[right][step], dests[other, step]
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return True


@pytest.mark.parametrize("extra", [0, 1, 2])
@pytest.mark.parametrize("machine", [COUNTING, WANDERING], ids=["counting", "wandering"])
def test_no_machine_of_so_many_states_passes_but_equivalent_ones(machine: Minimal, extra: int) -> None:
    """All machines with up to n + k states over the alphabet are tried, and those that pass are right."""
    words = suite(machine, extra)
    found = list(passing(machine, words, len(machine.access) + extra))
    assert found
    assert all(is_equivalent(machine, words, dests) for dests in found)


@pytest.mark.parametrize("machine", [COUNTING, WANDERING], ids=["counting", "wandering"])
def test_a_machine_with_more_states_than_the_bound_may_pass(machine: Minimal) -> None:
    """The bound is what it says: one state more, and a wrong machine gets through."""
    words = suite(machine, 0)
    found = passing(machine, words, len(machine.access) + 2)
    assert not all(is_equivalent(machine, words, dests) for dests in found)


# -- the machines of the families -----------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("family", FAMILIES)
def test_any_two_states_share_an_identifier_that_they_answer_differently(family: str, kind: Kind) -> None:
    """This is what makes the identifiers harmonized, and the machine minimal."""
    machine = machine_of(family, kind)
    for left, right in combinations(range(len(machine.access)), 2):
        shared = set(machine.identifiers[left]) & set(machine.identifiers[right])
        assert any(machine.response(left, word) != machine.response(right, word) for word in shared), (left, right)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_minimal_machine_answers_every_word_as_the_system_does(family: str, kind: Kind) -> None:
    """Every edge of the system is the arrow of its state, and two answers share a number if they look alike."""
    system, machine = system_of(family, kind), machine_of(family, kind)
    looks: dict[int, object] = {}
    for here, edges in system.edges.items():
        state = machine.states[here]
        assert {step for step, _ in machine.drivable(state)} == set(edges)
        for step, edge in edges.items():
            assert machine.dests[state][step] == machine.states[edge.dest]
            assert looks.setdefault(machine.answers[state][step], visible(edge.prediction)) == visible(edge.prediction)
    assert len(set(map(repr, looks.values()))) == len(looks)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_first_order_mutant_is_killed_without_extra_states(family: str, kind: Kind) -> None:
    """A wrong answer or a wrong destination of one arrow, whichever it is, is found."""
    machine = machine_of(family, kind)
    simulation = Simulation(machine)
    index = simulation.index(suite(machine, 0))
    mutants = [mutant for mutant in Breeder(machine).first_order() if mutant.what != LEFT_BEHIND]
    assert len(mutants) > 500
    assert [simulation.describe(mutant) for mutant in mutants if not simulation.kills(index, mutant)] == []


def test_hidden_states_are_found_with_one_extra_state_and_not_without() -> None:
    """Five hundred drawn mutants with a state too many: all are killed at k=1, at k=0 some are not."""
    machine = machine_of("reference", LARGEST)
    simulation = Simulation(machine)
    none, one = (simulation.index(suite(machine, extra)) for extra in (0, 1))
    drawn = list(islice(Breeder(machine).hidden(1), 500))
    wrong = [mutant for mutant in drawn if not simulation.equivalent(mutant)]
    assert len(wrong) > 400
    assert all(simulation.kills(one, mutant) for mutant in wrong)
    assert not all(simulation.kills(none, mutant) for mutant in wrong)


def test_an_equivalent_mutant_is_killed_by_nothing() -> None:
    """The exact comparison and the suite never contradict each other."""
    machine = machine_of("cppwinrt", LARGEST)
    simulation = Simulation(machine)
    index = simulation.index(suite(machine, 1))
    same = [mutant for mutant in Breeder(machine).first_order() if simulation.equivalent(mutant)]
    assert same
    assert not any(simulation.kills(index, mutant) for mutant in same)


def test_words_that_differ_in_the_names_of_handlers_have_one_canonical_form() -> None:
    """Each slot numbers its handlers in the order in which they come."""
    word = (("put_completed", "h2"), ("put_progress", "p2"), ("put_completed", "h1"), ("put_completed", None))
    named = (("put_completed", "h1"), ("put_progress", "p1"), ("put_completed", "h2"), ("put_completed", None))
    assert canonical(word) == canonical(named) == named


def test_every_renaming_of_handlers_is_a_symmetry_of_the_machine() -> None:
    """The theorem for canonical words rests on it; each renaming undoes itself."""
    machine = machine_of("reference", LARGEST)
    found = mirrors(machine)
    assert len(found) == 4
    states = range(len(machine.access))
    assert all(mirror.state(mirror.state(state)) == state for mirror in found for state in states)


@pytest.mark.parametrize("extra", [0, 1])
def test_the_words_of_a_suite_are_canonical_and_none_begins_another(extra: int) -> None:
    """What would be run twice is run once."""
    words = suite(machine_of("reference", LARGEST), extra)
    beginnings = {word[:length] for word in words for length in range(len(word))}
    assert all(canonical(word) == word for word in words)
    assert not beginnings & set(words)
    assert len(set(words)) == len(words)
