"""Whether a recorded result is what a prediction says.

A recorded value may be a wild card, ``{"any": "id"}``. The id of an object is compared with itself by
:func:`one_id`, before anything is matched: the machines know of no number.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.product import Again, Event, Prediction, Wild
from iasyncinfo_spec.values import same_report, thawed
from iasyncinfo_spec.words import Step, Word, program_of, threads_of

Result: TypeAlias = dict[str, Any]

READS: Final = frozenset(
    {"id", "status", "error_code", "get_completed", "get_progress", "get_results", "cancel_notifications", "alive"}
)
"""The steps whose value means something; what a setter or lever returns does not."""
_SAME_ID: Final = {"any": "id"}
_OTHER_ID: Final = {"any": "other id"}


class Manner(NamedTuple):
    """The answers that no prediction shows: to CTX and to ID, None where they are open."""

    ctx: str | None = None
    id: str | None = None


def fits(prediction: Prediction, result: Result, manner: Manner) -> bool:
    """Return whether ``result`` is what ``prediction`` says, in this manner."""
    came: Sequence[Result] = result.get("events", ())
    if not answers_fit(prediction, result, manner) or not _times_fit(prediction["step"][0], came, manner.ctx):
        return False
    late = [event for event in came if event.get("late")]
    wanted = prediction.get("events", ())
    if late and len(wanted) < len(came):
        result = _gathered(prediction, {**result, "events": [event for event in came if not event.get("late")]}, late)
        came = [*result.get("events", ()), *late]
    return _all_fit(wanted, came, manner) and _inner_fit(
        prediction.get("results", ()), result.get("results", ()), manner
    )


def _all_fit(wanted: Sequence[Event], came: Sequence[Result], manner: Manner) -> bool:
    return len(wanted) == len(came) and all(_event_fits(*pair, manner) for pair in zip(wanted, came, strict=True))


def _event_fits(wanted: Event, came: Result, manner: Manner) -> bool:
    if wanted["handler"] != came.get("handler") or not came.get("sender", True):
        return False
    told = "status" if "status" in wanted else "value"
    return same(wanted.get(told), came.get(told)) and _inner_fit(
        wanted.get("results", ()), came.get("results", ()), manner
    )


def _inner_fit(wanted: Sequence[Prediction], came: Sequence[Result], manner: Manner) -> bool:
    """Match what a handler met; some drivers answer for its ``raise`` too, which comes last."""
    enough = len(wanted) <= len(came) <= len(wanted) + 1
    return enough and all(fits(*pair, manner) for pair in zip(wanted, came, strict=False))


def answers_fit(prediction: Prediction, result: Result, manner: Manner) -> bool:
    """Return whether the answer alone is as predicted, whoever was called."""
    if "ok" not in result and prediction.get("throws"):
        return True
    if "hr" in prediction:
        if prediction["hr"] is Wild.FAILURE:
            return "ok" not in result
        return _code(result) in (prediction["hr"] % 2**32, None) and "hr" in result
    if "ok" not in result:
        return False
    name = prediction["step"][0]
    if prediction["ok"] is Wild.ID:
        return _id_fits(result["ok"], manner.id)
    return name not in READS or _value_fits(name, prediction["ok"], result["ok"])


def _id_fits(actual: object, answer: str | None) -> bool:
    if isinstance(actual, dict):
        return actual != _OTHER_ID and answer != "1"
    number = isinstance(actual, int) and not isinstance(actual, bool) and actual != 0
    return number and (answer != "1" or actual == 1)


def _code(result: Result) -> int | None:
    """Return the code of a refusal, or None for any code."""
    code = result.get("hr")
    return code % 2**32 if isinstance(code, int) else None


def _value_fits(name: str, expected: Any, actual: Any) -> bool:
    if isinstance(actual, dict):
        return True
    match expected:
        case Wild.ANY:
            return True
        case Wild.EMPTY:
            return not actual
        case Again():
            return expected.fits(actual)
    if name == "error_code" and isinstance(actual, int):
        return bool(expected % 2**32 == actual % 2**32)
    return same(expected, actual)


def same(expected: Any, actual: object) -> bool:
    """Return whether a recorded value is the one of a word; a whole float may have come without its point."""
    return same_report(thawed(expected), actual)


# -- where handlers ran -------------------------------------------------------------------------


def _times_fit(name: str, came: Iterable[Result], ctx: str | None) -> bool:
    """Return whether these calls came within the step or later, as CTX has it."""
    if ctx is None:
        return True
    elsewhere = ctx == "elsewhere" or (ctx == "mixed" and name != "put_completed")
    return all(bool(event.get("late")) == elsewhere for event in came)


def _gathered(prediction: Prediction, result: Result, late: list[Result]) -> Result:
    """Return a result with the late calls that it or its handlers made due; they are taken off the list."""
    events = list(result.get("events", ()))
    for event in prediction.get("events", ())[len(events) :]:
        due = next((came for came in late if came.get("handler") == event["handler"]), None)
        if due is not None:
            late.remove(due)
            events.append(due)
    if late:
        pairs = list(zip(prediction.get("events", ()), events, strict=False))
        events[: len(pairs)] = [_inside_gathered(wanted, came, late) for wanted, came in pairs]
    return {**result, "events": events} if events else result


def _inside_gathered(event: Event, came: Result, late: list[Result]) -> Result:
    inner = zip(event.get("results", ()), came.get("results", ()), strict=False)
    results = [_gathered(prediction, result, late) for prediction, result in inner]
    return {**came, "results": [*results, *came.get("results", ())[len(results) :]]} if results else came


# -- the id ---------------------------------------------------------------------------------------


def one_id(steps: Sequence[Step], results: Sequence[Result]) -> Sequence[Result]:
    """Return results in which every id is the same wild card, or one that fits nothing where it changed.

    The id 1 stays as it is, for there are families whose ids are all 1.
    """
    return Ids().unify(steps, results)


class Ids:
    """The ids read of one object."""

    def __init__(self) -> None:
        self._first: object = None

    def unify(self, steps: Sequence[Step], results: Sequence[Result]) -> list[Result]:
        labels: dict[object, Word] = {}
        unified = []
        for step, result in zip(steps, results, strict=False):
            _learn(labels, step, result)
            unified.append(self._one(step, result, labels))
        return [*unified, *results[len(unified) :]]

    def _one(self, step: Step, result: Result, labels: dict[object, Word]) -> Result:
        if step[0] == "id" and "ok" in result:
            result = {**result, "ok": self.one(result["ok"])}
        if threads := result.get("threads"):
            for word, came in zip(threads_of(step), threads, strict=False):
                for put, answer in zip(word, came, strict=False):
                    _learn(labels, put, answer)
            result = {**result, "threads": [self.unify(*pair) for pair in zip(threads_of(step), threads, strict=False)]}
        if events := result.get("events"):
            result = {**result, "events": [self._event(event, labels) for event in events]}
        return result

    def _event(self, event: Result, labels: dict[object, Word]) -> Result:
        program = labels.get(event.get("handler"), ())
        results = event.get("results")
        return {**event, "results": [*self.unify(program, results)]} if results and program else event

    def one(self, value: object) -> object:
        """Return what an id that was read stands for: a wild card, the id 1, or what fits nothing."""
        if isinstance(value, dict) or not value:
            return value
        if self._first is None:
            self._first = value
        if value != self._first:
            return _OTHER_ID
        return value if value == 1 else _SAME_ID


def _learn(labels: dict[object, Word], step: Step, result: Result) -> None:
    """Note the program of a handler that a put was to set; a refused one does not take an earlier one's place."""
    if step[0].startswith("put_") and ("ok" in result or step[1] not in labels):
        labels[step[1]] = program_of(step)
