"""How an implementation is entered among the counterexamples: beside its start function, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind

Start: TypeAlias = Callable[[Kind], Subject]
_S = TypeVar("_S", bound=Start)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """One wrong implementation and the rule by which it has to be caught.

    ``start`` is a target, as on the command line. ``word``, run on ``kind``, shows the fault; what
    came, as a suite tells it, contains ``message``. ``also`` are rules that this fault cannot help breaking too.
    ``raced`` marks those that only a race shows; its word holds one. ``hangs`` marks those whose word
    never ends, so that they need a process of their own; ``hidden`` those that no directed word shows, only
    the complete suites; ``late`` those that show once an object is left alone.
    """

    name: str
    breaks: str
    about: str
    start: str
    word: str
    message: str
    kind: Kind = Kind.OPERATION
    also: tuple[str, ...] = ()
    hangs: bool = False
    hidden: bool = False
    raced: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Correct:
    """One right implementation; ``start`` is a target, ``about`` says which manners it has."""

    name: str
    about: str
    start: str


wrong: list[Counterexample] = []
right: list[Correct] = []


def breaks(
    rule: str,
    word: str,
    message: str,
    *,
    kind: Kind = Kind.OPERATION,
    also: tuple[str, ...] = (),
    hangs: bool = False,
    hidden: bool = False,
    raced: bool = False,
    late: bool = False,
) -> Callable[[_S], _S]:
    """Enter the decorated start function as a counterexample; its docstring says what is wrong."""

    def enter(start: _S) -> _S:
        name, about, target = _describe(start)
        if all(entry.start != target for entry in wrong):  # a private copy of a module enters nothing again
            shown = (kind, also, hangs, hidden, raced, late)
            wrong.append(Counterexample(name, rule, about, target, word, message, *shown))
        return start

    return enter


def correct(name: str) -> Callable[[_S], _S]:
    """Enter the decorated start function as a right implementation, under this name."""

    def enter(start: _S) -> _S:
        _, about, target = _describe(start)
        if all(entry.start != target for entry in right):
            right.append(Correct(name, about, target))
        return start

    return enter


def _describe(start: Start) -> tuple[str, str, str]:
    name: str = start.__name__
    return name, start.__doc__ or "", f"{start.__module__}:{name}"
