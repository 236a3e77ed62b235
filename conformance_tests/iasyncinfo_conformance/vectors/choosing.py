"""Which words become vectors, and what each is allowed to come to.

Of a family's row: all words of the complete suites, each with what the row answers. Of ``standard``, and of a row of
which little is established: the rules' own words. Where an open point decides, a word has several lists of results, one
for each answer that is known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.families import starter
from iasyncinfo_conformance.model.expected import Arrow
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.model.suites import parts
from iasyncinfo_conformance.target import LEVERS, Result, needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.vectors.patterns import pattern
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.trace.machine import RowMachine, State
from iasyncinfo_spec.words import Step, Word

CARRIED: Final = frozenset({*LEVERS, "reentrancy", "raise"})
"""What a driver may have to support for a vector: one object, one thread, and handlers that call back and fail."""


_SYNC: Final = "CANCEL-SYNC"
_KEPT: Final = 20_000
"""Beginnings of words of which it is kept how they may go."""
Ways: TypeAlias = dict[str, tuple[list[Result], set[State]]]
"""Lists of results, each with the states to which it may lead."""


class Vector(NamedTuple):
    """A word, and each list of results that it may come to.

    ``pending`` says that nobody can take it where Cancel itself ends the work.
    """

    word: Word
    allowed: tuple[list[Result], ...]
    pending: bool = False


class Allowed:
    """What a machine allows: the results of words, with the open points answered in one way throughout each."""

    def __init__(self, kind: Kind, row: Family | None = None) -> None:
        self._id = 1 if row is not None and row.settled.get("ID") == "1" else None
        if row is not None and "ID" not in row.settled:  # whichever it is, an id is read
            row = replace(row, answers={**row.answers, "ID": "counter"})
        self._machine = RowMachine(kind, row, callbacks_may_fail=False)
        self._sole: dict[Arrow, Result | None] = {}
        self._ways: dict[Word, Ways] = {}
        self.open: set[str] = set()
        """The points that were met and that the row leaves open."""

    def along(self, arrows: Sequence[Arrow]) -> tuple[list[Result], ...]:
        """Return each list of results of a word, of which the arrows are known that it takes by one of them."""
        sole = [self._result(arrow) for arrow in arrows]
        if None not in sole:
            return ([result for result in sole if result is not None],)
        return self.of(tuple(step for _, step in arrows))

    def of(self, word: Word) -> tuple[list[Result], ...]:
        """Return each list of results to which a word may come."""
        ways = self._after(word)
        return tuple(ways[key][0] for key in sorted(ways))  # states are sets: their order is another in each process

    def _after(self, word: Word) -> Ways:
        """Return the ways in which a word may go; those of its beginnings are kept, for many words begin alike."""
        if not word:
            return {"": ([], {self._machine.start})}
        if word not in self._ways:
            longer: Ways = {}
            for results, states in self._after(word[:-1]).values():
                for came, after in self._steps(results, states, word[-1]):
                    longer.setdefault(repr(came), (came, set()))[1].add(after)
            if len(self._ways) > _KEPT:
                self._ways.clear()
            self._ways[word] = longer
        return self._ways[word]

    def _steps(
        self, results: list[Result], states: Iterable[State], step: Step
    ) -> Iterator[tuple[list[Result], State]]:
        for state in states:
            for outcome in self._machine.reachable(state, step):
                after = State(outcome.dest.at, outcome.dest.answers | state.answers)
                yield [*results, pattern(outcome.prediction, self._id)], after

    def _result(self, arrow: Arrow) -> Result | None:
        """Return what an arrow answers where that is one thing; None where it depends on an open point."""
        if arrow not in self._sole:
            outcomes, asked = self._machine.outcomes(*arrow)
            results = [pattern(outcome.prediction, self._id) for outcome in outcomes]
            several = (
                len({(repr(result), outcome.dest.at) for result, outcome in zip(results, outcomes, strict=True)}) > 1
            )
            self.open |= asked - self._machine.fixed.keys() if several else set()
            self._sole[arrow] = None if several else results[0]
        return self._sole[arrow]


def kinds_of(row: Family | None) -> tuple[Kind, ...]:
    """Return the kinds that a row has; all of them without a row."""
    return _target(row).kinds if row else tuple(Kind)


def of_row(row: Family, kind: Kind, extra: int) -> tuple[list[Vector], frozenset[str]]:
    """Return the words of a row's complete suites, those of one kind, and the open points that they meet."""
    model, allowed, found = Model(_target(row), kind, row), Allowed(kind, row), dict[Word, Vector]()
    ending = _ending(kind, row) if _SYNC in row.open_points else None
    for part in parts(model, extra):
        for short in chain(part.suite, part.detours, part.lasting):
            word = part.expected.with_looks(short)
            if word not in found:
                pending = ending is not None and not ending.of(word)
                found[word] = Vector(word, allowed.along(part.expected.arrows(word)), pending)
    return list(found.values()), frozenset(allowed.open)


def _ending(kind: Kind, row: Family) -> Allowed:
    """Return what is allowed of a row where Cancel itself ends the work."""
    return Allowed(kind, replace(row, answers={**row.answers, _SYNC: "yes"}))


def _target(row: Family) -> InProcess:
    return InProcess(starter(row), row.name, explores=False)


def of_rules(kind: Kind, row: Family | None = None) -> list[Vector]:
    """Return the rules' words of one kind that a driver can be sent, each with whatever it may come to.

    Of a row that is what its answers, and all that is known to be answered to its open points, lead to.
    """
    allowed, ending = Allowed(kind, row), _ending(kind, row or Family("standard", "all known answers", {}))
    words = dict.fromkeys(case.word for case in CASES if kind in case.kinds)
    carried = (word for word in words if needs_of(word) <= CARRIED)
    return [Vector(word, lists, not ending.of(word)) for word in carried if (lists := allowed.of(word))]
