"""What every word over a system is answered, worked out once for each arrow."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.model.hsi import Minimal, canonical, minimal
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.exploration import START, System
from iasyncinfo_spec.product import Again, Configuration, Prediction, Wild
from iasyncinfo_spec.words import Step, Word, program_of

Arrow: TypeAlias = tuple[Configuration, Step]
"""A step that is taken in a configuration."""


class _Entry:
    """What a step is answered somewhere, the entries of where it leads, and whether a word came by."""

    __slots__ = ("answer", "met", "row")

    def __init__(self, answer: Result, row: "_Row") -> None:
        self.answer = answer
        self.row = row
        self.met = False


_Row: TypeAlias = dict[Step, _Entry]


class Sheet:
    """The answers of a system in the shape of results, and which arrows of its minimal machine were met.

    The system is that of the plain steps unless another is given. Where handlers have programs in it, only
    the arrows count along which one runs.
    """

    def __init__(self, ground: Ground, system: System | None = None) -> None:
        self._ground = ground
        self.system: System = system or ground.plain_system
        self._looks = ground.looks
        self._rows: dict[Configuration, _Row] = {here: {} for here in self.system.edges}
        for here, edges in self.system.edges.items():
            row = self._rows[here]
            for step, edge in edges.items():
                row[step] = _Entry(as_result(edge.prediction), self._rows[edge.dest])
            row.update((look, _Entry({"ok": here.notified}, row)) for look in self._looks)
        arrows = {(here, step): edge for here, edges in self.system.edges.items() for step, edge in edges.items()}
        programs = any(map(program_of, self.system.inputs))
        self._counted = {arrow for arrow, edge in arrows.items() if not programs or _calls(edge.prediction)}

    @cached_property
    def machine(self) -> Minimal:
        """The minimal machine of the system."""
        return self._ground.plain_machine if self.system is self._ground.plain_system else minimal(self.system)

    @property
    def cells(self) -> int:
        """The number of arrows that count."""
        return len(self._merged(self._counted))

    @property
    def covered(self) -> int:
        """How many of them were met."""
        return len(self._merged({(here, step) for here, step in self._counted if self._rows[here][step].met}))

    def _merged(self, arrows: Iterable[Arrow]) -> set[tuple[int, Step]]:
        """Return the arrows of the minimal machine; those that differ only in handlers' names are one."""
        machine = self.machine
        merged = {(machine.states[here], step) for here, step in arrows}
        named = (self.arrows(canonical((*machine.access[state], step)))[-1] for state, step in merged)
        return {(machine.states[here], step) for here, step in named}

    def with_looks(self, word: Word) -> Word:
        """Return a word with a last look at the worker, where the target has one."""
        return (*word, *self._looks)

    def agrees(self, word: Word, results: Sequence[Result]) -> bool:
        """Return whether a word was answered as the system has it."""
        row, first_id = self._rows[START], None
        for step, result in zip(word, results, strict=True):
            entry = row[step]
            entry.met = True
            if result != entry.answer:
                if entry.answer is not _ID or not _is_id(result, first_id):
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


_ID: Final[Result] = {"ok": Wild.ID}
"""Stands for the id of the run."""


def _is_id(result: Result, first: int | None) -> bool:
    """Return whether a result is an id: any number but zero, and the first one that the run showed."""
    number = result.get("ok")
    return isinstance(number, int) and number != 0 and first in (None, number)


class _Matching:
    """Equal to every value that fits where a prediction leaves it open."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, again: Again | None) -> None:
        self._again = again

    def __eq__(self, other: object) -> bool:
        return self._again is None or self._again.fits(other)


def as_result(prediction: Prediction) -> Result:
    """Return a prediction as the result that comes where all goes well; an id is left to the run."""
    if prediction.get("ok") is Wild.ID:
        return _ID
    result: Result = {key: _value(prediction[key]) for key in ("ok", "hr") if key in prediction}
    if "results" in prediction:
        result["results"] = list(map(as_result, prediction["results"]))
    if "events" in prediction:
        result["events"] = [
            {**event, "results": list(map(as_result, event["results"]))} if "results" in event else dict(event)
            for event in prediction["events"]
        ]
    return result


def _value(value: Any) -> Any:
    if isinstance(value, Again):
        return _Matching(value)
    return _Matching(None) if value is Wild.ANY else value
