"""What was allowed and what came, in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Final

from iasyncinfo_conformance.escaping import escaped
from iasyncinfo_conformance.target import NOTICED, Result
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import hresult_name, is_code
from iasyncinfo_spec.product import Again, Prediction, Wild
from iasyncinfo_spec.values import thawed
from iasyncinfo_spec.words import Step, Word, bare, meanwhile, program_of, threads_of

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
        "get",
        "await",
        "wait_for",
    }
)
"""The steps whose value means something; what a setter or lever returns does not."""
_LONGEST: Final = 60
"""Characters of a value that a report shows."""
_DIGITS: Final = 310
"""Digits of a number that it shows: those of every number that a word may hold."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a run left the machine: the deciding rule or point, what was allowed, and what came."""

    cites: str
    allowed: str
    actual: str


def difference(cites: str, prediction: Prediction, result: Result) -> Difference:
    """Return a difference in words; what came tells each step of a handler that is predicted, too."""
    step, came = prediction["step"], named(result, _programs(prediction))
    allowed, actual = describe(step, prediction), describe(step, came)
    if allowed == actual:  # what differs is not among what words tell: let nobody search for it
        allowed, actual = (f"{text}, in full {full!r}" for text, full in ((allowed, prediction), (actual, result)))
    return Difference(cites, allowed, actual)


def named(result: Result, programs: Mapping[str, Word]) -> Result:
    """Return a result whose handlers tell with each answer which step it answers; ``programs`` are theirs by label."""
    if "events" not in result and "results" not in result:
        return result
    events = [
        {**event, "results": _stepped(event["results"], programs.get(event.get("handler", ""), ()), programs)}
        if "results" in event
        else event
        for event in result.get("events", ())
    ]
    return {**result, "events": events}


def _stepped(results: Sequence[Result], program: Word, programs: Mapping[str, Word]) -> list[Result]:
    steps = chain(({"step": step} for step in program), repeat({}))
    return [{**named(result, programs), **step} for result, step in zip(results, steps, strict=False)]


def programs_of(word: Iterable[Step]) -> dict[str, Word]:
    """Return what the handlers that a word puts do themselves, by their labels."""
    found: dict[str, Word] = {}
    for step in word:
        program = program_of(step)
        if program:
            found |= {step[1]: program, **programs_of(program)}
        for thread in threads_of(step):
            found |= programs_of(thread)
    return found


def _programs(prediction: Prediction) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for event in prediction.get("events", ()):
        inner = event.get("results", [])
        found[event["handler"]] = tuple(each["step"] for each in inner)
        for each in inner:
            found |= _programs(each)
    return found


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
    yield from _waited(step, result)
    events = result.get("events", ())
    if events:
        yield f"calls {calls(events)}"
    elif name not in READS:
        yield "calls nobody"


def _waited(step: Step, result: Any) -> Iterator[str]:
    """Yield what else there is to tell of a wait: where it went on, and what the steps meanwhile came to."""
    if result.get("elsewhere"):
        yield "on another thread than that of its loop"
    for noticed in result.get("noticed", ()):
        yield NOTICED.get(noticed, f"{_named(noticed)} came out of a callback on its loop")
    met = [
        f"{inner[0]} {describe(inner, came).removesuffix('; calls nobody')}"
        for inner, came in zip(meanwhile(step), result.get("results", ()), strict=False)
    ]
    if met:
        yield f"meanwhile {', '.join(met)}"


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
    """Return the answer to a step of a handler, as that to any other step where it is known which one it was."""
    step = result.get("step")
    if step:
        return f"{step[0]} {describe(step, result).removesuffix('; calls nobody')}"
    if "ok" in result:
        told = _value("", result["ok"])
    elif isinstance(result.get("hr"), int):
        told = hresult_name(result["hr"])
    else:
        told = _named(result.get("raised", "a failure"))
    return told + (f"; calls {calls(result['events'])}" if result.get("events") else "")


def _value(name: str, value: object) -> str:
    if isinstance(value, Wild):
        return value.value
    if isinstance(value, Again):
        return f"{_value(name, value.value)}, or an empty value"
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(name, value)
    return _named("null" if value is None else repr(thawed(value)))


def _number(name: str, value: int) -> str:
    if name in ("status", "wait_for"):
        known = value in tuple(AsyncStatus)
        return AsyncStatus(value).name.capitalize() if known else f"{_named(value)}, no AsyncStatus"
    if name == "error_code" and value == 0:
        return "S_OK"
    if name == "error_code":
        return hresult_name(value) if is_code(value) else f"{_named(hex(value))}, no HRESULT"
    return _named(int(value), _DIGITS)  # an AsyncStatus too: results inside handlers do not tell which step they answer


def _named(text: object, longest: int = _LONGEST) -> str:
    """Return what a subject or a driver calls something, as it can be shown."""
    shown = escaped(str(text))
    return shown if len(shown) <= longest else f"{shown[:longest]}... ({len(shown)} characters)"
