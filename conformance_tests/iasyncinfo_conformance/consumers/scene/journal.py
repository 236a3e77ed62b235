"""The log of one meeting: every call, in the order in which it happened, in the shape that ``trace`` reads."""

import itertools
import json
from collections.abc import Callable
from typing import Any, Protocol

from iasyncinfo_conformance.stepping.readings import plain
from iasyncinfo_spec.abi import Kind


class Threading(Protocol):
    """What a stand-in needs of ``threading``, or of what stands for it where a scheduler chooses the switches."""

    @property
    def local(self) -> Callable[[], Any]:
        """What makes attributes that each thread has for itself."""

    @property
    def Event(self) -> Callable[[], Any]:  # noqa: N802 - it is threading's name
        """What makes events."""

    def get_ident(self) -> int:
        """Return the number of the thread that runs."""


class Journal:
    """Numbers what happens, and writes down what ``iasyncinfo trace`` can judge."""

    def __init__(self, kind: Kind, subject: str, get_ident: Callable[[], int]) -> None:
        self._numbers = itertools.count(1)
        self._names: dict[int, str] = {}
        self._get_ident = get_ident
        self.lines: list[dict[str, Any]] = [
            {"log": 1, "worker": "seen", "subject": subject, "values": "seen"},
            {"object": 1, "kind": kind.value},
        ]

    def tick(self) -> int:
        """Return the next number: what is numbered later happened later."""
        return next(self._numbers)

    def call(self, *step: Any) -> int:
        """Write that a call begins."""
        return self._write(thread=self._thread(), object=1, call=[step[0], *map(_written, step[1:])])

    def answer(self, of: int, **result: Any) -> int:
        """Write what a call was answered: ``ok``, ``hr`` or ``raised``."""
        return self._write(of=of, **{key: _written(value) for key, value in result.items()})

    def enter(self, label: str, **told: Any) -> int:
        """Write that a handler begins to run."""
        return self._write(
            thread=self._thread(), object=1, enter=label, **{key: _written(v) for key, v in told.items()}
        )

    def leave(self, of: int, **failed: Any) -> int:
        """Write that a handler comes back."""
        return self._write(leave=of, **failed)

    def _write(self, **line: Any) -> int:
        number = self.tick()
        self.lines.append({"n": number, **line})
        return number

    def _thread(self) -> str:
        return self._names.setdefault(self._get_ident(), f"T{len(self._names) + 1}")


def _written(value: Any) -> Any:
    """Return a value as a log has it: what is no scalar is its own text."""
    value = plain(value)
    return json.dumps(value) if isinstance(value, list | dict) else value
