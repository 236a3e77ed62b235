"""What every word over a system is answered, worked out once for each arrow."""

from functools import cached_property
from typing import Any, Final

from iasyncinfo_conformance.hsi import Minimal, canonical, minimal
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.exploration import START
from iasyncinfo_spec.product import Configuration, Prediction, Wild
from iasyncinfo_spec.words import Step, Word

Arrow = tuple[Configuration, Step]


class Sheet:
    """The answers of a system in the shape of results, and which arrows of its minimal machine were met.

    The system is that of the plain steps; with ``put``, a handler with a program stands in for the second
    ones, and only the arrows count along which a program runs.
    """

    def __init__(self, ground: Ground, put: Step | None = None) -> None:
        self._ground = ground
        self._put = put
        self.system = ground.plain_system if put is None else ground.system_with(put)
        self._looks = ground.looks
        self._rows = {
            here: {step: (as_result(edge.prediction), edge.dest) for step, edge in edges.items()}
            for here, edges in self.system.edges.items()
        }
        self._counted = {
            (here, step)
            for here, edges in self.system.edges.items()
            for step, edge in edges.items()
            if put is None or _calls(edge.prediction)
        }
        self._met: set[Arrow] = set()

    @cached_property
    def machine(self) -> Minimal:
        """The minimal machine of the system."""
        return self._ground.plain_machine if self._put is None else minimal(self.system)

    @property
    def cells(self) -> int:
        """The number of arrows that count."""
        return len(self._merged(self._counted))

    @property
    def covered(self) -> int:
        """How many of them were met."""
        return len(self._merged(self._counted & self._met))

    def _merged(self, arrows: set[Arrow]) -> set[tuple[int, Step]]:
        """Return the arrows of the minimal machine; those that differ only in handlers' names are one."""
        machine = self.machine
        merged = {(machine.states[here], step) for here, step in arrows}
        named = (self.arrows(canonical((*machine.access[state], step)))[-1] for state, step in merged)
        return {(machine.states[here], step) for here, step in named}

    def with_looks(self, word: Word) -> Word:
        """Return a word with a last look at the worker, where the target has one."""
        return (*word, *self._looks)

    def expected(self, word: Word) -> list[Result]:
        """Return what a word with its last look is answered; values that only the run knows equal what fits."""
        here, answers = START, []
        for step in word[: len(word) - len(self._looks)]:
            self._met.add((here, step))
            answer, here = self._rows[here][step]
            answers.append(answer)
        if _ID in answers:
            same = {"ok": _SameId()}
            answers = [same if answer is _ID else answer for answer in answers]
        return [*answers, {"ok": here.notified}] if self._looks else answers

    def calls(self, word: Word) -> bool:
        """Return whether a handler runs its program along the word."""
        return not self._counted.isdisjoint(self.arrows(word))

    def arrows(self, word: Word) -> list[Arrow]:
        """Return the arrows along a word; a look at its end starts where the last of them leads."""
        here, found = START, []
        for step in word:
            found.append((here, step))
            here = self._rows[here][step][1] if step in self._rows[here] else here
        return found


def _calls(prediction: Prediction) -> bool:
    return any("results" in event for event in prediction.get("events", ()))


_ID: Final[Result] = {"ok": Wild.ID}
"""Stands in an expectation for the id of the run."""


class _SameId:
    """Equal to any id but zero, and then only to that one."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self) -> None:
        self._seen: object = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, int) or not other:
            return False
        self._seen = other if self._seen is None else self._seen
        return other == self._seen


class _Anything:
    """Equal to every value."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True


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
    return _Anything() if value is Wild.ANY else value
