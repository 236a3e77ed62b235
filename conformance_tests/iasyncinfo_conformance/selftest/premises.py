"""Whether the engines that look at the premises of the complete suites find the implementations that break them."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from iasyncinfo_conformance.engines.directed import directed
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.engines.pairs import pairs
from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.selftest.examples import PLAIN, left_alone, quiet, silent
from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_conformance.selftest.mutants.premise_mutants import (
    KIND,
    PREMISE_LINES,
    TIME,
    TREATMENT,
    TWO_OBJECTS,
    VALUES,
    premise_mutants,
)
from iasyncinfo_conformance.session.session import Session, sessions_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_target

ENGINES: Final[dict[str, Callable[[Session], object]]] = {
    TWO_OBJECTS: lambda session: pairs(session, silent),
    TREATMENT: lambda session: directed(session, expected_rules(), silent),
    VALUES: lambda session: directed(session, expected_rules(), silent),
    TIME: left_alone,
}
"""The engine that looks at each premise; it has to find them without the others."""


def premise_lines(names: Sequence[str] = PREMISE_LINES) -> list[Line]:
    """Return how many of the mutants of each premise are found."""
    answers = ask(load_target(PLAIN))
    lines = {name: Line(name) for name in names}
    for mutant in premise_mutants():
        if mutant.line not in lines:
            continue
        started = time.perf_counter()
        target = InProcess(mutant.start, mutant.name, explores=False)
        journal = Journal()
        session = sessions_of(target, answers, journal, Options(quick=True))[KIND]
        with quiet():
            ENGINES[mutant.line](session)
        lines[mutant.line].count(bool(journal.failures), mutant.name)
        lines[mutant.line].seconds += time.perf_counter() - started
    return list(lines.values())
