"""The symmetries of a machine: what stays when handlers swap their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from iasyncinfo_conformance.model.minimal import Minimal
from iasyncinfo_spec.words import Step

_SWAPS: Final = ({"h1": "h2", "h2": "h1"}, {"p1": "p2", "p2": "p1"})


@dataclass(frozen=True)
class Mirror:
    """One renaming of handlers, as what it does to steps, states and answers."""

    steps: dict[Step, Step]
    states: tuple[int, ...]
    answers: dict[int, int]

    def answer(self, answer: int) -> int:
        """Return the answer under its new name; one that the machine never gives names nobody."""
        return self.answers.get(answer, answer)

    def state(self, state: int) -> int:
        """Return the state under its new name; one that the machine does not have is its own mirror."""
        return self.states[state] if state < len(self.states) else state


def mirrors(machine: Minimal) -> list[Mirror]:
    """Return every symmetry of a machine, the identity among them.

    A state is found under its new name by its renamed access word. Raises ValueError where a renaming is no
    symmetry, because the theorem's reduction to words with canonical names would not hold.
    """
    return [_mirror(machine, names) for names in _renamings(machine)]


def _renamings(machine: Minimal) -> Iterator[dict[str, str]]:
    labels = {step[1] for step in machine.inputs if step[0].startswith("put_")}
    possible: list[list[dict[str, str]]] = [[{}, swap] if set(swap) <= labels else [{}] for swap in _SWAPS]
    for one, other in product(*possible):
        yield {**one, **other}


def _mirror(machine: Minimal, names: dict[str, str]) -> Mirror:
    steps = {step: _renamed(step, names) for step in machine.inputs}
    states = []
    for access in machine.access:
        state = 0
        for step in access:
            state = machine.dests[state][steps[step]]
        states.append(state)
    answers: dict[int, int] = {}
    for state, mirrored in enumerate(states):
        for step, answer in machine.answers[state].items():
            there = machine.answers[mirrored][steps[step]]
            leads = states[machine.dests[state][step]] == machine.dests[mirrored][steps[step]]
            if answers.setdefault(answer, there) != there or not leads:
                raise ValueError(f"{step} in state {state} tells handlers apart: give the machine no names of its own")
    return Mirror(steps, tuple(states), answers)


def _renamed(step: Step, names: dict[str, str]) -> Step:
    return (step[0], *(names.get(item, item) if isinstance(item, str) else item for item in step[1:]))
