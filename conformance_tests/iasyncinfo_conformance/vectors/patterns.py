"""A prediction as a result of a recording, with wild cards where it leaves a value open.

``{"any": "id"}`` is an id, ``"value"`` whatever it is, ``"empty"`` an empty value, ``"failure"`` a failure, whatever
its code; ``{"any": [...]}`` is one of those that are listed.
"""

from typing import Any

from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import signed
from iasyncinfo_spec.predictions import Again, Event, Prediction, Wild
from iasyncinfo_spec.values import thawed

_WILD = {Wild.ID: "id", Wild.ANY: "value", Wild.EMPTY: "empty", Wild.FAILURE: "failure"}


def pattern(prediction: Prediction, only_id: int | None = None) -> Result:
    """Return the result that a prediction allows; ``only_id`` is the id that every object has, where it is known."""
    result: Result = {key: _value(prediction[key]) for key in ("ok", "hr") if key in prediction}
    if prediction["step"][0] == "error_code" and isinstance(result.get("ok"), int):
        result["ok"] = _in_either_sign(result["ok"])
    if prediction.get("ok") is Wild.ID and only_id is not None:
        result["ok"] = only_id
    if "events" in prediction:
        result["events"] = [_event(event, only_id) for event in prediction["events"]]
    return result


def _event(event: Event, only_id: int | None) -> Result:
    came: Result = {key: thawed(value) for key, value in event.items() if key != "results"}
    if "results" in event:
        came["results"] = [pattern(each, only_id) for each in event["results"]]
    return came


def _value(value: Any) -> Any:
    if isinstance(value, Wild):
        return {"any": _WILD[value]}
    if isinstance(value, Again):
        return {"any": [thawed(value.value), _value(Wild.EMPTY)]}
    return thawed(value)


def _in_either_sign(code: int) -> Any:
    return code if signed(code) == code else {"any": [code, signed(code)]}
