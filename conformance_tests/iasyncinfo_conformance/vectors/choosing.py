"""Which words become vectors, and what each is allowed to come to.

Of a family's row: all words of the complete suites, each with the one answer that the row has. Of ``standard``: the
rules' own words, each with everything that some answers to the open points allow.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.families import starter
from iasyncinfo_conformance.model.expected import Expected
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.model.suites import parts
from iasyncinfo_conformance.target import LEVERS, Result, needs_of, values_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.vectors.patterns import pattern
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.trace.machine import RowMachine, State
from iasyncinfo_spec.words import Word

CARRIED: Final = frozenset({*LEVERS, "reentrancy", "raise"})
"""What a driver may have to support for a vector: one object, one thread, and handlers that call back and fail."""
_WIDE: Final = frozenset({"int64", "bigint"})
"""Sorts of numbers that not every reader of JSON keeps."""


class Vector(NamedTuple):
    """A word, and each list of results that it may come to."""

    word: Word
    allowed: tuple[list[Result], ...]


def kinds_of(row: Family | None) -> tuple[Kind, ...]:
    """Return the kinds that a row has; all of them without a row."""
    return _target(row).kinds if row else tuple(Kind)


def of_row(row: Family, kind: Kind, extra: int) -> Iterator[Vector]:
    """Yield the words of a row's complete suites, those of one kind, each once."""
    model, seen = Model(_target(row), kind, row), set[Word]()
    for part in parts(model, extra):
        for short in chain(part.suite, part.detours):
            word = part.expected.with_looks(short)
            if word not in seen:
                seen.add(word)
                yield Vector(word, (_answers(part.expected, word),))


def _target(row: Family) -> InProcess:
    return InProcess(starter(row), row.name, explores=False)


def _answers(expected: Expected, word: Word) -> list[Result]:
    return [
        {"ok": here.notified} if step in expected.looks else pattern(expected.system.edges[here][step].prediction)
        for here, step in expected.arrows(word)
    ]


def of_standard(kind: Kind) -> Iterator[Vector]:
    """Yield the rules' words of one kind that a driver can be sent, each with whatever it may come to."""
    machine = RowMachine(kind, None)
    for word in dict.fromkeys(case.word for case in CASES if kind in case.kinds):
        if needs_of(word) <= CARRIED and not values_of(word) & _WIDE:
            yield Vector(word, tuple(_allowed(machine, word)))


def _allowed(machine: RowMachine, word: Word) -> Iterator[list[Result]]:
    """Yield each list of results to which the open points may be answered, in one way throughout."""
    ways: dict[str, tuple[list[Result], set[State]]] = {"": ([], {machine.start})}
    for step in word:
        longer: dict[str, tuple[list[Result], set[State]]] = {}
        for results, states in ways.values():
            for state in states:
                for outcome in machine.reachable(state, step):
                    came = [*results, pattern(outcome.prediction)]
                    after = State(outcome.dest.at, outcome.dest.answers | state.answers)
                    longer.setdefault(repr(came), (came, set()))[1].add(after)
        ways = longer
    return (results for results, _ in ways.values())
