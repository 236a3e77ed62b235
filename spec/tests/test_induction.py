"""Theorems that hold for any number of clients and any nesting, proved by induction over the rows of the tables."""

from functools import cache
from typing import Final

import pytest
import z3

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.machines import sources
from iasyncinfo_spec.product import Configuration, Prediction, Product
from iasyncinfo_spec.tables import NOT_DRIVABLE
from iasyncinfo_spec.words import Word, format_word, parse_word

from .faults import FAULTS, KIND
from .induction import START, TABLES, Expr, Move, State, System, among, at, move, of_row, state, word_of
from .sentences import INVARIANT, SENTENCES, Seen, Sentence

LONGEST: Final = 7
ANY_ROW: Final = z3.BoolVal(True)
ANYBODY: Final = "every row of answers and breaches, every kind, any number of clients, any nesting"
every_family_and_kind = pytest.mark.parametrize(
    ("family", "kind"), [(name, kind) for name in FAMILIES for kind in Kind]
)

UNDROPPED: Final = "Z-FIRE is not dropped, or a pending cancel cannot be closed"
NOT_FOUR: Final = "Z-FIRE is not 4, or a pending cancel cannot be closed"


class Induction:
    """One step from anywhere within the invariant, for a system: asked again and again."""

    def __init__(self, system: System) -> None:
        self._here, self._by, self._there, self._system = state(0), move(0), state(1), system
        self._solver = z3.Solver()
        self._solver.add(system.moves(0))
        for name in INVARIANT:
            before = Seen(self._here, self._by, self._here, system)
            self._solver.add(z3.Implies(SENTENCES[name].premise, SENTENCES[name].holds(before)))

    def can_move(self, row: Expr) -> bool:
        """Return whether a row of answers has a move at all: of one that has none, everything is true."""
        return bool(self._solver.check(row) == z3.sat)

    def proves(self, name: str, row: Expr) -> bool:
        """Return whether no move of such a row, within the premise, is against a sentence."""
        seen = Seen(self._here, self._by, self._there, self._system)
        against = z3.Not(SENTENCES[name].holds(seen))
        return bool(self._solver.check(row, SENTENCES[name].premise, against) == z3.unsat)


@cache
def real() -> Induction:
    return Induction(System())


def counterexample(system: System, row: Expr, sentence: Sentence) -> Word | None:
    """Return a shortest word of one client alone against a sentence, its premise aside; None where there is none.

    A call that was decided begins before anything else is done; what is done before it returns the handler does.
    Where the last step decides a call there is somebody to be called.
    """
    solver = z3.Solver()
    solver.add(row, *(before == after for before, after in zip(state(0), START, strict=True)))
    calls = [number for number, atom in enumerate(system.atoms) if atom.step == ("call",)]
    for number in range(LONGEST):
        here, by = state(number), move(number)
        solver.add(system.moves(number))
        solver.add(z3.Implies(here.claims > 0, z3.Or([by.which == call for call in calls])))
        there = state(number + 1)
        heard = z3.Or(by.told < 0, there.completed == at("completed", "held"))
        against = z3.Not(sentence.holds(Seen(here, by, there, system)))
        if solver.check(against, heard) == z3.sat:
            model = solver.model()
            return word_of([system.atoms[model[move(step).which].as_long()] for step in range(number + 1)])
    return None


@pytest.mark.parametrize("name", INVARIANT)
def test_a_fresh_object_keeps_the_invariant(name: str) -> None:
    """The induction begins well, for an object that was started and for one that was only created."""
    here = START._replace(life=state(0).life)
    solver = z3.Solver()
    solver.add(among("life", here.life, ("created", "started")))
    solver.add(z3.Not(SENTENCES[name].holds(Seen(here, move(0), here, System()))))
    assert solver.check() == z3.unsat


def prove(name: str) -> None:
    """Assert that no row of answers, breaches and kinds, all of them unknowns, has a move against a sentence."""
    assert real().proves(name, ANY_ROW)


@pytest.mark.theorem("ONE-CALL", over=ANYBODY, how="proved")
def test_a_completed_handler_is_called_at_most_once() -> None:
    """Of all handlers that are ever set, one is called at most, once, whatever clients and handlers do."""
    prove("ONE-CALL")


@pytest.mark.theorem(
    "NOBODY-FORGOTTEN",
    over=ANYBODY,
    how="proved",
    premise=UNDROPPED,
)
def test_where_the_worker_has_ended_a_handler_that_waits_has_its_call_on_the_way() -> None:
    """Once the worker has ended no handler waits in vain: its call has been decided."""
    prove("NOBODY-FORGOTTEN")


@pytest.mark.theorem("CALL-HAS-A-CAUSE", over=ANYBODY, how="proved")
def test_nothing_is_called_before_a_cancel_or_an_end() -> None:
    """No call is decided, and none begins, while the operation is created or started."""
    prove("CALL-HAS-A-CAUSE")


@pytest.mark.theorem("CLOSED-STAYS", over=ANYBODY, how="proved")
def test_a_closed_operation_stays_closed() -> None:
    """Nothing leads out of closed, and from closed while running the worker's end leads to closed alone."""
    prove("CLOSED-STAYS")


@pytest.mark.theorem("SHUT-EARLY", over=ANYBODY, how="proved")
def test_only_close_r_closes_while_the_worker_runs() -> None:
    """An operation is closed while its worker runs only where CLOSE_R says ok."""
    prove("SHUT-EARLY")


@pytest.mark.theorem("END-STAYS", over=ANYBODY, how="proved")
def test_an_end_is_final() -> None:
    """What has ended stays as it ended until it is closed."""
    prove("END-STAYS")


@pytest.mark.theorem("REFUSAL-EMPTY", over=ANYBODY, how="proved", premise="NULLSLOT is not epointer-counts")
def test_a_refusal_changes_nothing() -> None:
    """A call that is refused leaves the life cycle, both slots and every call as they were."""
    prove("REFUSAL-EMPTY")


@pytest.mark.theorem("SLOT-FORWARD", over=ANYBODY, how="proved")
def test_the_completed_slot_moves_forward_only() -> None:
    """Empty, null, held, running, called: a slot that was used is never free again."""
    prove("SLOT-FORWARD")


@pytest.mark.theorem("LEVER-ENDS", over=ANYBODY, how="proved")
def test_a_worker_that_succeeds_or_fails_ends_the_operation() -> None:
    """Wherever a worker can succeed or fail, that ends the operation."""
    prove("LEVER-ENDS")


@pytest.mark.theorem("TOLD-PUBLISHED", over=ANYBODY, how="proved")
def test_a_handler_is_told_the_status_that_was_published() -> None:
    """The atom that decides a call publishes the status that the handler is told, where Status can be read."""
    prove("TOLD-PUBLISHED")


@pytest.mark.theorem("TOLD-A-STATUS", over=ANYBODY, how="proved", premise=NOT_FOUR)
def test_a_handler_is_told_one_of_the_four_values() -> None:
    """No handler is told a number that is no AsyncStatus."""
    prove("TOLD-A-STATUS")


@every_family_and_kind
def test_every_sentence_is_proved_of_every_family_whose_answers_allow_it(family: str, kind: Kind) -> None:
    """Whatever the family leaves open; only where its own answers are against a sentence it is outside the premise."""
    row, answers = of_row(FAMILIES[family], kind), FAMILIES[family].answers
    for name, sentence in SENTENCES.items():
        outside = bool(sentence.unless) and sentence.unless.items() <= answers.items()
        assert real().proves(name, row), name
        assert real().can_move(z3.And(row, sentence.premise)) != outside, name
        assert not outside or name != "TOLD-A-STATUS" or "STATUS-VALUES" in FAMILIES[family].breaks


def test_every_cell_that_can_be_driven_has_an_atom_that_can_be_taken() -> None:
    """Nothing is proved by leaving out what could happen."""
    atoms = [atom for atom in System().atoms if z3.Solver().check(atom.leads(state(0), state(1))) == z3.sat]
    assert len(atoms) == len(System().atoms)
    drivable = {
        (row["trigger"], source)
        for row in TABLES["life"]
        if row["outcome"] is not NOT_DRIVABLE
        for source in sources(row)
    }
    assert {(atom.step[0], atom.source["life"]) for atom in atoms if "life" in atom.source} == drivable


def kept(sentence: Sentence, family: Family, word: Word) -> bool:
    """Return whether every step of a word, run by the product, keeps a sentence."""
    product, here, calls, system = Product(family, KIND), Configuration(), 0, System()
    for step in word:
        prediction, there = product.step(here, step)
        told = [event["status"] for event in prediction.get("events", ()) if "status" in event]
        before, calls = placed(here, calls), calls + told_within(prediction)
        which = next(number for number, atom in enumerate(system.atoms) if atom.step[0] == step[0])
        decided = Move(z3.IntVal(which), z3.IntVal((told or [-1])[-1]), z3.BoolVal("hr" in prediction))
        seen = Seen(before, decided, placed(there, calls), system)
        if z3.Solver().check(of_row(family, KIND), z3.Not(sentence.holds(seen))) == z3.sat:
            return False
        here = there
    return True


def placed(here: Configuration, calls: int) -> State:
    """Return a configuration in which no call is on its way, as a state."""
    machines = (at("life", here.life), at("completed", here.completed), at("progress", here.progress))
    return State(*machines, z3.IntVal(0), z3.IntVal(calls))


def told_within(prediction: Prediction) -> int:
    """Return how many calls of a Completed handler a step made, those inside other handlers included."""
    events = prediction.get("events", ())
    return sum("status" in event for event in events) + sum(
        told_within(inner) for event in events for inner in event.get("results", ())
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_refuted_by_a_word_that_shows_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong cell, or one answer outside the premise: the word found is as short as the one known, and replays."""
    fault, reference = FAULTS[name], FAMILIES["reference"]
    sentence = SENTENCES[fault.sentence]
    word = counterexample(System(fault.rows()), of_row(fault.family(), KIND), sentence)
    assert word is not None
    assert parse_word(format_word(word)) == word
    assert len(format_word(word).split()) <= len(fault.word.split()), format_word(word)
    assert kept(sentence, reference, word)
    fault.plant(monkeypatch)
    assert not kept(sentence, fault.family(), word)
    assert not kept(sentence, fault.family(), parse_word(fault.word))


def test_every_sentence_is_refuted_by_some_fault() -> None:
    """None of the sentences is true whatever the tables say."""
    assert {fault.sentence for fault in FAULTS.values()} == SENTENCES.keys()
