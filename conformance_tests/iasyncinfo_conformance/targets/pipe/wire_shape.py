"""The shape of a driver's results, as the schema has it; by hand, because thousands come in a second."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import accumulate, chain
from typing import Final, TypeGuard

from iasyncinfo_conformance.target import Result

_ANSWERS: Final = {"ok", "hr", "raised"}
_TOLD: Final = {"status", "value"}
LONGEST: Final = 4_000_000
"""Bytes that a line may have."""
DEEPEST: Final = 100
"""How deep a message may be nested: more than handlers in handlers ever are."""
_RESULT: Final = (
    '{"ok": a value}, {"hr": a number} or {"raised": a name}, with "events" or "results" where there are some, and '
    "with nothing else"
)
_EVENT: Final = (
    '{"handler": a label, "sender": true or false} with the number "status" or the "value" that the handler was told, '
    'with "results" where it took steps, and with nothing else'
)
_NESTING: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')


def is_too_deep(line: bytes) -> bool:
    """Return whether a line's JSON is nested deeper than DEEPEST: what is could be neither compared nor shown.

    It is asked before the line is read: how deep a reader comes depends on the stack that it happens to find.
    """
    if line.count(b"[") + line.count(b"{") <= DEEPEST:
        return False
    steps = (_NESTING.get(byte, 0) for byte in _STRING.sub(b"", line))
    return any(depth > DEEPEST for depth in accumulate(steps))


def are_results(value: object) -> TypeGuard[list[Result]]:
    """Return whether a value is a list of results."""
    return _all(_is_result, value)


def what_is_wrong(value: object, number: int) -> str:
    """Return why a value is not a list of this many results."""
    if not isinstance(value, list):
        return '"results" is missing, or no list'
    for at, result in enumerate(value, 1):
        if not _is_result(result):
            event = next(_ill_events(result), None)
            ill, shape = (result, _RESULT) if event is None else (event, _EVENT)
            return (
                f"{'' if event is None else 'an event of '}result {at}, {json.dumps(ill)[:200]}, is none: it is {shape}"
            )
    return f"{len(value)} results came for {number} steps"


def _ill_events(result: object) -> Iterator[object]:
    """Yield the events of a result, or of those within it, that are none, the innermost first."""
    if not isinstance(result, dict):
        return
    for each in (*_listed(result, "results"), *chain(*filter(_is_list, _listed(result, "threads")))):
        yield from _ill_events(each)
    for event in _listed(result, "events"):
        yield from _ill_events(event)
        if not _is_event(event):
            yield event


def _listed(value: dict[str, object], key: str) -> list[object]:
    found = value.get(key)
    return found if _is_list(found) else []


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _are_single(value: object) -> bool:
    return _all(_is_single, value)


def _all(holds: Callable[[object], bool], values: object) -> bool:
    return isinstance(values, list) and all(map(holds, values))


def _is_result(value: object) -> bool:
    return _is_race(value) if isinstance(value, dict) and "threads" in value else _is_single(value)


def _is_race(value: dict[str, object]) -> bool:
    threads = value["threads"]
    return (
        value.keys() <= {"ok", "threads", "events"}
        and value.get("ok", "none") is None
        and isinstance(threads, list)
        and len(threads) > 1
        and all(map(_are_single, threads))
        and all(threads)
        and _all(_is_event, value.get("events", []))
    )


def _is_single(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value.keys() & _ANSWERS) == 1
        and value.keys() <= {*_ANSWERS, "events", "results", "elsewhere", "noticed"}
        and _is_number(value.get("hr", 0))
        and isinstance(value.get("raised", ""), str)
        and isinstance(value.get("elsewhere", True), bool)
        and _all(lambda noticed: isinstance(noticed, str), value.get("noticed", []))
        and _all(_is_event, value.get("events", []))
        and _are_single(value.get("results", []))
    )


def _is_event(value: object) -> bool:
    return (
        isinstance(value, dict)
        and len(value.keys() & _TOLD) == 1
        and value.keys() <= {"handler", "sender", *_TOLD, "late", "locked", "results"}
        and isinstance(value.get("handler"), str)
        and isinstance(value.get("sender"), bool)
        and isinstance(value.get("late", True), bool)
        and isinstance(value.get("locked", True), bool)
        and _are_single(value.get("results", []))
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
