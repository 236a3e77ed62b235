"""Theorems about what must come: every handler is called in the end, and those that are dropped are named."""

from functools import cache
from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.beyond import nobodys_answers
from iasyncinfo_spec.exploration import System, explore
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_FAIL
from iasyncinfo_spec.tables import HELD, RUNNING_STATES
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
every_family_and_kind = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in FAMILIES for kind in Kind])


@cache
def systems(name: str, kind: Kind) -> tuple[System, ...]:
    """Return what a family may be: each point of a handler's fate that it leaves open, with each answer."""
    family = FAMILIES[name]
    rows = [family]
    for point in FATE:
        if point not in family.answers:
            options = [name for name in VARIATIONS[point].names if (point, name) not in NOBODYS]
            rows = [row.answering(family.name, {point: option}) for row in rows for option in options]
    return tuple(explore(row, kind, MOVING) for row in rows)


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


def test_an_answer_that_drops_handlers_is_seen() -> None:
    """Z-FIRE dropped, which no family answers, leaves a handler waiting for ever."""
    row = FAMILIES["reference"].answering("dropping", {"Z-FIRE": "dropped"})
    word = dropped(explore(row, Kind.ACTION, MOVING))
    assert word is not None
    assert format_word(word) == "put_completed(h1) cancel close complete(5)"
