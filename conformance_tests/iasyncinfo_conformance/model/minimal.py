"""The minimal machine of a system, and the words that tell its states apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Final

from iasyncinfo_spec.exploration import System
from iasyncinfo_spec.product import Configuration, Prediction, Wild
from iasyncinfo_spec.words import Step, Word

_UNDRIVABLE: Final = -1


@dataclass(frozen=True)
class Minimal:
    """A minimal machine: states are numbers, and every input has an answer and a next state in each.

    ``access`` holds a shortest word to each state, ``states`` the state of each configuration. Answers are
    numbers too; equal ones look alike.
    """

    inputs: tuple[Step, ...]
    access: tuple[Word, ...]
    answers: tuple[dict[Step, int], ...]
    dests: tuple[dict[Step, int], ...]
    states: dict[Configuration, int]

    def drivable(self, state: int) -> Iterator[tuple[Step, int]]:
        """Yield the steps that can be taken in a state, each with where it leads."""
        return ((step, dest) for step, dest in self.dests[state].items() if self.answers[state][step] != _UNDRIVABLE)

    def response(self, state: int, word: Word) -> tuple[int, ...]:
        """Return what a word answers in a state."""
        answers = []
        for step in word:
            answers.append(self.answers[state][step])
            state = self.dests[state][step]
        return tuple(answers)

    def runnable(self, state: int, word: Word) -> Word:
        """Return a word without the steps that cannot be taken when it is begun in ``state``."""
        taken = []
        for step in word:
            if self.answers[state][step] != _UNDRIVABLE:
                taken.append(step)
            state = self.dests[state][step]
        return tuple(taken)

    @cached_property
    def identifiers(self) -> tuple[tuple[Word, ...], ...]:
        """The words that identify each state; any two states share one that they answer differently."""
        found: list[dict[Word, None]] = [{} for _ in self.access]
        for word, pairs in _chosen(self):
            for left, right in pairs:
                found[left][word] = found[right][word] = None
        return tuple(tuple(words) or ((),) for words in found)


def minimal(system: System) -> Minimal:
    """Return the minimal, input-complete machine of a system."""
    numbers: dict[Any, int] = {}
    answers = {
        here: tuple(
            numbers.setdefault(visible(edges[step].prediction), len(numbers)) if step in edges else _UNDRIVABLE
            for step in system.inputs
        )
        for here, edges in system.edges.items()
    }
    dests = {
        here: tuple(edges[step].dest if step in edges else here for step in system.inputs)
        for here, edges in system.edges.items()
    }
    blocks: dict[Any, int] = dict.fromkeys(system.configurations, 0)
    while True:
        names: dict[Any, int] = {}
        refined = {
            here: names.setdefault((answers[here], tuple(blocks[dest] for dest in dests[here])), len(names))
            for here in system.configurations
        }
        if len(names) == len(set(blocks.values())):
            break
        blocks = refined
    first = {block: here for here, block in reversed(blocks.items())}
    states = [first[block] for block in sorted(first)]
    return Minimal(
        system.inputs,
        tuple(system.access[here] for here in states),
        tuple(dict(zip(system.inputs, answers[here], strict=True)) for here in states),
        tuple({step: blocks[dest] for step, dest in zip(system.inputs, dests[here], strict=True)} for here in states),
        blocks,
    )


# -- separating states ----------------------------------------------------------------------------


def _chosen(machine: Minimal) -> Iterator[tuple[Word, list[tuple[int, int]]]]:
    """Yield few words that separate all pairs, each with the pairs that no word before it separates."""
    shortest = _shortest(machine)
    look = _look(machine)
    candidates = {word: None for base in ((), *shortest.values()) for word in (base, (*base, *look)) if word}
    responses = {word: [machine.response(state, word) for state in range(len(machine.access))] for word in candidates}
    unseparated = list(shortest)
    while unseparated:
        word = max(responses, key=lambda word: (_gain(responses[word], unseparated), -len(word)))
        answers = responses.pop(word)
        yield word, [(left, right) for left, right in unseparated if answers[left] != answers[right]]
        unseparated = [(left, right) for left, right in unseparated if answers[left] == answers[right]]


def _gain(answers: list[tuple[int, ...]], pairs: list[tuple[int, int]]) -> int:
    return sum(answers[left] != answers[right] for left, right in pairs)


def _look(machine: Minimal) -> Word:
    """Return one word of every step that never leads elsewhere and is not answered alike everywhere."""
    return tuple(
        step
        for step in machine.inputs
        if len({answers[step] for answers in machine.answers}) > 1
        and all(dests[step] == state for state, dests in enumerate(machine.dests))
    )


def _shortest(machine: Minimal) -> dict[tuple[int, int], Word]:
    """Return a shortest word that separates each pair of states: Moore's algorithm, from the ends back."""
    found: dict[tuple[int, int], Word] = {}
    missing = list(combinations(range(len(machine.access)), 2))
    while missing:
        layer = {pair: word for pair in missing if (word := _separating(machine, pair, found)) is not None}
        found |= layer
        missing = [pair for pair in missing if pair not in layer]
    return found


def _separating(machine: Minimal, pair: tuple[int, int], found: dict[tuple[int, int], Word]) -> Word | None:
    left, right = pair
    for step in machine.inputs:
        if machine.answers[left][step] != machine.answers[right][step]:
            return (step,)
    for step in machine.inputs:
        low, high = sorted((machine.dests[left][step], machine.dests[right][step]))
        if (low, high) in found:
            return (step, *found[low, high])
    return None


# -- answers that look alike ----------------------------------------------------------------------


def visible(prediction: Prediction) -> Any:
    """Return what an observer sees of a prediction, in a form that can be compared and hashed."""
    return _frozen({key: prediction[key] for key in ("ok", "hr", "events", "results") if key in prediction})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = {"cites", "calls", "cell", "step"}
        return tuple((key, _frozen(inner)) for key, inner in sorted(value.items()) if key not in hidden)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return str(value) if isinstance(value, Wild) else (type(value) is bool, value)
