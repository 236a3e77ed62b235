"""Members that callers cannot use as they use Windows': each of the commonest mistakes has a sentence of its own."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from iasyncinfo_conformance.engines.smoke.levers import heard_of
from iasyncinfo_conformance.errors import DriverFault, HarnessFault
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

_NUMBERS: Final = ("id", "status", "error_code")
_DEEDS: Final = ("cancel", "close", "get_completed", "put_completed(h1)", "get_results")
_WITH_PROGRESS: Final = ("get_progress", "put_progress(p1)")
_AFTER_THE_END: Final = ("close", "get_results")
"""What is refused while the work goes on, by a property, too."""
_MEMBERS: Final = {f"{deed}_{member}": member for deed in ("get", "put") for member in ("completed", "progress")}
_MOCK: Final = re.compile(r"<\w*Mock>")

_NO_NUMBER: Final[Mapping[str, str]] = {
    r"<\w*(method|function)\w*>": "is a method, and callers read it without calling it: make it a property",
    r"<coroutine>": "is a coroutine, and callers do not await it: let it be a plain property",
    _MOCK.pattern: "is a mock that nobody has given a value: give it a number",
    r".*": "answers {}, which is no number: let it answer an int, or a member of an IntEnum such as "
    "iasyncinfo_spec.AsyncStatus",
}
"""What a member answers that has to be a number, and what is remarked of it; the first that fits."""
_RAISED: Final[Mapping[str, str]] = {
    r"has no setter|can't set attribute": "Callers assign it: give the property a setter",
    r"has no attribute '(cancel|close|completed|error_code|get_results|id|progress|status)'": (
        "An operation has this member; one that is spelt otherwise goes into a wrapper that spells it as PyWinRT does"
    ),
    r"object is not callable": "Callers call it: make it a method, not a property",
    r"positional argument": "Callers give it no argument",
}
"""What a member raises where callers cannot use it at all, and what mends it."""


class Remark(NamedTuple):
    """A sentence about an adapter; the kinds of which it is true stand between its two parts."""

    before: str
    after: str

    def of(self, kinds: Sequence[Kind], every: Sequence[Kind]) -> str:
        """Return the sentence about these kinds, which may be every one that there is."""
        all_of_them = len(kinds) > 1 and len(kinds) == len(every)
        return f"{self.before}{'every kind' if all_of_them else ', '.join(kinds)}{self.after}"


def require_members(target: Target, kind: Kind) -> Iterator[Remark]:
    """Read every member once, and yield what is remarked of it.

    Raises HarnessFault for an object that is no operation, and DriverFault for a driver that does not know the steps.
    """
    came = {name: _answer(target, kind, name) for name in _steps(kind)}
    _require_operation(target, kind, came)
    for name in came:
        if name in _NUMBERS:
            yield from _remarked_number(name, came[name])
        else:
            yield from _remarked_deed(target, kind, name, came[name])


def _steps(kind: Kind) -> tuple[str, ...]:
    return (*_NUMBERS, *_DEEDS, *(_WITH_PROGRESS if kind.has_progress else ()))


def _answer(target: Target, kind: Kind, name: str) -> Result:
    """Return what a member answers at once; nothing where it hangs."""
    (outcome,) = target.run_many(kind, [parse_word(name)])
    if not isinstance(outcome, Trouble):
        return outcome[0]
    if outcome.deed:
        return {}
    if not target.name.startswith("exec:"):
        raise HarnessFault(f"{target.name}, {kind}, cannot take the step {name}: {outcome.why}")
    raise DriverFault(
        f"{target.name}, {kind}, does not take the step {name}: {outcome.why.rstrip('.')}. A driver answers every "
        f"member of the kind: {', '.join(_steps(kind))}."
    )


def _require_operation(target: Target, kind: Kind, came: Mapping[str, Result]) -> None:
    missing = [name for name, result in came.items() if result.get("raised") == "AttributeError"]
    if len(missing) > len(came) // 2:
        raise HarnessFault(
            f"the operation of {target.name}, {kind}, is no operation: it has no {_members(missing)}. Hand over the "
            "object that callers get, not its worker's end and not a future; one that spells its members otherwise, as "
            "in Status or get_Status, goes into a wrapper that spells them as PyWinRT does."
        )
    mocks = [str(came[name].get("ok")) for name in _NUMBERS]
    if all(map(_MOCK.fullmatch, mocks)):
        raise HarnessFault(
            f"the operation of {target.name}, {kind}, is a {mocks[0].strip('<>')}: it answers whatever it is asked "
            "with another one, and calls no handler. Hand over an object that does what an operation does; "
            "iasyncinfo_conformance.families.create makes some."
        )


def _members(steps: Iterable[str]) -> str:
    """Return the members that the steps need, each once, as a sentence has them."""
    return " and no ".join(dict.fromkeys(map(_member, steps)))


def _member(step: str) -> str:
    deed = step.partition("(")[0]
    return _MEMBERS.get(deed, deed)


def _remarked_number(name: str, result: Result) -> Iterator[Remark]:
    answer = result.get("ok")
    if isinstance(answer, str):
        told = next(told for pattern, told in _NO_NUMBER.items() if re.fullmatch(pattern, answer))
        yield Remark(f"{name} of ", f" {told.format(answer if answer.startswith('<') else repr(answer))}")


def _remarked_deed(target: Target, kind: Kind, name: str, result: Result) -> Iterator[Remark]:
    """Yield what is remarked of a member that only raises what Python itself raises."""
    word = parse_word(name)
    if name in _AFTER_THE_END:
        word = parse_word(f"complete(5) {name}")
        (outcome,) = target.run_many(kind, [word])
        result = {} if isinstance(outcome, Trouble) else outcome[-1]
    if result.get("ok") == "<coroutine>":
        yield Remark(f"{name} of ", " is an async method, and callers do not await it: let it be a plain one")
    if result.get("raised") not in ("AttributeError", "TypeError"):
        return
    heard = heard_of(target, kind, word)
    told = heard.raised[-1].partition(": ")[2] if heard is not None and heard.raised else ""
    for mend in (mend for pattern, mend in _RAISED.items() if re.search(pattern, told)):
        yield Remark(f"{_member(name)} of ", f" raises {told}. {mend}")
