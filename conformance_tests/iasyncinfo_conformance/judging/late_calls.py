"""Calls of handlers that came late, put back to where they became due."""

from collections.abc import Sequence

from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.product import Event, Prediction


def gathered(prediction: Prediction, result: Result) -> Result:
    """Return a result whose late calls are where they became due, which may be inside other handlers."""
    events: Sequence[Result] = result.get("events", ())
    first = len(prediction.get("events", ()))
    late = [event for event in events[first:] if event.get("late")]
    if not late:
        return result
    early = {**result, "events": [*events[:first], *(event for event in events[first:] if not event.get("late"))]}
    found = with_late(prediction, early, late)
    return {**found, "events": [*found["events"], *late]}


def with_late(prediction: Prediction, result: Result, late: list[Result]) -> Result:
    """Return a result with the late calls that it or its handlers made due; they are taken off the list."""
    wanted: Sequence[Event] = prediction.get("events", ())
    events = list(result.get("events", ()))
    for event in wanted[len(events) :]:
        due = next((came for came in late if came.get("handler") == event["handler"]), None)
        if due is not None:
            late.remove(due)
            events.append(due)
    if late:
        inside = [_inside_with_late(*pair, late) for pair in zip(wanted, events, strict=False)]
        events[: len(inside)] = inside
    return {**result, "events": events} if events else result


def _inside_with_late(event: Event, came: Result, late: list[Result]) -> Result:
    inner = zip(event.get("results", ()), came.get("results", ()), strict=False)
    results = [with_late(prediction, result, late) for prediction, result in inner]
    return {**came, "results": results} if results else came
