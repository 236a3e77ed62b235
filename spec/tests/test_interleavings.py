"""What a race may come to."""

import pytest

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL
from iasyncinfo_spec.interleaving import Interleaving, interleavings
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.words import parse_word, threads_of


def ways(before: str, race: str, family: str = "wrl") -> list[Interleaving]:
    product, here = Product(FAMILIES[family], Kind.OPERATION), Configuration()
    for step in parse_word(before) if before else ():
        _, here = product.step(here, step)
    (step,) = parse_word(race)
    return list(interleavings(product, here, threads_of(step)))


def test_two_steps_that_call_nobody_go_in_two_orders() -> None:
    """A close before the end is refused, one after it is not."""
    found = ways("", "[complete(5) | close]")
    assert sorted(way.order for way in found) == [(0, 1), (1, 0)]
    assert {way.dest.life for way in found} == {"completed", "closed"}


def test_cancel_shows_its_status_before_it_tells_the_worker() -> None:
    """The end that comes first decides, and the worker may be told after its end has begun."""
    found = ways("", "[complete(5) | cancel]")
    assert sorted(way.order for way in found) == [(0, 1), (1, 0, 1), (1, 1, 0)]
    assert {(way.dest.life, way.dest.notified) for way in found} == {("completed", 0), ("canceled", 1)}


def test_a_handler_may_be_overtaken_between_its_claim_and_its_steps() -> None:
    """Published, closed, and the handler's get_results refused: correct, since its call is not atomic."""
    found = ways("put_completed(h1{get_results})", "[complete(5) | close]", "reference")
    inside = [way.results[0][0]["events"][0]["results"][0] for way in found]
    assert {answer.get("hr", answer.get("ok")) for answer in inside} == {5, E_ILLEGAL_METHOD_CALL}
    assert all(way.results[0][0]["events"][0]["status"] == AsyncStatus.COMPLETED for way in found)


def test_every_interleaving_calls_the_handler_once() -> None:
    """Whoever wins the race between the put and the end makes the call."""
    for way in ways("", "[complete(5) | put_completed(h1)]"):
        calls = [event for results in way.results for answer in results for event in answer.get("events", ())]
        assert len(calls) == 1


def test_three_threads_go_in_every_order() -> None:
    """Three atoms of three threads have six orders, each once."""
    orders = [way.order for way in ways("", "[status | close | get_completed]")]
    assert len(orders) == len(set(orders)) == 6


def test_a_race_that_nobody_can_run_is_refused() -> None:
    """One worker ends once."""
    with pytest.raises(NotDrivable):
        ways("", "[complete(5) | complete(6)]")
