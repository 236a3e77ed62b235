"""Two objects alive at once: what is done to one changes nothing of the other.

The machine of both is the product of their machines, so a word over both is a word of each, and a right
subject answers each as if it were alone. Each step of one is taken in each state of the other, in one or the
other order of birth; after it both states are identified. That is complete for subjects in which what a step
does to another object depends on the step and on that object's state: a state of the one that takes the step
is met as it comes.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Final, NamedTuple

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.minimal import Minimal
from iasyncinfo_conformance.model.model import Model, puts_second
from iasyncinfo_conformance.model.values import OTHER_VALUES, PLAIN_VALUES, Values
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import one_less
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.exploration import explore
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.words import Step, Word, of_second

ENGINE: Final = "pairs"
AGAIN: Final = 5
"""How often meddling has to show again."""
MOST: Final = 5
"""Failing words that are searched for one in which the objects meddle with one another."""


class _Word(NamedTuple):
    """A word over two objects: which of them was first, and what each expects of its half."""

    word: Word
    shares: tuple[Expected, Expected]


def pairs(session: Session, tick: Callable[[str], None]) -> int:
    """Run the words over two objects of one kind, write the shortest failure down, and return how many words ran."""
    if "objects" not in session.model.supports:
        return 0
    tick(session.kind.value)
    words = list(_words(session.model, quick=session.options.quick))
    failing = []
    runs = session.run_many(ENGINE, [each.word for each in words])
    for each, (word, results) in zip(words, runs, strict=True):
        if results is not None and not _agrees(each, results):
            failing.append(word)
    failing.sort(key=len)
    together = (word for word in failing[:MOST] if not _is_wrong_later(session, word))
    found = next(filter(None, (_shortest(session, word) for word in together)), None)
    if found is not None and not all(_meddling(session, found[0]) for _ in range(AGAIN)):
        return len(words)  # now so and now otherwise: that is time's doing, or a thread's
    if found is not None:
        session.record(*found, ENGINE, words=len(failing))
    return len(words)


def _agrees(each: _Word, results: list[Result]) -> bool:
    found = zip(shares(each.word), each.shares, strict=True)
    return all(expected.agrees(share.word, share.of(results)) for share, expected in found)


# -- the words ------------------------------------------------------------------------------------


def _words(model: Model, *, quick: bool) -> Iterator[_Word]:
    left, right = _alone(model, PLAIN_VALUES, second=False), _alone(model, OTHER_VALUES[0], second=True)
    for number, (before, step, after) in enumerate(_meetings(left, right, len(model.born), quick=quick)):
        acts = [*before[1], step]
        if number % 2:  # the one that is looked at was born second
            word = (*acts, *map(of_second, before[0]), *_alternating(after[1], map(of_second, after[0])))
            yield _Word(word, (right, left))
        else:
            word = (*before[0], *map(of_second, acts), *_alternating(after[0], map(of_second, after[1])))
            yield _Word(word, (left, right))
        if not number % 3:
            word = (*before[0], *map(of_second, before[1]), of_second(step), *after[0], *map(of_second, after[1]))
            yield _Word(word, (left, right))


def _meetings(
    left: Expected, right: Expected, born: int, *, quick: bool
) -> Iterator[tuple[tuple[Word, Word], Step, tuple[Word, Word]]]:
    """Yield for each state of one and each step of the other: the ways there, the step, and what identifies both.

    A quick run takes each step in every third state. ``born`` is the number of steps that every word of one begins
    with, because they had been taken at its start: nobody meets an object in between.
    """
    states = _states_of(right.machine, born)
    for turn, (state, access) in enumerate(_met(left.machine, born)):
        for number, (step, at) in enumerate(states.items()):
            if at and not (quick and (turn + number) % 3):
                here = at[turn % len(at)]
                there = right.machine.dests[here][step]
                for looked in _identified(left, state, right, there):
                    yield (access, right.machine.access[here]), step, looked


def _met(machine: Minimal, born: int) -> Iterator[tuple[int, Word]]:
    return ((state, access) for state, access in enumerate(machine.access) if len(access) >= born)


def _states_of(machine: Minimal, born: int) -> dict[Step, list[int]]:
    """Return in which states each step can be taken; where it changes something first."""
    found: dict[Step, list[int]] = {step: [] for step in machine.inputs}
    for state, _ in _met(machine, born):
        for step, dest in machine.drivable(state):
            if dest == state:
                found[step].append(state)
            else:
                found[step].insert(0, state)
    return found


def _identified(left: Expected, state: int, right: Expected, there: int) -> Iterator[tuple[Word, Word]]:
    """Yield what identifies a state of each, together; what has fewer words identifies again by its last."""
    words = left.machine.identifiers[state], right.machine.identifiers[there]
    for number in range(max(map(len, words))):
        one, other = (own[min(number, len(own) - 1)] for own in words)
        yield (
            left.with_looks(left.machine.runnable(state, one)),
            right.with_looks(right.machine.runnable(there, other)),
        )


def _alone(model: Model, values: Values, *, second: bool) -> Expected:
    """Return what one object is answered; each has values and a handler of its own."""
    steps = [step for step in values.in_word(model.plain) if _puts_none(step) or puts_second(step) is second]
    return Expected(model, explore(model.row, model.kind, steps, allowed=model.known))


def _puts_none(step: Step) -> bool:
    return not step[0].startswith("put_") or step[1] is None


def _alternating(*words: Iterator[Step] | Word) -> Iterator[Step]:
    return (step for steps in zip_longest(*words) for step in steps if step is not None)


# -- failures -------------------------------------------------------------------------------------


def _shortest(session: Session, word: Word) -> tuple[Word, Finding] | None:
    """Return a shortest word in which one object meddles with the other, and what shows it."""
    shortest = _meddling(session, word)
    shorter = shortest
    while shorter is not None:
        shortest = shorter
        shorter = next(_shorter(session, *shortest), None)
    return shortest


def _shorter(session: Session, word: Word, finding: Finding) -> Iterator[tuple[Word, Finding]]:
    for candidate in one_less(word[: finding.length]):
        if len(shares(candidate)) == 2 and session.judge.drivable(candidate):
            found = _meddling(session, candidate)
            if found is not None:
                yield found


def _meddling(session: Session, word: Word) -> tuple[Word, Finding] | None:
    """Return where an object answers otherwise than it does alone; None where it does not, or is wrong alone."""
    results = session.run(ENGINE, word)
    finding = None if results is None else session.judge.first(word, results)
    if finding is None or any(_is_wrong(session, share.word) for share in shares(word)):
        return None
    found = replace(finding.difference, cites=blamed(Situation.BESIDE_ANOTHER, finding.cites))
    return word[: finding.length], replace(finding, difference=found)


def _is_wrong_later(session: Session, word: Word) -> bool:
    """Return whether an object does by itself, left alone, what it may merely have been late with."""
    if "wait" not in session.model.supports:
        return False
    alone = ("wait", session.options.alone)
    return any(_is_wrong(session, (*share.word, alone)) for share in shares(word))


def _is_wrong(session: Session, word: Word) -> bool:
    results = session.run(ENGINE, word)
    return results is None or session.judge.first(word, results) is not None
