"""Complete test suites: words that no faulty machine of a bounded size passes.

The method is HSI, harmonized state identifiers (Petrenko, Yevtushenko, Lebedev and Das, "Nondeterministic
state machines in protocol conformance testing", 1993; the bound on extra states is Vasilevskii's, 1973,
and Chow's, 1978). The machine is first made input-complete: a step that cannot be taken answers "not
drivable" and leads nowhere. Whether it can be taken depends on the worker alone, which the tester drives,
so such steps are known to be answered and are left out of the words that run; the states that are counted
are those of the object together with its worker. Then the machine is minimized. For ``n`` states and ``k``
extra ones the suite is

    access(s) . every word of at most k + 1 steps . identifiers(the state it leads to)

for every state ``s``. An identifier is any word; two states share one that they answer differently. A few
long words that look at everything separate most pairs, which keeps the suite small.

Two reductions keep the theorem for implementations that treat every handler alike: of words that differ
only in the names of handlers one is run, and a word that begins another is run as its beginning.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
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


def suite(machine: Minimal, extra: int, through: Step | None = None) -> list[Word]:
    """Return the complete suite for ``extra`` states more than the machine has.

    With ``through``, only the words that take this step.
    """
    words: dict[Word, None] = {}
    frontier = [(access, state) for state, access in enumerate(machine.access)]
    for length in range(extra + 2):
        for word, state in frontier:
            for identifier in machine.identifiers[state]:
                longer = (*word, *machine.runnable(state, identifier))
                if through is None or through in longer:
                    words[canonical(longer)] = None
        if length <= extra:
            frontier = [((*word, step), dest) for word, state in frontier for step, dest in machine.drivable(state)]
    return without_beginnings(words)


def without_beginnings(words: Iterable[Word]) -> list[Word]:
    """Return the words that begin no other word of theirs."""
    listed = list(words)
    begun = {word[:length] for word in listed for length in range(len(word))}
    return [word for word in listed if word not in begun]


def canonical(word: Word) -> Word:
    """Return a word with its plain handlers named in the order in which they come."""
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    renamed = []
    for step in word:
        if len(step) == 2 and step[0] in ("put_completed", "put_progress") and step[1] is not None:
            label = step[1]
            if label not in names:
                counts[label[0]] += 1
                names[label] = f"{label[0]}{counts[label[0]]}"
            step = (step[0], names[label])
        renamed.append(step)
    return tuple(renamed)


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
