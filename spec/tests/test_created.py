"""Theorems about an operation that was handed out before it was started."""

from collections.abc import Iterator
from typing import Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import plain_inputs
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import (
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    E_NOTIMPL,
)
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Product
from iasyncinfo_spec.tables import CREATED, STARTED
from iasyncinfo_spec.words import CALLS, PRODUCER, Step

BEFORE_START: Final = Configuration(life=CREATED)
REFUSALS: Final = {
    "id": E_ASYNC_OPERATION_NOT_STARTED,
    "status": E_ASYNC_OPERATION_NOT_STARTED,
    "error_code": E_ASYNC_OPERATION_NOT_STARTED,
    "close": E_ILLEGAL_STATE_CHANGE,
    "get_results": E_ILLEGAL_METHOD_CALL,
}
SLOTS: Final = ("put_completed", "get_completed", "put_progress", "get_progress")
MET: Final = "every family and kind, CREATED answered refuses, every reachable state before Start"
every_family_and_kind = pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in FAMILIES for kind in Kind])


def created(name: str, kind: Kind, answer: str = "refuses") -> Product:
    return Product(FAMILIES[name].answering(name, {"CREATED": answer}), kind)


def steps_before_start(product: Product) -> Iterator[tuple[Configuration, Step, Prediction, Configuration]]:
    """Yield every step that can be taken before Start, from wherever it can be taken."""
    seen, untried = {BEFORE_START}, [BEFORE_START]
    while untried:
        here = untried.pop()
        for step in plain_inputs(product.kind):
            try:
                prediction, there = product.step(here, step)
            except NotDrivable:
                continue
            yield here, step, prediction, there
            if there not in seen:
                seen.add(there)
                untried.append(there)


@pytest.mark.theorem("CREATED-STAYS", over=MET, how="exhausted")
@every_family_and_kind
def test_nothing_but_start_leaves_created(name: str, kind: Kind) -> None:
    """A caller starts nothing, ends nothing and is told nothing; there is no worker yet whose levers could be moved."""
    for _, step, prediction, there in steps_before_start(created(name, kind)):
        assert there.life == CREATED
        assert "events" not in prediction
        assert step[0] not in PRODUCER


def missing(name: str, step: Step) -> tuple[int, ...]:
    """Return what a family answers in every state where the member is not implemented."""
    return (E_NOTIMPL,) if step == ("id",) and FAMILIES[name].answer("ID") == "E_NOTIMPL" else ()


@pytest.mark.theorem("CREATED-REFUSES", over=MET, how="exhausted", premise="the member is implemented (ID)")
@every_family_and_kind
def test_before_start_the_outcome_cannot_be_read(name: str, kind: Kind) -> None:
    """Id, Status and ErrorCode say that it was not started, Close and GetResults that it is too early."""
    taken = set()
    for here, step, prediction, there in steps_before_start(created(name, kind)):
        taken.add(step[0])
        if step[0] in REFUSALS:
            assert prediction["hr"] in (REFUSALS[step[0]], *missing(name, step))
            assert there == here
    assert REFUSALS.keys() <= taken


@pytest.mark.theorem("CREATED-CANCEL-LOST", over=MET, how="exhausted")
@every_family_and_kind
def test_a_cancel_before_start_is_lost(name: str, kind: Kind) -> None:
    """It succeeds, changes nothing, and the worker that is started then never hears of it."""
    cancels = [taken for taken in steps_before_start(created(name, kind)) if taken[1] == ("cancel",)]
    assert cancels
    for here, _, prediction, there in cancels:
        assert prediction["ok"] is None
        assert there == here


@pytest.mark.theorem("CREATED-COMMUTES", over=MET, how="exhausted")
@every_family_and_kind
def test_a_slot_that_is_used_before_start_is_as_if_it_were_used_after_it(name: str, kind: Kind) -> None:
    """Put and get of either slot answer the same on both sides of Start, and Start changes nothing but the state."""
    product = created(name, kind)
    for here, step, prediction, there in steps_before_start(product):
        _, started = product.step(here, ("start",))
        assert started == here._replace(life=STARTED)
        if step[0] in SLOTS:
            later, after = product.step(started, step)
            assert after == there._replace(life=STARTED)
            assert (later.get("ok", ""), later.get("hr", "")) == (prediction.get("ok", ""), prediction.get("hr", ""))


@pytest.mark.theorem("CREATED-HIDDEN", over="every family and kind, CREATED answered hidden", how="exhausted",
    premise="the member is implemented (ID, PSLOT)")  # fmt: skip
@every_family_and_kind
def test_where_created_is_hidden_nobody_can_do_anything_in_it(name: str, kind: Kind) -> None:
    """No member of such an object is called before its factory has started it."""
    product = created(name, kind, "hidden")
    assert {prediction.get("hr") for _, _, prediction, _ in steps_before_start(product)} <= {E_NOTIMPL}
    members = [step for step in plain_inputs(kind) if step[0] in CALLS]
    assert members
