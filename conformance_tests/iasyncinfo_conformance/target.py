"""What an engine sees of a subject: words go in, results come out."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word

Result: TypeAlias = dict[str, Any]
"""``{"ok": value}``, ``{"hr": code}`` or ``{"raised": "TypeName"}``, with ``events`` where handlers ran."""

LEVERS = ("fail", "acknowledge_cancel", "report_progress", "cancel_notifications")
"""The optional levers of an adapter."""

CAPABILITIES = (*LEVERS, "cancel_ends_work", "reentrancy", "raise", "release", "alive", "thread", "threads")
"""Everything that a target may say it supports."""


class Trouble(Exception):
    """A word ended without results: the subject hung, died, or the driver declined to run it.

    ``what`` is ``hang``, ``death``, ``skipped`` or ``errored``; ``why`` says it in words.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why


class Target(Protocol):
    """An implementation that runs words, in this process or behind a pipe."""

    name: str
    kinds: tuple[Kind, ...]
    values: tuple[str, ...]
    notes: tuple[str, ...]

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return which of :data:`CAPABILITIES` the target has for this kind."""

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word on a fresh object; raises Trouble where it ends without results."""

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words one after the other, each on a fresh object, and yield what came of each."""

    def close(self) -> None:
        """Free what the target holds: a process, a pipe."""


def needs_of(word: Word) -> frozenset[str]:
    """Return the capabilities without which a word cannot be run."""
    return frozenset(_needs(word, inside=False))


def _needs(word: Iterable[Any], *, inside: bool) -> Iterator[str]:
    for step in word:
        name = step[0]
        if name in CAPABILITIES:
            yield name
        elif inside:
            yield "reentrancy"
        if name == "thread" or name in ("put_completed", "put_progress"):
            yield from _needs(step[-1] if isinstance(step[-1], tuple) else (), inside=True)
