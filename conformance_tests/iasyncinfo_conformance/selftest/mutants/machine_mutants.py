"""Wrong machines, made from a right one: one arrow changed, or one state too many.

The suite runs one of several words that differ only in the names of handlers, so its theorem is about
implementations that treat handlers alike. The mutants do: an arrow is changed together with its mirror
images, and a change that its own mirror contradicts is none. Steps that cannot be taken are not changed;
that is the worker's doing.

The states that the theorem counts are those of the object together with its worker. An arrow that leads to a
state whose worker can do other things *leaves the worker behind*: the worker, which the tester drives, is
where it was, and the two together are in a state that the machine does not have. Such a mutant has a state
too many, and is counted with those. A step that its object does not expect changes nothing there, and is
answered as it is most often.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.model.minimal import Minimal
from iasyncinfo_conformance.selftest.mutants.mirrors import Mirror, mirrors
from iasyncinfo_spec.words import Step, Word, format_word

Cell = tuple[int, Step]
Changes = dict[Cell, tuple[int, int]]

NOBODYS: Final = 1_000_000
"""An answer that no machine gives."""

OUTPUT: Final = "output"
TRANSFER: Final = "transfer"
LEFT_BEHIND: Final = "transfer, worker left behind"
HIDDEN: Final = "hidden state"


@dataclass(frozen=True)
class Mutant:
    """What is changed: the new answer and destination of each wrong arrow, and those of a state too many.

    A word that tells the mutant from the machine meets, in the machine, an arrow of each set in ``meets``.
    """

    what: str
    changes: Changes
    meets: tuple[frozenset[Cell], ...]


class Breeder:
    """Makes the mutants of one machine."""

    def __init__(self, machine: Minimal) -> None:
        self.machine = machine
        self.mirrors: list[Mirror] = mirrors(machine)
        self._states = range(len(machine.access))
        self.cells: list[Cell] = [(state, step) for state in self._states for step, _ in machine.drivable(state)]
        self._answers = {
            step: sorted({answers[step] for answers in machine.answers if answers[step] >= 0})
            for step in machine.inputs
        }
        self._worker = [frozenset(step for step, _ in machine.drivable(state)) for state in self._states]

    # -- first order ----------------------------------------------------------------------------------

    def first_order(self) -> Iterator[Mutant]:
        """Yield every output mutant and every transfer mutant, one of each set of mirror images."""
        seen: set[Cell] = set()
        for cell in self.cells:
            if cell in seen:
                continue
            seen.update(self._images(cell))
            answer, dest = self.machine.answers[cell[0]][cell[1]], self.machine.dests[cell[0]][cell[1]]
            for other in (*self._answers[cell[1]], NOBODYS):
                if other != answer:
                    yield from self._mutant(OUTPUT, cell, other, dest)
            for other in self._states:
                if other != dest:
                    what = TRANSFER if self._worker[other] == self._worker[dest] else LEFT_BEHIND
                    yield from self._mutant(what, cell, answer, other)

    def _mutant(self, what: str, cell: Cell, answer: int, dest: int) -> Iterator[Mutant]:
        changes = self._mirrored(cell, answer, dest)
        if changes is not None:
            yield Mutant(what, changes, (frozenset(changes),))

    def _images(self, cell: Cell) -> Iterator[Cell]:
        return ((mirror.state(cell[0]), mirror.steps[cell[1]]) for mirror in self.mirrors)

    def _mirrored(self, cell: Cell, answer: int, dest: int) -> Changes | None:
        """Return a change with its mirror images, or None where two of them contradict each other."""
        changes: Changes = {}
        for mirror, image in zip(self.mirrors, self._images(cell), strict=True):
            there = mirror.answer(answer), mirror.state(dest)
            if changes.setdefault(image, there) != there:
                return None
        return changes

    # -- hidden states ----------------------------------------------------------------------------------

    def hidden(self, seed: int) -> Iterator[Mutant]:
        """Yield mutants with one state more, drawn without end: a copy of a state, behind one wrong arrow.

        One or two arrows of the copy are changed. The state is its own mirror, else its mirror image would
        be a second one.
        """
        draw = random.Random(seed)
        entrances = [(state, step) for state, step in self.cells if self._is_own(self.machine.dests[state][step])]
        while True:
            entrance = draw.choice(entrances)
            copied = self.machine.dests[entrance[0]][entrance[1]]
            inside: Changes = {}
            for _ in range(draw.choice((1, 2))):
                inside |= self._drawn(draw, copied)
            if inside:
                yield self._with_extra(entrance, copied, inside)

    def _is_own(self, state: int) -> bool:
        return all(mirror.state(state) == state for mirror in self.mirrors)

    def _drawn(self, draw: random.Random, copied: int) -> Changes:
        """Return a drawn change of one arrow of the copy, nothing where the draw makes no sense."""
        step = draw.choice([step for step, _ in self.machine.drivable(copied)])
        answer, dest = self._row(copied)[step]
        if draw.random() < 0.5:
            answer = draw.choice((*self._answers[step], NOBODYS))
        else:
            dest = draw.choice(self._reachable(dest, copied))
        changed = (answer, dest) != self._row(copied)[step]
        return (self._mirrored((len(self._states), step), answer, dest) or {}) if changed else {}

    def _reachable(self, dest: int, copied: int) -> list[int]:
        """Return the states, the copy among them, in which the worker is as in ``dest``."""
        extra = len(self._states)
        worker = self._worker[copied if dest == extra else dest]
        alike = [state for state in self._states if self._worker[state] == worker]
        return [*alike, extra] if self._worker[copied] == worker else alike

    def _row(self, copied: int) -> dict[Step, tuple[int, int]]:
        """Return the arrows of a copy: those that lead back to the state lead back to the copy."""
        extra = len(self._states)
        answers, dests = self.machine.answers[copied], self.machine.dests[copied]
        return {step: (answers[step], extra if dest == copied else dest) for step, dest in dests.items()}

    def _with_extra(self, entrance: Cell, copied: int, inside: Changes) -> Mutant:
        extra = len(self._states)
        changes: Changes = {(extra, step): arrow for step, arrow in self._row(copied).items()} | inside
        redirected = frozenset(self._images(entrance))
        for state, step in redirected:
            changes[state, step] = self.machine.answers[state][step], extra
        return Mutant(HIDDEN, changes, (redirected, frozenset((copied, step) for _, step in inside)))


class Simulation:
    """Runs words on mutants of a machine; a word is looked at only where it meets a wrong arrow."""

    def __init__(self, machine: Minimal) -> None:
        self._machine = machine
        self._width = len(machine.inputs)
        self._numbers = {step: number for number, step in enumerate(machine.inputs)}
        usual = {step: _usual(machine, step) for step in machine.inputs}
        self._answers, self._dests = [], []
        for answers, dests in zip(machine.answers, machine.dests, strict=True):
            for step in machine.inputs:
                self._answers.append(answers[step] if answers[step] >= 0 else usual[step])
                self._dests.append(dests[step])
        self._taken = [answers[step] >= 0 for answers in machine.answers for step in machine.inputs]

    def index(self, words: Iterable[Word]) -> "Index":
        """Return words with the arrows that each meets."""
        return Index([self._compiled(word) for word in words])

    def _compiled(self, word: Word) -> "_Compiled":
        state, steps, answers, cells = 0, [], [], []
        for step in word:
            number = self._numbers[step]
            cell = state * self._width + number
            steps.append(number)
            answers.append(self._answers[cell])
            cells.append(cell)
            state = self._dests[cell]
        return _Compiled(steps, answers, cells)

    def kills(self, index: "Index", mutant: Mutant) -> bool:
        """Return whether a word of the index is answered otherwise by a mutant."""
        width = self._width
        answers, dests = self._tables(mutant)
        for word in index.candidates([{self._cell(cell) for cell in cells} for cells in mutant.meets]):
            state = 0
            for number, expected in zip(word.steps, word.answers, strict=True):
                cell = state * width + number
                if answers[cell] != expected:
                    return True
                state = dests[cell]
        return False

    def _cell(self, cell: Cell) -> int:
        return cell[0] * self._width + self._numbers[cell[1]]

    def _tables(self, mutant: Mutant) -> tuple[list[int], list[int]]:
        extra = [0] * self._width
        answers, dests = self._answers + extra, self._dests + extra
        for cell, (answer, dest) in mutant.changes.items():
            place = self._cell(cell)
            answers[place], dests[place] = answer, dest
        return answers, dests

    def equivalent(self, mutant: Mutant) -> bool:
        """Return whether no word at all tells a mutant from the machine: both walked side by side."""
        answers, dests = self._tables(mutant)
        seen, waiting = {(0, 0)}, [(0, 0)]
        while waiting:
            right, wrong = waiting.pop()
            for number in range(self._width):
                place, other = right * self._width + number, wrong * self._width + number
                if not self._taken[place]:
                    continue
                if self._answers[place] != answers[other]:
                    return False
                there = self._dests[place], dests[other]
                if there not in seen:
                    seen.add(there)
                    waiting.append(there)
        return True

    def describe(self, mutant: Mutant) -> str:
        """Return a mutant's first wrong arrow in words."""
        state, step = min(mutant.meets[0], key=str)
        access = format_word(self._machine.access[state]) or "the start"
        return f"{mutant.what}: {format_word((step,))} after {access}"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A word as numbers: its steps, what the machine answers, and the cells along it."""

    steps: list[int]
    answers: list[int]
    cells: list[int]


class Index:
    """Words, to be found by the cells that they meet."""

    def __init__(self, words: list[_Compiled]) -> None:
        self._words = words
        self._meeting: dict[int, list[int]] = {}
        for number, word in enumerate(words):
            for cell in set(word.cells):
                self._meeting.setdefault(cell, []).append(number)

    def candidates(self, places: list[set[int]]) -> Iterator[_Compiled]:
        """Yield the words that meet a cell of each set."""
        first, *others = [{n for cell in cells for n in self._meeting.get(cell, ())} for cells in places]
        return (self._words[number] for number in sorted(first.intersection(*others)))


def _usual(machine: Minimal, step: Step) -> int:
    given = Counter(answers[step] for answers in machine.answers if answers[step] >= 0)
    return min(given, key=lambda answer: (-given[answer], answer), default=NOBODYS)
