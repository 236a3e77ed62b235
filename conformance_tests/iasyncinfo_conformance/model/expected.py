"""What every word over a system is answered, worked out once for each arrow."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from iasyncinfo_conformance.model.hsi import canonical
from iasyncinfo_conformance.model.minimal import Minimal, minimal
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.model.results import ID, as_result, is_id
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.exploration import START, Edge, System
from iasyncinfo_spec.product import Configuration, Prediction
from iasyncinfo_spec.words import Step, Word, program_of

Arrow: TypeAlias = tuple[Configuration, Step]
"""A step that is taken in a configuration."""


class _Entry:
    """What a step is answered somewhere, the entries of where it leads, and how often a word came by."""

    __slots__ = ("answer", "met", "row")

    def __init__(self, answer: Result, row: "_Row") -> None:
        self.answer = answer
        self.row = row
        self.met = 0


_Row: TypeAlias = dict[Step, _Entry]


class Expected:
    """The answers of a system in the shape of results, and which arrows of its minimal machine were met.

    The system is that of the plain steps unless another is given. Where handlers have programs in it, only
    the arrows count along which one runs.
    """

    def __init__(self, model: Model, system: System | None = None) -> None:
        self._model = model
        self.system: System = system or model.plain_system
        self.looks: tuple[Step, ...] = model.looks
        self._rows: dict[Configuration, _Row] = {here: {} for here in self.system.edges}
        for here, edges in self.system.edges.items():
            row = self._rows[here]
            for step, edge in edges.items():
                row[step] = _Entry(as_result(edge.prediction), self._rows[edge.dest])
            row.update((look, _Entry({"ok": here.notified}, row)) for look in self.looks)
        arrows = {(here, step): edge for here, edges in self.system.edges.items() for step, edge in edges.items()}
        programs = any(map(program_of, self.system.inputs))
        self._counted = {arrow for arrow, edge in arrows.items() if not programs or _calls(edge.prediction)}

    @cached_property
    def machine(self) -> Minimal:
        """The minimal machine of the system."""
        return self._model.plain_machine if self.system is self._model.plain_system else minimal(self.system)

    @property
    def cells(self) -> int:
        """The number of arrows that count."""
        return len(self._merged(self._counted))

    @property
    def covered(self) -> int:
        """How many of them were met."""
        return len(self._merged({(here, step) for here, step in self._counted if self._rows[here][step].met}))

    def taken(self) -> Iterator[tuple[Edge, int]]:
        """Yield each arrow with how often it was met."""
        for here, edges in self.system.edges.items():
            for step, edge in edges.items():
                yield edge, self._rows[here][step].met

    def _merged(self, arrows: Iterable[Arrow]) -> set[tuple[int, Step]]:
        """Return the arrows of the minimal machine; those that differ only in handlers' names are one."""
        machine = self.machine
        merged = {(machine.states[here], step) for here, step in arrows}
        named = (self.arrows(canonical((*machine.access[state], step)))[-1] for state, step in merged)
        return {(machine.states[here], step) for here, step in named}

    def with_looks(self, word: Word) -> Word:
        """Return a word with a last look at the worker, where the target has one."""
        return (*word, *self.looks)

    def agrees(self, word: Word, results: Sequence[Result]) -> bool:
        """Return whether a word was answered as the system has it."""
        row, first_id = self._rows[START], None
        for step, result in zip(word, results, strict=True):
            entry = row[step]
            entry.met += 1
            if result != entry.answer:
                if entry.answer is not ID or not is_id(result, first_id):
                    return False
                first_id = result["ok"]
            row = entry.row
        return True

    def counts(self, word: Word) -> bool:
        """Return whether an arrow that counts is along the word."""
        return not self._counted.isdisjoint(self.arrows(word))

    def arrows(self, word: Word) -> list[Arrow]:
        """Return the arrows along a word; a look at its end starts where the last of them leads."""
        here, found = START, []
        for step in word:
            found.append((here, step))
            edge = self.system.edges[here].get(step)
            here = edge.dest if edge else here
        return found


def _calls(prediction: Prediction) -> bool:
    return any("results" in event for event in prediction.get("events", ()))
