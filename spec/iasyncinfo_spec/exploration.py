"""Every configuration that a family can reach, as a labelled transition system."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Product
from iasyncinfo_spec.words import Step, Word

START: Final = Configuration()


@dataclass(frozen=True, slots=True)
class Edge:
    """One step from one configuration: what it answers and where it leads."""

    source: Configuration
    step: Step
    prediction: Prediction
    dest: Configuration


@dataclass(frozen=True, slots=True)
class System:
    """The reachable part of a product machine.

    ``configurations`` are in breadth-first order; ``access`` holds a shortest word to each; ``edges``
    holds the drivable steps of each.
    """

    product: Product
    inputs: tuple[Step, ...]
    configurations: tuple[Configuration, ...]
    access: dict[Configuration, Word]
    edges: dict[Configuration, dict[Step, Edge]]


def plain_inputs(kind: Kind) -> tuple[Step, ...]:
    """Return every step with its plain variants: two handlers, null, and each end of the worker."""
    inputs: list[Step] = [
        ("id",), ("status",), ("error_code",), ("cancel",), ("close",),
        ("put_completed", "h1"), ("put_completed", "h2"), ("put_completed", None), ("get_completed",),
        ("get_results",), ("complete", 5), ("fail", E_FAIL), ("acknowledge_cancel",),
    ]  # fmt: skip
    if kind.has_progress:
        inputs += [
            ("put_progress", "p1"), ("put_progress", "p2"), ("put_progress", None), ("get_progress",),
            ("report_progress", 1),
        ]  # fmt: skip
    return tuple(inputs)


def explore(
    family: str | Family,
    kind: Kind,
    inputs: Iterable[Step] | None = None,
    allowed: Callable[[Configuration, Step], bool] = lambda here, step: True,  # noqa: ARG005
) -> System:
    """Return the labelled transition system of a family and a kind over ``inputs``.

    ``inputs`` are :func:`plain_inputs` unless given; steps that are not ``allowed`` are left out. A
    KeyError for a name that is no family's.
    """
    product = Product(FAMILIES[family] if isinstance(family, str) else family, kind)
    steps = tuple(plain_inputs(kind) if inputs is None else inputs)
    access: dict[Configuration, Word] = {START: ()}
    edges: dict[Configuration, dict[Step, Edge]] = {}
    queue = deque([START])
    while queue:
        here = queue.popleft()
        permitted = (step for step in steps if allowed(here, step))
        edges[here] = {edge.step: edge for edge in _edges(product, here, permitted)}
        for step, edge in edges[here].items():
            if edge.dest not in access:
                access[edge.dest] = (*access[here], step)
                queue.append(edge.dest)
    return System(product, steps, tuple(access), access, edges)


def _edges(product: Product, here: Configuration, steps: Iterable[Step]) -> Iterable[Edge]:
    for step in steps:
        try:
            prediction, dest = product.step(here, step)
        except NotDrivable:
            continue
        yield Edge(here, step, prediction, dest)
