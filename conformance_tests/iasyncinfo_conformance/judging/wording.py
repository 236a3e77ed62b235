"""What was allowed and what came, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

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
        yield f"raises {result.get('raised')}, which carries no HRESULT"
    events = result.get("events", ())
    if events:
        yield "calls " + ", then ".join(map(_event, events))
    elif name not in READS:
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
    text = "null" if value is None else repr(thawed(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
