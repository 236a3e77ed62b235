"""Logs: what a live program noticed of its operations, event by event, as lines of JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import unsigned
from iasyncinfo_spec.predictions import Wild
from iasyncinfo_spec.trace.formats import Json, Source
from iasyncinfo_spec.trace.matching import Ids, Result
from iasyncinfo_spec.trace.shapes import Misshapen, check_answer, check_word
from iasyncinfo_spec.words import STEPS, Step, format_word, from_json

Label: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that a log has by its label: whether it is a string or a number, it does not say."""

    label: str

    def __repr__(self) -> str:
        return repr(self.label)


class Called(NamedTuple):
    """A call began."""

    number: int
    step: Step


class Returned(NamedTuple):
    """A call came back."""

    number: int
    of: int
    result: Result


class Entered(NamedTuple):
    """A handler began to run."""

    number: int
    handler: Label
    told: Any


class Left(NamedTuple):
    """A handler came back; ``failed`` is its code, or a failure without one."""

    number: int
    of: int
    failed: int | Wild | None = None


Event: TypeAlias = Called | Returned | Entered | Left


@dataclass
class History:
    """The events of one object, in the order in which they were noticed; ``plain`` if its strings are no labels.

    ``step_of`` holds the steps of its calls by number.
    """

    object: Label
    kind: Kind
    plain: bool = False
    events: list[Event] = field(default_factory=list)
    ids: Ids = field(default_factory=Ids)
    step_of: dict[int, Step] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Add the event that was noticed next."""
        self.events.append(event)
        if isinstance(event, Called):
            self.step_of[event.number] = event.step

    def wording(self, event: Event) -> str:
        """Return an event as text."""
        match event:
            case Called(step=step):
                return f"call of {format_word([step])}"
            case Returned(of=of):
                return f"return of {format_word([self.step_of[of]])}"
            case Entered(handler=handler):
                return f"{handler} begins to run"
            case Left():
                return "a handler comes back"


_MEMBERS: Final = frozenset(STEPS)
_ANSWERED: Final = ("ok", "hr", "raised")


def histories(source: Source, lines: Iterable[tuple[int, str, Json]], *, plain: bool = False) -> list[History]:
    """Return the histories of the objects of a log; a NotReadable where a line is no event.

    Strings that were read as results are labels, unless they are ``plain``.
    """
    reader = _Reader(plain=plain)
    for number, _, value in lines:
        try:
            reader.add(value)
        except Misshapen as error:
            raise source.fault(number, f"it is no event: {error}") from None
    return [history for history in reader.found.values() if history.events]


class _Reader:
    """What has been read of a log: its objects, and whose the calls and handlers are that have not come back."""

    def __init__(self, *, plain: bool) -> None:
        self.found: dict[Label, History] = {}
        self._plain = plain
        self._numbers: set[int] = set()
        self._open: dict[tuple[str, int], History] = {}

    def add(self, value: Json) -> None:
        """Read another line; raises Misshapen, or whatever a value does that cannot be looked up."""
        if "kind" in value:
            self._begin(value)
            return
        number, past = value.get("n"), next((key for key in ("of", "leave") if key in value), None)
        if type(number) is not int or number in self._numbers:
            raise Misshapen(f"n is a number of its own, not {number!r}")
        self._numbers.add(number)
        if past is not None:
            history = self._open.pop((past, value[past]), None) if type(value[past]) is int else None
            if history is None:
                raise Misshapen(f"{past} names none that has not come back: {value[past]!r}")
        else:
            history = self._of(value)
            self._open["of" if "call" in value else "leave", number] = history
        history.add(_event(number, value, history))

    def _begin(self, value: Json) -> None:
        label, kind = value.get("object"), value["kind"]
        if type(label) not in (int, str) or label in self.found:
            raise Misshapen(f"an object has a number or a name of its own, not {label!r}")
        if kind not in tuple(Kind):
            raise Misshapen(f"there is no kind {kind!r}")
        self.found[label] = History(label, Kind(kind), self._plain)

    def _of(self, value: Json) -> History:
        label = value.get("object")
        if type(label) not in (int, str) or label not in self.found:
            raise Misshapen(f"there is no object {label!r}")
        return self.found[label]


def _event(number: int, value: Json, history: History) -> Event:
    if "call" in value:
        check_word([value["call"]])
        (step,) = from_json([value["call"]])
        if step[0] not in _MEMBERS:
            raise Misshapen(f"nobody outside can call {step[0]!r}")
        return Called(number, step)
    if "of" in value:
        check_answer(value)
        result: Result = {key: _scalar(value[key]) for key in _ANSWERED if key in value}
        if "ok" in result:
            result["ok"] = _read(history.step_of[value["of"]][0], result["ok"], history)
        return Returned(number, value["of"], result)
    if "enter" in value:
        if type(value["enter"]) is not str or not ("status" in value or "value" in value):
            raise Misshapen("a handler that begins has a label, and is told a status or a value")
        return Entered(number, value["enter"], _scalar(value["status"] if "status" in value else value["value"]))
    return _left(number, value)


def _left(number: int, value: Json) -> Left:
    failed = value.get("hr")
    if "leave" not in value or (failed is not None and type(failed) is not int):
        raise Misshapen("an event has call, of, enter or leave, and one that leaves may have hr, a number")
    without_code = Wild.FAILURE if "raised" in value else None
    return Left(number, value["leave"], without_code if failed is None else unsigned(failed))


def _read(member: str, value: object, history: History) -> object:
    """Return what a member answered as the search compares it; an empty label is an empty value's."""
    if member == "id":
        return history.ids.one(value)
    labeled = member == "get_results" and isinstance(value, str) and value and not history.plain
    return Opaque(str(value)) if labeled else value


def _scalar(value: object) -> object:
    """Return a value as one that can be kept in a state: what is no scalar is its own text."""
    return (json.dumps(value, sort_keys=True) if value else "") if isinstance(value, list | dict) else value


def numbered_from_one(history: History) -> tuple[object, ...]:
    """Return the history without what differs between objects that behave alike: numbers of events, texts of values."""
    places = {event.number: place for place, event in enumerate(history.events)}
    texts: dict[str, str] = {}
    return (history.kind, *(_placed(event, places, texts) for event in history.events))


def _placed(event: Event, places: dict[int, int], texts: dict[str, str]) -> str:
    match event:
        case Called(step=step):
            return repr(step)
        case Returned(of=of, result=result):
            return f"{places[of]} {[(key, _anonymous(value, texts)) for key, value in result.items()]}"
        case Entered(handler=handler, told=told):
            return f"{handler!r} {_anonymous(told, texts)!r}"
        case Left(of=of, failed=failed):
            return f"left {places[of]} {failed}"


def _anonymous(value: object, texts: dict[str, str]) -> object:
    """Return what a label, or a text that is not empty, is called in the order in which they were met."""
    if not isinstance(value, Opaque | str) or not value:
        return value
    text = f"{type(value).__name__} {value!r}"
    return texts.setdefault(text, f"{type(value).__name__} {len(texts)}")


def values_of(history: History) -> Iterator[Any]:
    """Yield the results that were read, each once."""
    read = {
        repr(event.result["ok"]): event.result["ok"]
        for event in history.events
        if isinstance(event, Returned) and "ok" in event.result and history.step_of[event.of] == ("get_results",)
    }
    yield from read.values()


def codes_of(history: History) -> set[int]:
    """Return the codes that may have been the worker's: those that ErrorCode read and GetResults failed with."""
    found = set()
    for event in history.events:
        if isinstance(event, Returned) and history.step_of[event.of][0] in ("error_code", "get_results"):
            code = event.result.get(
                "hr", event.result.get("ok") if history.step_of[event.of] == ("error_code",) else None
            )
            if isinstance(code, int) and unsigned(code) >= 2**31:
                found.add(unsigned(code))
    return found
