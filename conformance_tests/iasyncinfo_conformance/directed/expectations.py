"""What a directed test expects of a step, written from a rule's sentence and not from the tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_NOTIMPL, hresult_name, is_code
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.values import same, same_report, thawed
from iasyncinfo_spec.words import Step, Word, parse_word

ANY: Final = object()
"""Any value at all."""

_CAPABLE: Final = {"NotImplementedError", "AttributeError"}


@dataclass(frozen=True, slots=True)
class Called:
    """The expected call of a handler: what it is told, what its program meets, and from whom if it matters."""

    handler: str
    told: Any = ANY
    meets: tuple["Expect | None", ...] = ()
    by_operation: bool = False


@dataclass(frozen=True, slots=True)
class Expect:
    """The expected result of one step; what is left out does not matter to the rule."""

    text: str
    holds: Callable[[Result], bool] = lambda result: True  # noqa: ARG005
    calls: tuple[Called, ...] | None = None

    def complaint(self, step: Step, result: Result) -> tuple[str, str] | None:
        """Return what was allowed and what came, or None where the expectation holds."""
        allowed = self.text
        if self.calls is not None:
            allowed += "; calls " + (", then ".join(map(_call_text, self.calls)) or "nobody")
        return None if self.holds(result) and self._called(result) else (allowed, describe(step, result))

    def calling(self, *calls: Called) -> "Expect":
        """Return this expectation with exactly these handlers called, in this order."""
        return replace(self, calls=calls)

    def _called(self, result: Result) -> bool:
        if self.calls is None:
            return True
        events = result.get("events", [])
        return len(events) == len(self.calls) and all(map(_is_call, self.calls, events))


def _is_call(call: Called, event: Result) -> bool:
    told = event.get("status", event.get("value"))
    right_value = told in tuple(AsyncStatus) or "value" in event if call.told is ANY else same_report(call.told, told)
    met = event.get("results", [])
    return (
        event.get("handler") == call.handler
        and (bool(event.get("sender")) or not call.by_operation)
        and right_value
        and len(met) >= len(call.meets)
        and all(expected is None or expected.holds(result) for expected, result in zip(call.meets, met, strict=False))
    )


def _call_text(call: Called) -> str:
    if call.told is ANY:
        told = "a status"
    else:
        told = call.told.name.capitalize() if isinstance(call.told, AsyncStatus) else repr(call.told)
    meets = ", ".join(expected.text for expected in call.meets if expected is not None)
    sender = "the operation, " if call.by_operation else ""
    return f"{call.handler}({sender}{told})" + (f" which meets [{meets}]" if meets else "")


# -- expectations ---------------------------------------------------------------------------------


def ok(value: object = ANY) -> Expect:
    """Expect success, with this value where one is given."""
    if value is ANY:
        return Expect("succeeds", lambda result: "ok" in result)
    return Expect(f"returns {_shown(value)}", lambda result: "ok" in result and same(value, result["ok"]))


def code(value: int) -> Expect:
    """Expect this HRESULT as a value."""
    text = "returns S_OK" if value == 0 else f"returns {hresult_name(value)}"
    return Expect(text, lambda result: _is_code(result.get("ok"), value))


def hr(value: int) -> Expect:
    """Expect a refusal with exactly this HRESULT."""
    return Expect(f"fails with {hresult_name(value)}", lambda result: _is_code(result.get("hr"), value))


def _is_code(actual: object, value: int) -> bool:
    return isinstance(actual, int) and actual % 2**32 == value


def narrow() -> Expect:
    """Expect a code of 32 bits, as a value or as a refusal."""
    return Expect(
        "gives a code of 32 bits",
        lambda result: "raised" in result or (type(_number(result)) is int and is_code(_number(result))),
    )


def uint32() -> Expect:
    """Expect a number that fits 32 bits without a sign."""
    return Expect("returns a UInt32", lambda result: type(result.get("ok")) is int and 0 <= result["ok"] < 2**32)


def _number(result: Result) -> Any:
    return result.get("hr", result.get("ok"))


def refused() -> Expect:
    """Expect a refusal, with whatever code."""
    return Expect("is refused", lambda result: "ok" not in result and result.get("raised") not in _CAPABLE)


def one_of(*statuses: AsyncStatus) -> Expect:
    """Expect one of these statuses."""
    text = "returns " + " or ".join(status.name.capitalize() for status in statuses)
    return Expect(text, lambda result: result.get("ok") in statuses)


def not_code(value: int) -> Expect:
    """Expect anything but a refusal with this HRESULT."""
    return Expect(f"does not fail with {hresult_name(value)}", lambda result: result.get("hr") != value)


def answers() -> Expect:
    """Expect that the member is there, whatever it answers."""
    return Expect(
        "the member is there", lambda result: result.get("raised") != "AttributeError" and result.get("hr") != E_NOTIMPL
    )


def nothing() -> Expect:
    """Expect that nothing remains."""
    return Expect("keeps nothing of objects that are gone", lambda result: result.get("ok") == [])


def nonzero() -> Expect:
    """Expect an id."""
    return Expect(
        "returns a number other than 0", lambda result: isinstance(result.get("ok"), int) and result["ok"] != 0
    )


def anything() -> Expect:
    """Expect nothing of the answer; say whom it calls with :meth:`Expect.calling`."""
    return Expect("answers")


def _shown(value: object) -> str:
    if isinstance(value, AsyncStatus):
        return value.name.capitalize()
    return "null" if value is None else repr(thawed(value))


# -- cases ----------------------------------------------------------------------------------------

Relation = Callable[[Sequence[Result]], bool]


@dataclass(frozen=True)
class Case:
    """One word that shows whether a rule is kept, and what is expected of its steps, counted from 1.

    ``where`` limits the case to subjects with one of these answers to a variation point. ``relation``
    compares steps with one another; it is blamed on the last step, and its text says what it wants.
    """

    rule: str
    word: Word
    expects: Mapping[int, Expect]
    kinds: tuple[Kind, ...]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relation: tuple[str, Relation] | None = None

    def complaint(self, results: Sequence[Result]) -> tuple[int, str, str] | None:
        """Return the step that breaks the rule, what was allowed and what came; None where it is kept."""
        for number, expect in self.expects.items():
            found = expect.complaint(self.word[number - 1], results[number - 1])
            if found is not None:
                return (number, *found)
        if self.relation is not None and not self.relation[1](results):
            shown = ", then ".join(describe(step, result) for step, result in zip(self.word, results, strict=True))
            return len(self.word), self.relation[0], shown
        return None


def case(
    rule: str,
    word: str,
    expects: Mapping[int, Expect],
    *,
    kinds: tuple[Kind, ...] | None = None,
    relation: tuple[str, Relation] | None = None,
    **where: str | tuple[str, ...],
) -> Case:
    """Return a case; keywords such as ``AFTER_CLOSE="reject"`` limit it to subjects that answer so."""
    wanted = {point.replace("__", "-"): (names,) if isinstance(names, str) else names for point, names in where.items()}
    return Case(rule, parse_word(word), expects, kinds or RULES[rule].kinds, wanted, relation)
