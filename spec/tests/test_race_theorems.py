"""Theorems about threads: every interleaving of every two steps, wherever a family can be."""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import explore, plain_inputs
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.interleaving import Interleaving, interleavings
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.tables import HELD, RUNNING_STATES
from iasyncinfo_spec.words import PROPERTIES, Step

from .faults import FAULTS

LOOK: Final = (("status",),)
ALIKE: Final = {("put_progress", "p2")}
"""What is like another step in every race."""

RACES: Final = "every family and kind, every reachable state, every two steps at once, every interleaving"
every_system = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in FAMILIES for kind in Kind])


class Race(NamedTuple):
    """Two steps at once, from somewhere, in one of the ways in which they may go."""

    before: Configuration
    steps: tuple[Step, Step]
    way: Interleaving

    @property
    def told(self) -> list[tuple[str, int]]:
        """The Completed handlers that were called, and what they were told."""
        answers = [answer for results in self.way.results for answer in results]
        events = [event for answer in answers for event in answer.get("events", ())]
        return [(event["handler"], event["status"]) for event in events if "status" in event]

    @property
    def taken(self) -> set[str]:
        """The handlers that wait for their call before the race, or were accepted in it."""
        waiting = {self.before.handler.label} if self.before.handler and self.before.completed == HELD else set()
        puts = [step for step, (answer,) in zip(self.steps, self.way.results, strict=True) if _accepted(step, answer)]
        return waiting | {step[1] for step in puts} | {label for label, _ in self.told}


def _accepted(step: Step, answer: object) -> bool:
    return step[0] == "put_completed" and step[1] is not None and isinstance(answer, dict) and "ok" in answer


def races(name: str, kind: Kind) -> Iterator[Race]:
    """Yield every race of two steps, one of which changes something, from wherever a family can be."""
    looking = ("put_completed", "h1", LOOK)
    inputs = [looking if step == looking[:2] else step for step in plain_inputs(kind) if step not in ALIKE]
    changing = [step for step in inputs if step[0] not in PROPERTIES]
    system = explore(name, kind, changing)
    pairs = [(one, other) for number, one in enumerate(changing) for other in inputs if other not in changing[:number]]
    for before in system.configurations:
        for pair in pairs:
            for way in _ways(system.product, before, pair):
                yield Race(before, pair, way)


def _ways(product: Product, before: Configuration, pair: tuple[Step, Step]) -> Iterator[Interleaving]:
    try:
        yield from interleavings(product, before, ((pair[0],), (pair[1],)))
    except NotDrivable:
        return


def _is_once(_: Product, race: Race) -> bool:
    waits = race.way.dest.completed == HELD
    return len(race.told) <= 1 and len(race.taken) == len(race.told) + waits


def _is_nothing_lost(_: Product, race: Race) -> bool:
    return race.way.dest.life in RUNNING_STATES or race.way.dest.completed != HELD


def _is_true(product: Product, race: Race) -> bool:
    read, _ = product.step(race.way.dest, ("status",))
    return all(read.get("ok", told) == told for _, told in race.told)


@cache
def exceptions(name: str, kind: Kind) -> dict[str, Race]:
    """Return the first race against each theorem that has one; all races are looked at once."""
    product, found = Product(FAMILIES[name], kind), dict[str, Race]()
    theorems = {"once": _is_once, "nothing lost": _is_nothing_lost, "true": _is_true}
    for race in races(name, kind):
        for theorem, holds in theorems.items():
            if theorem not in found and not holds(product, race):
                found[theorem] = race
    return found


@pytest.mark.theorem("RACE-ONCE", over=RACES, how="exhausted")
@every_system
def test_whoever_wins_a_race_a_handler_is_called_once(name: str, kind: Kind) -> None:
    """No two calls come of one handler, none of two, and whoever was taken and not called still waits."""
    assert exceptions(name, kind).get("once") is None


@pytest.mark.theorem("RACE-NOTHING-LOST", over=RACES, how="exhausted")
@every_system
def test_whoever_wins_a_race_no_handler_waits_for_a_worker_that_has_ended(name: str, kind: Kind) -> None:
    """Where the worker has ended, in the race or before it, nobody is left waiting."""
    assert exceptions(name, kind).get("nothing lost") is None


@pytest.mark.theorem("RACE-TOLD-TRUE", over=RACES, how="exhausted", premise="INCOHERENT is no")
@every_system
def test_what_a_handler_is_told_in_a_race_is_how_the_operation_ends(name: str, kind: Kind) -> None:
    """The status told is the one read after the race, unless the operation is closed by then."""
    assert ("true" in exceptions(name, kind)) == (FAMILIES[name].answer("INCOHERENT") == "yes")


@pytest.mark.parametrize(
    ("fault", "theorem"),
    [
        ("a late put that tells nobody", "nothing lost"),
        ("an end that tells nobody", "nothing lost"),
        ("a slot that takes another handler after the call", "once"),
        ("an end that tells another status", "true"),
    ],
)
def test_a_wrong_cell_loses_a_race(fault: str, theorem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The theorems have teeth: each finds the fault that was put into the tables for it."""
    FAULTS[fault].plant(monkeypatch)
    assert theorem in exceptions.__wrapped__("reference", Kind.ACTION)
