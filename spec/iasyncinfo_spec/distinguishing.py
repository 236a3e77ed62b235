"""Which families can be told apart, and by what: a shortest word on which two rows of answers differ.

Two machines without branches simulate each other exactly when no word tells them apart, so that equivalence
and simulation are one question here. A point that one family leaves open cannot tell it from another: there
the other's answer stands in, and where both leave it open, the same answer in both.
"""

from collections import deque
from typing import Any

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import START, plain_inputs
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ACCESSDENIED, ERROR_CANCELLED, RPC_E_DISCONNECTED
from iasyncinfo_spec.product import Again, Configuration, NotDrivable, Prediction, Product, Wild
from iasyncinfo_spec.words import Step, Word


def telling_inputs(kind: Kind) -> tuple[Step, ...]:
    """Return the plain inputs, with handlers that look around or fail, and with values that families treat apart."""
    telling: tuple[Step, ...] = (
        ("put_completed", "h3", (("get_completed",),)),
        ("put_completed", "h4", (("raise", E_ACCESSDENIED),)),
        ("put_completed", "h5", (("raise", RPC_E_DISCONNECTED),)),
        ("fail", ERROR_CANCELLED),
    )
    progress: tuple[Step, ...] = (
        ("put_completed", "h6", (("get_progress",),)),
        ("put_progress", "p3", (("raise", E_ACCESSDENIED),)),
    )
    text: tuple[Step, ...] = (("complete", "text"),)
    return (*plain_inputs(kind), *telling, *(progress if kind.has_progress else ()), *(text if kind.has_result else ()))


def distinguish(one: Family, other: Family, kind: Kind) -> Word | None:
    """Return a shortest word on which two families differ; None where no word over the telling inputs does.

    They differ where one step cannot be taken in both, where no answer would fit both, or where they call
    other handlers or tell them something else.
    """
    products = Product(_completed(one, other), kind), Product(_completed(other, one), kind)
    inputs, start = telling_inputs(kind), (START, START)
    access: dict[tuple[Configuration, ...], Word] = {start: ()}
    untried = deque([start])
    while untried:
        here = untried.popleft()
        for step in inputs:
            (came, there), (came_too, there_too) = map(_step, products, here, (step, step))
            word = (*access[here], step)
            if not _agree(came, came_too):
                return word
            if (there, there_too) not in access:
                access[there, there_too] = word
                untried.append((there, there_too))
    return None


def _completed(family: Family, by: Family) -> Family:
    return family.answering(family.name, {**by.answers, **family.answers})


def _step(product: Product, here: Configuration, step: Step) -> tuple[Prediction | None, Configuration]:
    try:
        return product.step(here, step)
    except NotDrivable:
        return None, here


def _agree(one: Prediction | None, other: Prediction | None) -> bool:
    if one is None or other is None:
        return one is other
    calls, calls_too = one.get("events", []), other.get("events", [])
    return (
        all((key in one) == (key in other) for key in ("ok", "hr"))
        and all(_overlap(one[key], other[key]) for key in ("ok", "hr") if key in one)
        and len(calls) == len(calls_too)
        and all(map(_agree_on_call, map(dict, calls), map(dict, calls_too)))
    )


def _agree_on_call(one: dict[str, Any], other: dict[str, Any]) -> bool:
    inner, inner_too = one.get("results", []), other.get("results", [])
    return all(one[key] == other.get(key) for key in one if key != "results") and all(map(_agree, inner, inner_too))


def _overlap(one: object, other: object) -> bool:
    """Return whether some value is allowed by both: a wild card stands for many."""
    match one, other:
        case (Wild.ANY, _) | (_, Wild.ANY):
            return True
        case (Again() as again, value) | (value, Again() as again) if not isinstance(value, Again | Wild):
            return again.fits(value)
        case (Wild.FAILURE, int()) | (int(), Wild.FAILURE):
            return True
        case _:
            return one == other
