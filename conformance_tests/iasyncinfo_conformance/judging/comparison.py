"""Results against predictions: the first difference, what decides it, and both sides in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import (
    DISCONNECTED,
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    hresult_name,
)
from iasyncinfo_spec.product import Again, Event, Prediction, Wild
from iasyncinfo_spec.words import Step

READS: Final = frozenset(
    {"id", "status", "error_code", "get_completed", "get_progress", "get_results", "cancel_notifications", "alive"}
)
"""The steps whose value means something; what a setter or lever returns does not."""
_LONGEST: Final = 60
"""Characters of a value that a report shows."""
_CODES: Final = frozenset({"error_code"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run left the machine: the deciding rule or point, what was allowed, and what came."""

    cites: str
    allowed: str
    actual: str


class Ids:
    """The id of one object: any number but zero, and the same whenever it is read."""

    def __init__(self) -> None:
        self._seen: int | None = None

    def accept(self, value: object) -> bool:
        """Return whether this id may be read now."""
        if not isinstance(value, int) or isinstance(value, bool) or value == 0:
            return False
        self._seen = value if self._seen is None else self._seen
        return value == self._seen


def difference(cites: str, prediction: Prediction, result: Result) -> Difference:
    """Return a difference in words."""
    return Difference(cites, describe(prediction["step"], prediction), describe(prediction["step"], result))


def deciding(prediction: Prediction, result: Result, ids: Ids, *, running: bool) -> str | None:
    """Return what decides the first difference between what a step was to answer and what came, or None.

    ``running`` says whether the worker is still running after the step: it decides whether a call too
    many came too early or too often.
    """
    gathered = _gathered(prediction, result)
    found = _answer_difference(prediction, gathered, ids)
    return found or _events_difference(prediction, gathered, ids, running=running)


def _answer_difference(prediction: Prediction, result: Result, ids: Ids) -> str | None:
    if _answers_alike(prediction, result, ids):
        return None
    cites = prediction["cites"]
    if "ok" in prediction and "ok" not in result and any("status" in event for event in result.get("events", ())):
        # A Completed handler ran, and its failure came out of the step.
        return "DISCONNECT" if result.get("hr") in DISCONNECTED else "THROW"
    return _telling(prediction["step"][0], cites, result) or cites


def _telling(name: str, cites: str, result: Result) -> str | None:
    """Return the rule that an answer breaks by itself, whatever the cell's own rule is; None for most."""
    if result.get("hr") == E_ASYNC_OPERATION_NOT_STARTED:
        return "HOT"
    if result.get("raised") == "AttributeError":
        return "IFACE"
    if name == "status" and "ok" in result and result["ok"] not in tuple(AsyncStatus):
        return "STATUS-VALUES"
    if name == "id" and result.get("ok") == 0:
        return "ID-NONZERO"
    if name == "put_completed" and result.get("hr") == E_ILLEGAL_DELEGATE_ASSIGNMENT and cites == "AFTER_CLOSE":
        return "CLOSED-FIRST"
    return None if "ok" in result else _REFUSED_WRONGLY.get((name, cites))


_REFUSED_WRONGLY: Final = {
    ("cancel", "CANCEL-VISIBLE"): "CANCEL-OK",
    ("cancel", "TERMINAL-CANCEL"): "CANCEL-OK",
    ("close", "AFTER_CLOSE"): "CLOSE-TERMINAL",
}


def _answers_alike(prediction: Prediction, result: Result, ids: Ids) -> bool:
    if "hr" in prediction:
        if prediction["hr"] is Wild.FAILURE:
            return "ok" not in result
        return "hr" in result and result["hr"] % 2**32 == prediction["hr"] % 2**32
    if "ok" not in result:
        return False
    name = prediction["step"][0]
    return name not in READS or _values_alike(name, prediction["ok"], result["ok"], ids)


def _values_alike(name: str, expected: Any, actual: Any, ids: Ids) -> bool:
    match expected:
        case Wild.ANY:
            return True
        case Wild.EMPTY:
            return not actual
        case Wild.ID:
            return ids.accept(actual)
        case Again():
            return expected.fits(actual)
    if name in _CODES and isinstance(actual, int):
        return bool(expected % 2**32 == actual % 2**32)
    return same(expected, actual)


def same(expected: object, actual: object) -> bool:
    """Return whether two JSON values are equal, where true is not 1."""
    return expected == actual and isinstance(expected, bool) == isinstance(actual, bool)


# -- calls that came late -----------------------------------------------------------------------


def _gathered(prediction: Prediction, result: Result) -> Result:
    """Return a result whose late calls are where they became due, which may be inside other handlers."""
    events: Sequence[Result] = result.get("events", ())
    first = len(prediction.get("events", ()))
    late = [event for event in events[first:] if event.get("late")]
    if not late:
        return result
    early = {**result, "events": [*events[:first], *(event for event in events[first:] if not event.get("late"))]}
    gathered = with_late(prediction, early, late)
    return {**gathered, "events": [*gathered["events"], *late]}


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


# -- events ---------------------------------------------------------------------------------------


def _events_difference(prediction: Prediction, result: Result, ids: Ids, *, running: bool) -> str | None:
    expected: Sequence[Event] = prediction.get("events", ())
    actual: Sequence[Result] = result.get("events", ())
    for wanted, came in zip(expected, actual, strict=False):
        found = _event_difference(prediction, wanted, came, ids, running=running)
        if found is not None:
            return found
    if len(expected) == len(actual):
        return None
    if len(expected) > len(actual):
        return _missing(prediction["calls"], expected[len(actual)])
    return _surplus(prediction["calls"], actual[len(expected) :], again=bool(expected), running=running)


def _missing(calls: str, event: Event) -> str:
    if "value" in event:
        return "PTERM" if calls == "PTERM" else "PROG-ONCE"
    return calls if calls in ("LATE-SET", "LATE_R", "Z-FIRE") else "FIRE-ONCE"


def _surplus(calls: str, events: Sequence[Result], *, again: bool, running: bool) -> str:
    """Return what a call too many breaks: a point may allow one where none was due, and no more."""
    open_to_one = not again and len(events) == 1
    if "value" in events[0]:
        return "PTERM" if calls == "PTERM" and open_to_one else "PROG-ONCE"
    if calls in ("LATE_R", "Z-FIRE"):
        return calls if open_to_one else "FIRE-ONCE"
    return "CANCEL-NOFIRE" if running else "FIRE-ONCE"


def _event_difference(prediction: Prediction, wanted: Event, came: Result, ids: Ids, *, running: bool) -> str | None:
    if "value" in wanted:
        if wanted["handler"] != came.get("handler") or not came.get("sender"):
            return "PROG-ONCE"
        if not same(wanted["value"], came.get("value")):
            return "PROG-ONCE"
    elif wanted["handler"] != came.get("handler"):
        return "SET-ONCE"
    elif came.get("status") != wanted["status"]:
        if came.get("status") not in tuple(AsyncStatus):
            return "STATUS-VALUES"
        told_the_end = came["status"] == _OUTCOMES.get(prediction["step"][0])
        return "Z-FIRE" if prediction["calls"] == "Z-FIRE" and told_the_end else "FIRE-ARGS"
    elif not came.get("sender"):
        return "FIRE-ARGS"
    found = _inner_difference(wanted.get("results", []), came.get("results", []), ids, running)
    return "FIRE-ORDER" if found in _OUTCOME_RULES and "status" in wanted else found


def _inner_difference(wanted: list[Prediction], came: list[Result], ids: Ids, running: bool) -> str | None:
    for prediction, result in zip(wanted, came, strict=False):
        found = _answer_difference(prediction, result, ids)
        found = found or _events_difference(prediction, result, ids, running=running)
        found = found or _inner_difference(prediction.get("results", []), result.get("results", []), ids, running)
        if found is not None:
            return found
    return None if len(came) >= len(wanted) else "FIRE-NOLOCK"


_OUTCOMES: Final = {"complete": AsyncStatus.COMPLETED, "fail": AsyncStatus.ERROR}
_OUTCOME_RULES: Final = frozenset({"STATUS", "RESULTS", "ERR", "ERR-RESULT", "ERR-ZERO"})


# -- words ----------------------------------------------------------------------------------------


def describe(step: Step, result: Prediction | Result) -> str:
    """Return a result, predicted or real, as a sentence without a subject: ``returns 5; calls h1(Completed)``."""
    return "; ".join(_clauses(step, result))


def _clauses(step: Step, result: Any) -> Iterator[str]:
    if "ok" in result:
        yield f"returns {_value(step[0], result['ok'])}" if step[0] in READS else "succeeds"
    elif "hr" in result:
        code = result["hr"]
        yield "is refused" if code is Wild.FAILURE else f"fails with {hresult_name(code)}"
    else:
        yield f"raises {result.get('raised')}, which carries no HRESULT"
    events = result.get("events", ())
    if events:
        yield "calls " + ", then ".join(map(_event, events))
    elif step[0] not in READS:
        yield "calls nobody"


def _event(event: Any) -> str:
    told = _value("status", event["status"]) if "status" in event else _value("value", event.get("value"))
    sender = "" if event.get("sender") else "not the operation, "
    inside = [_inside(result) for result in event.get("results", ())]
    held = " with a lock held" if event.get("locked") else ""
    return f"{event.get('handler')}({sender}{told}){held}" + (f" which meets [{', '.join(inside)}]" if inside else "")


def _inside(result: Any) -> str:
    if "ok" in result:
        return _value("", result["ok"])
    return hresult_name(result["hr"]) if isinstance(result.get("hr"), int) else f"{result.get('raised', 'a failure')}"


def _value(name: str, value: object) -> str:
    if isinstance(value, Wild):
        return value.value
    if isinstance(value, Again):
        return f"{_value(name, value.value)}, or an empty value"
    if isinstance(value, int) and not isinstance(value, bool):
        if name == "status":
            return AsyncStatus(value).name.capitalize() if value in tuple(AsyncStatus) else f"{value}, no AsyncStatus"
        if name == "error_code":
            return "S_OK" if value == 0 else hresult_name(value)
        return str(int(value))  # an AsyncStatus too: the results inside handlers do not tell which step they answer
    text = "null" if value is None else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
