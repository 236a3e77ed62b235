"""Traces that differ in nothing but names are one: handlers and values called by the order in which they come.

A recording in which every result is another number would otherwise be learned step by step, and never be done. What
is renamed is not judged otherwise: nothing in the tables looks at a label, at a text that is not empty, or at a
number but to tell it from others. Small numbers stay as they are, for statuses and counts are such; so do those
that no step names and that are large, for ids and codes are such.
"""

from typing import Any, Final

from iasyncinfo_spec.trace.formats import Trace
from iasyncinfo_spec.words import RACE, bare

_FIRST: Final = 100
"""The first number that a value is renamed to; those below stay."""
_LARGE: Final = 1_000_000
_NESTING: Final = ("put_completed", "put_progress", "thread", RACE)
_NAMING: Final = ("complete", "report_progress", "alive")
_KEPT: Final = ("status", "hr", "raised", "sender", "late")


def renamed(trace: Trace) -> Trace:
    """Return a trace whose handlers and values are called by the order in which they come."""
    names = _Names()
    steps = [names.step(step) for step in trace.steps]
    return trace._replace(steps=steps, results=[names.result(result) for result in trace.results])


class _Names:
    """What the handlers and values of one trace are called."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._numbers: dict[float, int] = {}

    def step(self, step: list[Any]) -> list[Any]:
        name = bare(step[0])
        if name in _NESTING:
            return [step[0], *(self._inner(argument) for argument in step[1:])]
        if name in _NAMING:
            return [step[0], self._value(step[1], named=True)]
        return step

    def _inner(self, argument: Any) -> Any:
        return list(map(self.step, argument)) if isinstance(argument, list) else self._value(argument, named=True)

    def result(self, result: dict[str, Any]) -> dict[str, Any]:
        return {key: value if key in _KEPT else self._told(value) for key, value in result.items()}

    def _told(self, value: Any) -> Any:
        """Return a value, or the results within a result."""
        if isinstance(value, list) and value and isinstance(value[0], list | dict):
            return [self.result(inner) if isinstance(inner, dict) else self._told(inner) for inner in value]
        return self._value(value, named=False)

    def _value(self, value: Any, *, named: bool) -> Any:
        if isinstance(value, list):
            return [self._value(inner, named=named) for inner in value]
        if type(value) is str and value:
            return self._texts.setdefault(value, f"v{len(self._texts) + 1}")
        if type(value) not in (int, float) or -1 <= value < _FIRST:
            return value
        if not named and value not in self._numbers and not _FIRST <= value < _LARGE:
            return value
        number = self._numbers.setdefault(value, _FIRST + len(self._numbers))
        return number if type(value) is int else float(number)
