"""The opaque objects that words hand over, known again by their identity alone."""

from typing import Any

from iasyncinfo_conformance.stepping.readings import plain
from iasyncinfo_spec.values import Frozen, Thing


class Opaque:
    """An object without a value."""

    __slots__ = ("__weakref__", "_number")

    def __init__(self, number: int = 1) -> None:
        self._number = number

    def __repr__(self) -> str:
        return f"<object {self._number}>"


class Things:
    """The objects that one run has handed over, by their numbers."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[int, Opaque] = {}

    def given(self, value: Frozen) -> Any:
        """Return a word's value as the subject gets it: lists made anew, an object the same within a run."""
        if isinstance(value, Thing):
            return self.known.setdefault(value.number, Opaque(value.number))
        return list(map(self.given, value)) if isinstance(value, tuple) else value

    def read(self, value: Any) -> Any:
        """Return a subject's value as JSON carries it; an object that was handed over by its number."""
        return plain(value, self._numbered) if self.known else plain(value)

    def _numbered(self, value: Any) -> dict[str, int] | None:
        """Return an object that was handed over as a word has it; None for any other."""
        number = next((number for number, thing in self.known.items() if thing is value), None)
        return None if number is None else {"object": number}
