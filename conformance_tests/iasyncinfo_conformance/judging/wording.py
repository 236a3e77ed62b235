"""What was allowed and what came, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from iasyncinfo_conformance.escaping import escaped
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import hresult_name
from iasyncinfo_spec.product import Again, Prediction, Wild
from iasyncinfo_spec.values import thawed
from iasyncinfo_spec.words import Step, bare

READS: Final = frozenset(
    {
        "id",
        "status",
        "error_code",
        "get_completed",
        "get_progress",
        "get_results",
        "cancel_notifications",
        "alive",
        "handed_out",
        "remains",
    }
)
"""The steps whose value means something; what a setter or lever returns does not."""
_LONGEST: Final = 60
"""Characters of a value that a report shows."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run left the machine: the deciding rule or point, what was allowed, and what came."""

    cites: str
    allowed: str
    actual: str


def difference(cites: str, prediction: Prediction, result: Result) -> Difference:
    """Return a difference in words."""
    return Difference(cites, describe(prediction["step"], prediction), describe(prediction["step"], result))


def describe(step: Step, result: Prediction | Result) -> str:
    """Return a result, predicted or real, as a sentence without a subject: ``returns 5; calls h1(Completed)``."""
    return "; ".join(_clauses(step, result))


def _clauses(step: Step, result: Any) -> Iterator[str]:
    name = bare(step[0])
    if name == "remains" and isinstance(result.get("ok"), list):
        yield f"keeps {' and '.join(result['ok']) or 'nothing'} of objects that are gone"
    elif "ok" in result:
        yield f"returns {_value(name, result['ok'])}" if name in READS else "succeeds"
    elif "hr" in result:
        code = result["hr"]
        yield "is refused" if code is Wild.FAILURE else f"fails with {hresult_name(code)}"
    else:
        yield f"raises {_named(result.get('raised'))}, which carries no HRESULT"
    events = result.get("events", ())
    if events:
        yield f"calls {calls(events)}"
    elif name not in READS:
        yield "calls nobody"


def calls(events: Iterable[Any]) -> str:
    """Return calls of handlers in words, one after the other."""
    return ", then ".join(map(_event, events))


def _event(event: Any) -> str:
    told = _value("status", event["status"]) if "status" in event else _value("value", event.get("value"))
    sender = "" if event.get("sender") else "not the operation, "
    inside = [_inside(result) for result in event.get("results", ())]
    held = " with a lock held" if event.get("locked") else ""
    meets = f" which meets [{', '.join(inside)}]" if inside else ""
    return f"{_named(event.get('handler'))}({sender}{told}){held}{meets}"


def _inside(result: Any) -> str:
    if "ok" in result:
        return _value("", result["ok"])
    if isinstance(result.get("hr"), int):
        return hresult_name(result["hr"])
    return _named(result.get("raised", "a failure"))


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
    return _named("null" if value is None else repr(thawed(value)))


def _named(text: object) -> str:
    """Return what a subject or a driver calls something, as it can be shown."""
    shown = escaped(str(text))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}... ({len(shown)} characters)"
