"""The mutants of one family's machine, tried on the complete suites and on the words of the walk."""

import time
from collections.abc import Callable, Iterable

from iasyncinfo_conformance.model.hsi import suite
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_conformance.selftest.mutants.machine_mutants import (
    LEFT_BEHIND,
    OUTPUT,
    TRANSFER,
    Breeder,
    Mutant,
    Simulation,
)
from iasyncinfo_conformance.selftest.mutants.walking import Lifted, drawn_words
from iasyncinfo_conformance.targets.loading import load_target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES

HIDDEN_MUTANTS = 5_000
SEED = 19
WALK_SHARE = 0.4
"""What the walk has to kill by itself: it draws every word, and the survey runs those that kill all."""
OUTPUTS = "output mutants, k=0"
TRANSFERS = "transfer mutants, k=0"
WORKERS = "transfers that leave the worker behind, k=1"
HIDDENS = "hidden-state mutants, k=1"
WALK = "output and transfer mutants, the walk alone"
MACHINE_LINES = (OUTPUTS, TRANSFERS, WORKERS, HIDDENS, WALK)


def machine_lines(family: str, kind: Kind) -> list[Line]:
    """Return what becomes of the mutants of one family's machine."""
    trial = _Trial(family, kind)
    lines = [Line(OUTPUTS), Line(TRANSFERS), Line(WORKERS), Line(HIDDENS), Line(WALK, need=WALK_SHARE)]
    outputs, transfers, workers, hiddens, walk = lines
    work: list[tuple[Line, Callable[[], None]]] = [
        (outputs, lambda: trial.first_order(outputs, OUTPUT)),
        (transfers, lambda: trial.first_order(transfers, TRANSFER)),
        (workers, lambda: trial.with_an_extra_state(workers, trial.first[LEFT_BEHIND])),
        (hiddens, lambda: trial.hidden(hiddens)),
        (walk, lambda: trial.walked(walk)),
    ]
    for line, count in work:
        started = time.perf_counter()
        count()
        line.seconds = time.perf_counter() - started
    return lines


class _Trial:
    """One machine with its suites and its mutants."""

    def __init__(self, family: str, kind: Kind) -> None:
        self._name = f"{family}, {kind}"
        self._target = load_target(f"family:{family}")
        self._model = Model(self._target, kind, FAMILIES[family])
        self._system = self._model.plain_system
        self._machine = self._model.plain_machine
        self._breeder = Breeder(self._machine)
        self._simulation = Simulation(self._machine)
        self._suites = [self._simulation.index(suite(self._machine, extra)) for extra in (0, 1)]
        self.first: dict[str, list[Mutant]] = {OUTPUT: [], TRANSFER: [], LEFT_BEHIND: []}
        for mutant in self._breeder.first_order():
            self.first[mutant.what].append(mutant)

    def first_order(self, line: Line, what: str) -> None:
        """Count the mutants of one sort that the suite without extra states kills."""
        for mutant in self.first[what]:
            self._count(line, mutant, 0)

    def with_an_extra_state(self, line: Line, mutants: Iterable[Mutant]) -> None:
        """Count the mutants that the suite for one extra state kills, beside those that the other one kills."""
        for mutant in mutants:
            if self._count(line, mutant, 1) and self._simulation.kills(self._suites[0], mutant):
                line.aside("killed at k=0")

    def hidden(self, line: Line) -> None:
        """Draw different hidden-state mutants until so many are not equivalent."""
        seen: set[frozenset[object]] = set()
        for mutant in self._breeder.hidden(SEED):
            if line.of == HIDDEN_MUTANTS:
                return
            key = frozenset(mutant.changes.items())
            if key not in seen:
                seen.add(key)
                self.with_an_extra_state(line, [mutant])

    def walked(self, line: Line) -> None:
        """Count the mutants of first order that the words of the walk kill."""
        words = drawn_words(self._target, self._model)
        lifted = Lifted(self._system, self._machine)
        lifted.add(words)
        line.aside("words", len(words))
        for mutant in (*self.first[OUTPUT], *self.first[TRANSFER]):
            line.count(lifted.kills(mutant), self._named(mutant))

    def _count(self, line: Line, mutant: Mutant, extra: int) -> bool:
        """Count a mutant, apart where it is equivalent; return whether it is none of these."""
        killed = self._is_killed(mutant, extra)
        if not killed and self._simulation.equivalent(mutant):
            line.aside("equivalent")
            return False
        line.count(killed, self._named(mutant))
        return True

    def _is_killed(self, mutant: Mutant, extra: int) -> bool:
        return self._simulation.kills(self._suites[extra], mutant)

    def _named(self, mutant: Mutant) -> str:
        return f"{self._name}: {self._simulation.describe(mutant)}"
