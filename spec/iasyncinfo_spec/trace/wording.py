"""Steps, results and states in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import hresult_name
from iasyncinfo_spec.product import Again, Configuration, Wild
from iasyncinfo_spec.trace.machine import State
from iasyncinfo_spec.trace.matching import READS
from iasyncinfo_spec.values import Thing, thawed

_LONGEST: Final = 60
"""Characters of a value that is shown."""
_WILD: Final = {"id": "an id that is not 1", "other id": "another id than before"}
"""Ids that were read, whose numbers no judging needs."""


def described(name: str, result: Mapping[str, Any]) -> str:
    """Return a result, predicted or recorded, as a sentence without a subject: ``returns 5; calls h1(Completed)``."""
    return "; ".join(_clauses(name, result))


def _clauses(name: str, result: Mapping[str, Any]) -> Iterator[str]:
    if "threads" in result:
        threads = (", ".join(described("", answer) for answer in thread) for thread in result["threads"])
        yield " | ".join(threads)
        return
    yield _answer(name, result)
    if result.get("throws"):
        yield "or fails as whoever it calls does"
    if events := result.get("events"):
        yield "calls " + ", then ".join(map(_event, events))


def _answer(name: str, result: Mapping[str, Any]) -> str:
    if "ok" in result:
        return f"returns {_value(name, result['ok'])}" if name in READS or not name else "succeeds"
    if "hr" not in result:
        return f"raises {result.get('raised')}, which carries no HRESULT"
    return f"fails with {hresult_name(result['hr'])}" if isinstance(result["hr"], int) else "fails"


def _event(event: Mapping[str, Any]) -> str:
    told = _value("status", event["status"]) if "status" in event else _value("", event.get("value"))
    sender = "" if event.get("sender", True) else "not the operation, "
    met = [_answer("", result).removeprefix("returns ") for result in event.get("results", ())]
    late = " later" if event.get("late") else ""
    return f"{event.get('handler')}({sender}{told}){late}" + (f" which meets [{', '.join(met)}]" if met else "")


def _value(name: str, value: object) -> str:
    match value:
        case Wild():
            return value.value
        case tuple() | Thing():
            return _value(name, thawed(value))
        case Again():
            return f"{_value(name, value.value)}, or an empty value"
        case {"any": what}:
            return _WILD.get(str(what), f"any {what}")
        case bool():
            return repr(value)
        case int() if name == "status":
            return AsyncStatus(value).name.capitalize() if value in tuple(AsyncStatus) else f"{value}, no AsyncStatus"
        case int() if name == "error_code":
            return hresult_name(value)
    text = "null" if value is None else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def placed(states: Iterable[State]) -> list[str]:
    """Return the configurations of a set of states in words, each once."""
    return sorted({_place(state.at) for state in states})


def _place(at: Configuration) -> str:
    words = [at.life.replace("_", " ")]
    if at.completed != tables.EMPTY:
        words.append(f"Completed {at.completed}" + (f" {at.handler.label}" if at.handler else ""))
    if at.progress != tables.EMPTY:
        words.append(f"Progress {at.progress}" + (f" {at.listener.label}" if at.listener else ""))
    if at.life == tables.COMPLETED:
        words.append(f"result {_value('', at.result)}" + (", taken" if at.taken else ""))
    if at.life == tables.ERROR:
        words.append(hresult_name(at.code))
    return ", ".join(words)
