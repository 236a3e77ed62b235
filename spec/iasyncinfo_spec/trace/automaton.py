"""A row's machine learned while it is used: each set of states has a number, each step once met an entry.

Recordings meet the same steps over and over: what was worked out once is looked up. What is kept is bounded:
when the entries and the states that they lead to are too many, all are dropped and learned again. A row with many
open points can be in thousands of states at once.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from iasyncinfo_spec.trace.machine import RowMachine, State, exactly
from iasyncinfo_spec.trace.matching import Result
from iasyncinfo_spec.variations import Answered
from iasyncinfo_spec.words import from_json

MOST_ENTRIES: Final = 80_000
Json = Any
Exact: TypeAlias = tuple[tuple[object, ...], Answered]


class Node:
    """A set of states, with what is known of the steps from it."""

    __slots__ = ("edges", "states")

    def __init__(self, states: frozenset[State]) -> None:
        self.states: frozenset[State] = states
        self.edges: dict[str, tuple[Node, frozenset[str]]] = {}


class Automaton:
    """The automaton of one machine."""

    def __init__(self, machine: RowMachine, most: int = MOST_ENTRIES) -> None:
        self.machine = machine
        self._most = most
        self.entries: int = 0
        self._nodes: dict[frozenset[Exact], Node] = {}
        self.start: Node = self._node(frozenset({machine.start}))

    def next(self, here: Node, step: Json, result: Result) -> tuple[Node, frozenset[str]]:
        """Return the node after a step that came to ``result``, one without states where that is impossible."""
        key = f"{step}{result}"
        known = here.edges.get(key)
        if known is None:
            self.entries += 1
            known = self._learn(here, step, result)
            if self.entries > self._most:
                self._forget()
            else:
                here.edges[key] = known
        return known

    def _learn(self, here: Node, step: Json, result: Result) -> tuple[Node, frozenset[str]]:
        (taken,) = from_json([step])
        states, asked = self.machine.after(here.states, taken, result)
        return self._node(states), asked

    def _node(self, states: frozenset[State]) -> Node:
        key = frozenset((exactly(state.at), state.answers) for state in states)
        if key not in self._nodes:
            self._nodes[key] = Node(states)
            self.entries += len(states)
        return self._nodes[key]

    def _forget(self) -> None:
        """Drop what was learned; nodes in use stay alive by themselves."""
        self.entries = 0
        self._nodes = {}
        self.start.edges.clear()


def follow(automaton: Automaton, steps: Sequence[Json], results: Sequence[Result]) -> tuple[int, Node, frozenset[str]]:
    """Return how many steps are possible, the node before the first impossible one, and the points asked."""
    here, asked = automaton.start, frozenset[str]()
    for index, (step, result) in enumerate(zip(steps, results, strict=False)):
        there, points = automaton.next(here, step, result)
        asked |= points
        if not there.states:
            return index, here, asked
        here = there
    return min(len(steps), len(results)), here, asked
