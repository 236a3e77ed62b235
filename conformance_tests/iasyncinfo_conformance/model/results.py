"""A prediction as the result that comes where all goes well."""

from typing import Any, Final

from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.product import Again, Event, Prediction, Wild
from iasyncinfo_spec.values import Exactly

ID: Final[Result] = {"ok": Wild.ID}
"""Stands for the id of the run."""


def is_id(result: Result, first: int | None) -> bool:
    """Return whether a result is an id: a UInt32 but zero, and the first one that the run showed."""
    number = result.get("ok")
    return type(number) is int and 0 < number < 2**32 and first in (None, number)


class _Matching:
    """Equal to every value that fits where a prediction leaves it open."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, again: Again | None) -> None:
        self._again = again

    def __eq__(self, other: object) -> bool:
        return self._again is None or self._again.fits(other)


def as_result(prediction: Prediction) -> Result:
    """Return a prediction as the result that comes where all goes well; an id is left to the run."""
    if prediction.get("ok") is Wild.ID:
        return ID
    result: Result = {key: _value(prediction[key]) for key in ("ok", "hr") if key in prediction}
    if prediction["step"][0] == "get_results" and "ok" in result and not isinstance(result["ok"], _Matching):
        result["ok"] = Exactly(result["ok"])
    if "results" in prediction:
        result["results"] = list(map(as_result, prediction["results"]))
    if "events" in prediction:
        result["events"] = list(map(_event, prediction["events"]))
    return result


def _event(event: Event) -> Result:
    came: Result = dict(event)
    if "value" in came:
        came["value"] = Exactly(came["value"])
    if "results" in came:
        came["results"] = list(map(as_result, came["results"]))
    return came


def _value(value: Any) -> Any:
    if isinstance(value, Again):
        return _Matching(value)
    return _Matching(None) if value is Wild.ANY else value
