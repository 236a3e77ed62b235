"""The vacuity floor: trivial objects, and for each the rules that it must fail.

The rules come from the specification: its predicates, which read the sentences and not the directed words,
look at everything that the model of an object can do. The suite must then find every one of them.
"""

import time
from collections import deque
from contextlib import closing
from typing import Final

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.engines.held_to import expected_rules
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.model.model import puts_second
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.selftest import trivial
from iasyncinfo_conformance.selftest.examples import quiet
from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_conformance.selftest.trivial import KINDS, MODELS, Model
from iasyncinfo_conformance.target import Target
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_isolated
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import START, Edge, System, plain_inputs
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.observer import sights
from iasyncinfo_spec.predicates import PREDICATES
from iasyncinfo_spec.product import Configuration, Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.words import Step, Word

FLOOR: Final = "rules that trivial objects must fail"
HANGS: Final = {blamed(Situation.CLOSE_HANGS): "Close never comes back; after three hangs nothing more is run"}
"""What the object that hangs must fail: a model has no time in which a call could wait."""
_HANG_SECONDS: Final = 0.5


def must_fail(model: Model) -> dict[str, Word]:
    """Return the rules that a model breaks by the specification's predicates, each with a word that shows it."""
    broken: dict[str, Word] = {}
    for kind in KINDS:
        system = _explored(model, kind)
        rules = [rule for rule in expected_rules() if rule in PREDICATES and kind in RULES[rule].kinds]
        for sight in sights(system):
            for rule in rules:
                if rule not in broken and not PREDICATES[rule](sight):
                    broken[rule] = (*system.access[sight.edge.source], sight.edge.step)
    return broken


def _explored(model: Model, kind: Kind) -> System:
    """Return the transition system of a model over the plain steps, with one handler for each slot."""
    inputs = _inputs(kind)
    access: dict[Configuration, Word] = {START: ()}
    edges: dict[Configuration, dict[Step, Edge]] = {}
    queue = deque([START])
    while queue:
        here = queue.popleft()
        edges[here] = {step: Edge(here, step, *model(here, step)) for step in inputs}
        for step, edge in edges[here].items():
            if edge.dest not in access:
                access[edge.dest] = (*access[here], step)
                queue.append(edge.dest)
    return System(Product(FAMILIES["reference"], kind), inputs, tuple(access), access, edges)


def _inputs(kind: Kind) -> tuple[Step, ...]:
    plain = (step for step in plain_inputs(kind) if not puts_second(step))
    return (*plain, ("cancel_notifications",))


def missed(name: str, rules: frozenset[str]) -> Line:
    """Return how many of the rules that a trivial object must fail its quick check fails."""
    started = time.perf_counter()
    start, line = f"{trivial.__name__}:{name}", Line(FLOOR)
    target: Target = InProcess(getattr(trivial, name), start) if name in MODELS else load_isolated(start, _HANG_SECONDS)
    with closing(target), quiet():
        failed = check(target, Options(quick=True)).failed_rules()
    for rule in sorted(rules):
        line.count(rule in failed, f"{name} passes {rule}")
    line.seconds = time.perf_counter() - started
    return line


def floor() -> dict[str, frozenset[str]]:
    """Return the trivial objects, each with the rules that it must fail."""
    return {name: frozenset(must_fail(model)) for name, model in MODELS.items()} | {"hangs": frozenset(HANGS)}
