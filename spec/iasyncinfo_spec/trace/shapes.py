"""The shapes of what is read from files: a word and its results. What has another shape is said, not stumbled over."""

from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_spec.words import MEANINGS, RACE, TAKES_ONE, bare, calls_itself, from_json

_CODES: Final = ("fail", "cancel_callback_fails")
_PUTS: Final = ("put_completed", "put_progress")
_BARE: Final = frozenset(name for name in MEANINGS if name not in TAKES_ONE and name not in (RACE, "thread"))


class Misshapen(ValueError):
    """Something has not the shape that it is to have; the message says what is expected."""


def check_trace(steps: object, results: object) -> None:
    """Raise Misshapen unless these are a word and the results of its steps, or of the first of them."""
    check_word(steps)
    _check_results(results)
    if len(results) > len(steps):  # type: ignore[arg-type]  # both are lists by now
        raise Misshapen("there are more results than steps")


def check_word(steps: object) -> None:
    """Raise Misshapen unless this is a list of steps."""
    _demand(type(steps) is list, "the steps are no list", steps)
    for step in steps:  # type: ignore[attr-defined]
        _demand(type(step) is list and step and type(step[0]) is str, "a step is a list that begins with a name", step)
        if len(step) > 1 or step[0] not in _BARE:
            _check_step(step)


def _check_step(step: list[Any]) -> None:
    name, *arguments = bare(step[0]), *step[1:]
    _demand(name in MEANINGS, f"there is no step {step[0]!r}", step)
    if name == RACE:
        _demand(len(arguments) > 1, "a race has two threads or more", step)
    elif name in _PUTS:
        _demand(len(arguments) in (1, 2), f"{name} has a handler, and perhaps the handler's steps", step)
        _demand(arguments[0] is None or type(arguments[0]) is str, "a handler is a label or null", step)
    else:
        one = name in TAKES_ONE or name == "thread"
        _demand(len(arguments) == one, f"{name} has {'one argument' if one else 'no argument'}", step)
        _demand(name not in _CODES or type(arguments[0]) is int, f"{name} has a code, which is a number", step)
    inside = arguments if name in (RACE, "thread") else arguments[1:]
    for inner in inside:
        check_word(inner)
    if name == "put_progress" and inside:
        _demand(
            not calls_itself(from_json([step])[0]), "a Progress handler that reports calls itself without end", step
        )


def _check_results(results: object) -> None:
    _demand(type(results) is list, "the results are no list", results)
    for result in results:  # type: ignore[attr-defined]
        _demand(type(result) is dict, "a result is no object", result)
        if len(result) > 1 or "ok" not in result:
            _check_result(result)


def _check_result(result: dict[str, Any]) -> None:
    check_answer(result)
    for event in _listed(result, "events"):
        _demand(type(event) is dict, "a handler's call is no object", event)
        _demand(type(event.get("handler")) is str, "a handler's call names its handler", event)
        _demand("status" in event or "value" in event, "a handler is told a status or a value", event)
        _check_results(event.get("results", []))
    for thread in _listed(result, "threads"):
        _check_results(thread)


def check_answer(result: dict[str, Any]) -> None:
    """Raise Misshapen unless this has a value, a code or the name of an exception."""
    _demand(not _ANSWERS.keys().isdisjoint(result), "a result has ok, hr or raised", result)
    for key, fits in _ANSWERS.items():
        _demand(key not in result or fits(result[key]), f"{key} cannot be this", result)


_ANSWERS: Final[dict[str, Callable[[Any], bool]]] = {
    "ok": lambda _: True,
    "hr": lambda code: type(code) is int or (type(code) is dict and "any" in code),
    "raised": lambda name: type(name) is str,
}


def _listed(result: dict[str, Any], key: str) -> list[Any]:
    listed = result.get(key, [])
    _demand(type(listed) is list, f"{key} is no list", result)
    return list(listed)


def _demand(holds: object, otherwise: str, shown: object) -> None:
    if not holds:
        text = repr(shown)
        raise Misshapen(f"{otherwise}: {text if len(text) <= 80 else text[:80] + '...'}")
