"""Theorems about what must come: every handler is called in the end, and those that are dropped are named."""

from functools import lru_cache
from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.beyond import nobodys_answers
from iasyncinfo_spec.exploration import System, explore
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.product import Product
from iasyncinfo_spec.queueing import TURN, Place, QueueingRun, Went, explore_queueing, went
from iasyncinfo_spec.tables import CALLED, HELD, RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step, Word, format_word

ENDS: Final[tuple[Step, ...]] = (("complete", 5), ("fail", E_FAIL))
MOVING: Final[tuple[Step, ...]] = (
    ("put_completed", "h1"),
    ("put_completed", None),
    ("cancel",),
    ("close",),
    *ENDS,
    ("acknowledge_cancel",),
)
FATE: Final = ("LATE_R", "CAC", "FAC", "SPONT-CANCEL", "CLOSE_R", "Z-FIRE")
"""The points that decide what becomes of a handler that waits."""

NOBODYS: Final = frozenset(nobodys_answers())

DROPPED: Final[dict[str, str]] = {}
"""The families that never call some handler, each with a shortest word: none does, whatever it leaves open."""

STATES: Final = "every family and kind, every open answer that some family gives, every reachable state"
every_family_and_kind = pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name in FAMILIES for kind in Kind],
    scope="module",  # one family after the other: what is explored of one is large
)


@lru_cache(1)
def systems(name: str, kind: Kind) -> tuple[System, ...]:
    """Return what a family may be."""
    return tuple(explore(row, kind, MOVING) for row in rows(name))


def rows(name: str) -> list[Family]:
    """Return a family with each answer to each point of a handler's fate that it leaves open."""
    family = FAMILIES[name]
    found = [family]
    for point in FATE:
        if point not in family.answers:
            options = [name for name in VARIATIONS[point].names if (point, name) not in NOBODYS]
            found = [row.answering(family.name, {point: option}) for row in found for option in options]
    return found


def dropped(system: System) -> Word | None:
    """Return a shortest word after which a handler waits for a worker that has ended."""
    lost = (here for here in system.configurations if here.completed == HELD and here.life not in RUNNING_STATES)
    return next((system.access[here] for here in lost), None)


@pytest.mark.theorem("ENDS", over=STATES, how="exhausted", premise="the worker succeeds or fails in the end")
@every_family_and_kind
def test_where_the_worker_can_end_its_end_calls_whoever_waits(name: str, kind: Kind) -> None:
    """Wherever a handler waits the worker can still end, and its success and its failure call that handler."""
    for system in systems(name, kind):
        waiting = [here for here in system.configurations if here.completed == HELD]
        assert waiting
        for here in waiting:
            assert here.life in RUNNING_STATES
            for step in ENDS:
                (call,) = system.edges[here][step].prediction["events"]
                assert here.handler
                assert call["handler"] == here.handler.label


@pytest.mark.theorem("DROPS-NOBODY", over=STATES, how="exhausted")
@every_family_and_kind
def test_the_families_that_drop_a_handler_are_named(name: str, kind: Kind) -> None:
    """No family has a state in which a handler waits and nobody is left to call it."""
    for system in systems(name, kind):
        word = dropped(system)
        assert (format_word(word) if word else None) == DROPPED.get(name)


# -- handlers that run elsewhere ------------------------------------------------------------------

ELSEWHERE: Final = "every family were its CTX elsewhere or mixed, two kinds, every reachable state and queue"
KINDS: Final = (Kind.ACTION, Kind.OPERATION_WITH_PROGRESS)
every_family_elsewhere = pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in FAMILIES for kind in KINDS], scope="module"
)


@lru_cache(1)
def queueing(name: str, kind: Kind) -> tuple[tuple[Product, dict[Place, dict[Step, Went]]], ...]:
    """Return what a family may be whose handlers wait in a queue."""
    products = [
        Product(row.answering(name, {"CTX": ctx}), kind) for row in rows(name) for ctx in ("elsewhere", "mixed")
    ]
    return tuple((product, explore_queueing(product, MOVING)) for product in products)


def emptied(product: Product, here: Place) -> tuple[list[str], Place]:
    """Return whom the queue calls when it takes turns until it is empty, and where that leads."""
    called: list[str] = []
    while here.queue:
        told, here = went(product, here, TURN)
        called += [handler for handler, _ in told]
    return called, here


@pytest.mark.theorem(
    "ENDS-ELSEWHERE", over=ELSEWHERE, how="exhausted", premise="the worker ends, and the queue takes its turns"
)
@every_family_elsewhere
def test_where_handlers_run_elsewhere_the_end_and_the_queue_call_whoever_waits(name: str, kind: Kind) -> None:
    """Wherever a handler waits its call is queued, or the worker's end queues it, and the queue makes it once."""
    for product, found in queueing(name, kind):
        waiting = [here for here in found if here.at.completed == HELD]
        assert any(here.queue for here in waiting)
        for here in waiting:
            assert here.queue or here.at.life in RUNNING_STATES
            for step in ENDS:
                ended = found[here][step].there if here.at.life in RUNNING_STATES else here
                called, there = emptied(product, ended)
                assert here.at.handler
                assert called == [here.at.handler.label]
                assert there.at.completed != HELD


@pytest.mark.theorem("ONCE-ELSEWHERE", over=ELSEWHERE, how="exhausted")
@every_family_elsewhere
def test_where_handlers_run_elsewhere_none_is_called_twice(name: str, kind: Kind) -> None:
    """Once a handler has been called no step and no turn calls one, whatever was queued meanwhile."""
    for _, found in queueing(name, kind):
        assert any(way.called for ways in found.values() for way in ways.values())
        for here, ways in found.items():
            if here.at.completed == CALLED:
                assert not any(way.called for way in ways.values())


def test_a_queue_that_forgets_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The theorem has teeth: a turn that does nothing leaves a handler waiting."""
    product, found = queueing("cswinrt", Kind.ACTION)[0]
    monkeypatch.setattr(QueueingRun, "turn", lambda run: [run.queue.pop(0)][1:])
    queued = next(here for here in found if here.queue)
    assert emptied(product, queued)[1].at.completed == HELD


def test_a_close_comes_between_the_end_and_its_call() -> None:
    """So a handler that runs elsewhere may find the operation closed, or be told 4 where Z-FIRE says so."""
    for name, told in (("cswinrt", 1), ("wrl", 4)):
        product = Product(FAMILIES[name].answering(name, {"CTX": "elsewhere"}), Kind.OPERATION)
        here = Place()
        for step in (("put_completed", "h1"), ("complete", 5), ("close",)):
            called, here = went(product, here, step)
            assert not called
        assert went(product, here, TURN).called == (("h1", told),)


def test_an_answer_that_drops_handlers_is_seen() -> None:
    """Z-FIRE dropped, which no family answers, leaves a handler waiting for ever."""
    row = FAMILIES["reference"].answering("dropping", {"Z-FIRE": "dropped"})
    word = dropped(explore(row, Kind.ACTION, MOVING))
    assert word is not None
    assert format_word(word) == "put_completed(h1) cancel close complete(5)"
