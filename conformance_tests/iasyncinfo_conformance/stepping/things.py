"""The opaque objects that words hand over, known again by their identity alone."""

from typing import Any

from iasyncinfo_conformance.stepping.readings import plain
from iasyncinfo_spec.values import Frozen, Thing


class Opaque:
    """An object without a value."""

    __slots__ = ("__weakref__",)


class Things:
    """The objects that one run has handed over, by their numbers."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[int, Opaque] = {}

    def given(self, value: Frozen) -> Any:
        """Return a word's value as the subject gets it: lists made anew, an object the same within a run."""
        if isinstance(value, Thing):
            return self.known.setdefault(value.number, Opaque())
        return list(map(self.given, value)) if isinstance(value, tuple) else value

    def read(self, value: Any) -> Any:
        """Return a subject's value as JSON carries it; an object that was handed over by its number."""
        if not self.known:
            return plain(value)
        if isinstance(value, list) and plain(value) != value:
            return [self._one(each) for each in value]
        return self._one(value)

    def _one(self, value: Any) -> Any:
        number = next((number for number, thing in self.known.items() if thing is value), None)
        return plain(value) if number is None else {"object": number}
