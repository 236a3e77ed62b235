"""``standard`` is points and predicates together: whoever changes an answer breaks no rule, or is not admitted."""

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import START, Edge, System, explore, plain_inputs
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL as IMC
from iasyncinfo_spec.hresults import E_UNEXPECTED, ERROR_CANCELLED, RO_E_CLOSED, S_OK
from iasyncinfo_spec.observer import History, Sight, remember
from iasyncinfo_spec.predicates import PREDICATES
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.standing import Standing, Taken, follow
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step, Word, format_word, parse_word

DECLARED: Final = {"CREATED": "hidden", "CANCEL-SYNC": "no"}


def inputs(kind: Kind) -> tuple[Step, ...]:
    """Return one of each of the plain inputs, and a look at the worker."""
    others = {("put_completed", "h2"), ("put_progress", "p2"), ("id",)}
    return (*(step for step in plain_inputs(kind) if step not in others), ("cancel_notifications",))


@cache
def standard_of(kind: Kind) -> StandardProduct:
    return StandardProduct(kind, DECLARED)


@cache
def taken_at(kind: Kind, here: Standing, step: Step) -> tuple[Taken, ...]:
    """Return what ``standard`` says of a step, once for all rows that come here."""
    return tuple(follow(standard_of(kind), here, step))


def asked(kind: Kind) -> set[str]:
    """Return the points that are asked somewhere by the steps taken here."""
    edges = explore("wrl", kind, inputs(kind)).edges
    branches = (branch for here in edges for step in edges[here] for branch in standard_of(kind).branches(here, step))
    return {point for branch in branches for point in branch.answers}


ASKED: Final = {kind: asked(kind) for kind in (Kind.ACTION, Kind.ACTION_WITH_PROGRESS, Kind.OPERATION)}
CHANGES: Final = [
    (point, before, after, next(kind for kind, points in ASKED.items() if point in points))
    for point, variation in VARIATIONS.items()
    if any(point in points for points in ASKED.values())
    for before in variation.names
    for after in variation.names
    if before != after and (point, after) != ("AFTER_CLOSE", "works")  # what was closed is not opened again
]


class Everywhere(dict[Configuration, dict[Step, Edge]]):
    """The edges of a product in whatever configuration they are asked for, its own or not."""

    def __init__(self, product: Product, steps: tuple[Step, ...]) -> None:
        super().__init__()
        self._product, self._steps = product, steps

    def __missing__(self, here: Configuration) -> dict[Step, Edge]:
        self[here] = dict(self._edges(here))
        return self[here]

    def _edges(self, here: Configuration) -> Iterator[tuple[Step, Edge]]:
        for step in self._steps:
            try:
                yield step, Edge(here, step, *self._product.step(here, step))
            except NotDrivable:
                continue


def system_of(family: Family, kind: Kind) -> System:
    product, steps = Product(family, kind), inputs(kind)
    return System(product, steps, (), {}, Everywhere(product, steps))


def admitted(kind: Kind, here: Standing, edge: Edge) -> Standing | None:
    """Return where ``standard`` stands after a step of a row, or None where it forbids it."""
    for taken in taken_at(kind, here, edge.step):
        if (taken.branch.prediction, taken.branch.dest) == (edge.prediction, edge.dest) and not taken.breaks:
            return taken.there
    return None


class Node(NamedTuple):
    """Where a subject stands, what its observer knows, and whether it has changed its answer already."""

    standing: Standing
    history: History
    changed: bool


def steps(node: Node, first: System, second: System) -> Iterator[tuple[Edge, System]]:
    """Yield what the subject may do: what its row says, or, with another answer, what only the other row says."""
    own, other = (system.edges[node.standing.at] for system in (first, second))
    if node.changed:
        yield from ((edge, second) for edge in other.values())
    else:
        yield from ((edge, first) for edge in own.values())
        yield from ((edge, second) for step, edge in other.items() if edge != own.get(step))


def broken_by_a_change(point: str, before: str, after: str, kind: Kind) -> dict[str, str]:
    """Return the rules that a subject breaks by changing one answer once, though ``standard`` admits each step."""
    rows = (FAMILIES["reference"].answering(answer, {**DECLARED, point: answer}) for answer in (before, after))
    first, second = (system_of(row, kind) for row in rows)
    predicates = {rule: kept for rule, kept in PREDICATES.items() if kind in RULES[rule].kinds}
    broken: dict[str, str] = {}
    start = Node(Standing(START), History(), changed=False)
    ways: dict[Node, Word] = {start: ()}
    untried = deque([start])
    while untried:
        node = untried.popleft()
        for edge, system in steps(node, first, second):
            there = admitted(kind, node.standing, edge)
            if there is None:
                continue
            after_it = Node(there, remember(node.history, edge, system), node.changed or system is second)
            if after_it.changed:
                sight = sight_of(node.history, edge, after_it.history, system)
                for rule in [rule for rule, kept in predicates.items() if rule not in broken and not kept(sight)]:
                    broken[rule] = format_word((*ways[node], edge.step))
            if after_it not in ways:
                ways[after_it] = (*ways[node], edge.step)
                untried.append(after_it)
    return broken


def sight_of(before: History, edge: Edge, after: History, system: System) -> Sight:
    told = [event for event in edge.prediction.get("events", ()) if "status" in event]
    return Sight(before, edge, after, system, edge.step[0], edge.prediction, told)


@pytest.mark.theorem(
    "STANDARD-EXACT",
    over="every change of one answer into another, once, anywhere in a word; every rule that has a predicate",
    how="exhausted",
    premise="the other answers are the reference's",
)
@pytest.mark.parametrize(("point", "before", "after", "kind"), CHANGES)
def test_no_change_of_an_answer_that_standard_admits_breaks_a_rule(
    point: str, before: str, after: str, kind: Kind
) -> None:
    """A subject that changes an answer within its life keeps every rule, or does what standard forbids."""
    assert broken_by_a_change(point, before, after, kind) == {}


def forbidden(word: str, *answers: Any) -> set[str]:
    """Return the rules that forbid a word which comes out so; ``came`` says what stands for what."""
    standings, rules = {Standing()}, set[str]()
    for step, wanted in zip(parse_word(word), answers, strict=True):
        taken = [one for here in standings for one in taken_at(Kind.OPERATION, here, step) if came(one, wanted)]
        standings = {one.there for one in taken if not one.breaks}
        rules = {one.breaks for one in taken} if not standings else set()
        if not standings:
            break
    return rules


def came(taken: Taken, wanted: Any) -> bool:
    """Return whether a branch came to a value or a code, a state, a call that is told so (a float), or to anything."""
    prediction = taken.branch.prediction
    if isinstance(wanted, float):
        return any(event["status"] == wanted for event in prediction.get("events", ()))
    if isinstance(wanted, str):
        return taken.branch.dest.life == wanted
    return wanted is None or wanted in (prediction.get("hr"), prediction.get("ok"))


@pytest.mark.parametrize(
    ("word", "answers", "rules"),
    [
        ("complete(5) close status put_completed(h1)", (None, None, RO_E_CLOSED, IMC), {"CLOSED-FIRST"}),
        ("complete(5) close put_completed(h1) status", (None, None, IMC, RO_E_CLOSED), {"END-STABLE"}),
        ("complete(5) close id id", (None, None, IMC, RO_E_CLOSED), {"END-STABLE"}),
        ("complete(5) close close", (None, "completed", "closed"), {"CLOSE-IDEMP"}),
        ("put_completed(h1) cancel close complete(5)", (None, None, "closed_running", 4.0), {"STATUS-VALUES"}),
        ("cancel acknowledge_cancel error_code error_code", (None, None, S_OK, ERROR_CANCELLED), {"END-STABLE"}),
        ("cancel acknowledge_cancel get_results get_results", (None, None, IMC, ERROR_CANCELLED), {"END-STABLE"}),
        ("cancel error_code acknowledge_cancel error_code", (None, S_OK, None, ERROR_CANCELLED), set()),
        ("complete(5) get_results get_results", (None, 5, E_UNEXPECTED), set()),
        ("complete(5) close cancel cancel", (None, "closed", None, IMC), set()),
    ],
)
def test_what_a_rule_forbids_standard_does_not_admit(word: str, answers: tuple[Any, ...], rules: set[str]) -> None:
    """Two answers that a rule ties together are not both admitted; two that no rule ties are."""
    assert forbidden(word, *answers) == rules
