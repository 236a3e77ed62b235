"""Results against predictions: the first difference, and what decides it."""

from collections.abc import Sequence
from typing import Any, Final

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.late_calls import gathered
from iasyncinfo_conformance.judging.wording import READS
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import DISCONNECTED, E_ASYNC_OPERATION_NOT_STARTED, E_ILLEGAL_DELEGATE_ASSIGNMENT, is_code
from iasyncinfo_spec.product import Again, Event, Prediction, Wild
from iasyncinfo_spec.values import same, same_report

_CODES: Final = frozenset({"error_code"})


class Ids:
    """The id of one object: a UInt32 but zero, and the same whenever it is read."""

    def __init__(self) -> None:
        self._seen: int | None = None

    def accept(self, value: object) -> bool:
        """Return whether this id may be read now."""
        if type(value) is not int or not 0 < value < 2**32:
            return False
        self._seen = value if self._seen is None else self._seen
        return value == self._seen


def deciding(prediction: Prediction, result: Result, ids: Ids, *, running: bool) -> str | None:
    """Return what decides the first difference between what a step was to answer and what came, or None.

    ``running`` says whether the worker is still running after the step: it decides whether a call too
    many came too early or too often.
    """
    came = gathered(prediction, result)
    found = _answer_difference(prediction, came, ids)
    return found or _events_difference(prediction, came, ids, running=running)


# -- answers --------------------------------------------------------------------------------------


def _answer_difference(prediction: Prediction, result: Result, ids: Ids) -> str | None:
    if _answers_alike(prediction, result, ids):
        return None
    return blamed(_wrong_answer(prediction, result), prediction["cites"])


def _wrong_answer(prediction: Prediction, result: Result) -> Situation:
    if not is_code(result.get("hr", 0)):
        return Situation.WIDE
    if "ok" in result:
        name = prediction["step"][0]
        given = name == "get_results" and "hr" in prediction
        return Situation.RESULTS_GIVEN if given else _wrong_value(name, result["ok"])
    if "ok" in prediction and any("status" in event for event in result.get("events", ())):
        # A Completed handler ran, and its failure came out of the step.
        disconnected = result.get("hr") in DISCONNECTED
        return Situation.DISCONNECTION_COMES_OUT if disconnected else Situation.FAILURE_COMES_OUT
    return _wrong_failure(prediction["step"][0], result)


def _wrong_value(name: str, value: object) -> Situation:
    if name == "status" and value not in tuple(AsyncStatus):
        return Situation.NO_STATUS
    if name in _WIDTHS and not _WIDTHS[name](value):
        return Situation.WIDE
    return Situation.ZERO_ID if name == "id" and value == 0 else Situation.ANOTHER_ANSWER


_WIDTHS: Final = {
    "id": lambda value: type(value) is int and 0 <= value < 2**32,
    "error_code": lambda value: type(value) is not int or is_code(value),
}
"""Whether a number is of its type's."""


def _wrong_failure(name: str, result: Result) -> Situation:
    if result.get("hr") == E_ASYNC_OPERATION_NOT_STARTED:
        return Situation.NOT_STARTED
    if result.get("raised") == "AttributeError":
        return Situation.NO_MEMBER
    if name == "put_completed" and result.get("hr") == E_ILLEGAL_DELEGATE_ASSIGNMENT:
        return Situation.SECOND_REFUSED
    return _FAILS.get(name, Situation.ANOTHER_ANSWER)


_FAILS: Final = {"cancel": Situation.CANCEL_FAILS, "close": Situation.CLOSE_FAILS}


def _answers_alike(prediction: Prediction, result: Result, ids: Ids) -> bool:
    if prediction.get("ok") is Wild.CAME:
        return True
    if "hr" in prediction:
        if prediction["hr"] is Wild.FAILURE:
            return "ok" not in result
        return _is_code(result.get("hr"), prediction["hr"])
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
        return _is_code(actual, expected)
    return same(expected, actual)


def _is_code(actual: object, expected: int) -> bool:
    """Return whether a code is another, in either sign."""
    return isinstance(actual, int) and is_code(actual) and actual % 2**32 == expected % 2**32


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
        situation = Situation.REPORT_MISSING if "value" in expected[len(actual)] else Situation.CALL_MISSING
    else:
        alone = not expected and len(actual) == 1
        situation = _surplus(actual[len(expected)], alone=alone, running=running)
    return blamed(situation, prediction["calls"])


def _surplus(first: Result, *, alone: bool, running: bool) -> Situation:
    """Return what the first call too many is; ``alone`` says that there is no other, due or not."""
    if "value" in first:
        return Situation.REPORT_UNDUE if alone else Situation.REPORTS_TOO_MANY
    if alone:
        return Situation.CALL_UNDUE_RUNNING if running else Situation.CALL_UNDUE_ENDED
    return Situation.CALLS_TOO_MANY_RUNNING if running else Situation.CALLS_TOO_MANY_ENDED


def _event_difference(prediction: Prediction, wanted: Event, came: Result, ids: Ids, *, running: bool) -> str | None:
    situation = _wrong_call(prediction["step"][0], wanted, came)
    if situation is not None:
        return blamed(situation, prediction["calls"])
    found = _inner_difference(wanted.get("results", []), came.get("results", []), ids, running)
    if found is None or "value" in wanted:
        return found
    return blamed(Situation.INSIDE_COMPLETED, found)


def _wrong_call(name: str, wanted: Event, came: Result) -> Situation | None:
    is_for_it = wanted["handler"] == came.get("handler")
    if "value" in wanted:
        right = is_for_it and came.get("sender") and same_report(wanted["value"], came.get("value"))
        return None if right else Situation.ANOTHER_REPORT
    if not is_for_it:
        return Situation.ANOTHER_HANDLER
    if came.get("status") == wanted["status"]:
        return None if came.get("sender") else Situation.ANOTHER_ARGUMENT
    if came.get("status") not in tuple(AsyncStatus):
        return Situation.NO_STATUS
    return Situation.OUTCOME_TOLD if came["status"] == _OUTCOMES.get(name) else Situation.ANOTHER_ARGUMENT


_OUTCOMES: Final = {"complete": AsyncStatus.COMPLETED, "fail": AsyncStatus.ERROR}


def _inner_difference(wanted: list[Prediction], came: list[Result], ids: Ids, running: bool) -> str | None:
    for prediction, result in zip(wanted, came, strict=False):
        found = _answer_difference(prediction, result, ids)
        found = found or _events_difference(prediction, result, ids, running=running)
        found = found or _inner_difference(prediction.get("results", []), result.get("results", []), ids, running)
        if found is not None:
            return found
    return None if len(came) >= len(wanted) else blamed(Situation.NO_ANSWER_INSIDE)
