"""Logs: what a live program noticed of its operations, event by event, as lines of JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import unsigned
from iasyncinfo_spec.trace.formats import Json, Source
from iasyncinfo_spec.trace.matching import Ids, Result
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
    """A handler came back; ``failed`` is its code if it failed with one."""

    number: int
    of: int
    failed: int | None = None


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


def histories(source: Source, lines: Iterable[tuple[int, str, Json]], *, plain: bool = False) -> list[History]:
    """Return the histories of the objects of a log; a NotReadable where a line is no event.

    Strings that were read as results are labels, unless they are ``plain``.
    """
    found: dict[Label, History] = {}
    owner: dict[int, History] = {}
    for number, _, value in lines:
        try:
            _add(value, found, owner, plain=plain)
        except (KeyError, TypeError, ValueError) as error:
            raise source.fault(number, f"it is no event: {error!r}") from None
    return [history for history in found.values() if history.events]


def _add(value: Json, found: dict[Label, History], owner: dict[int, History], *, plain: bool) -> None:
    if "kind" in value:
        found[value["object"]] = History(value["object"], Kind(value["kind"]), plain)
        return
    number = int(value["n"])
    before = value.get("of", value.get("leave"))
    history = owner[before] if before is not None else found[value["object"]]
    owner[number] = history
    history.add(_event(number, value, history))


def _event(number: int, value: Json, history: History) -> Event:
    if "call" in value:
        (step,) = from_json([value["call"]])
        if step[0] not in _MEMBERS:
            raise ValueError(f"there is no step {step[0]!r}")
        return Called(number, step)
    if "of" in value:
        result: Result = {key: _scalar(value[key]) for key in ("ok", "hr", "raised") if key in value}
        if not result:
            raise ValueError("a return has ok, hr or raised")
        if "ok" in result:
            result["ok"] = _read(history.step_of[value["of"]][0], result["ok"], history)
        return Returned(number, value["of"], result)
    if "enter" in value:
        return Entered(number, value["enter"], value["status"] if "status" in value else value["value"])
    failed = value.get("hr")
    return Left(number, value["leave"], None if failed is None else unsigned(failed))


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
    """Return the history without what differs between objects that behave alike: their events' numbers."""
    places = {event.number: place for place, event in enumerate(history.events)}
    return (history.kind, *(_placed(event, places) for event in history.events))


def _placed(event: Event, places: dict[int, int]) -> str:
    match event:
        case Called(step=step):
            return repr(step)
        case Returned(of=of, result=result):
            return f"{places[of]} {result}"
        case Entered(handler=handler, told=told):
            return f"{handler!r} {told!r}"
        case Left(of=of, failed=failed):
            return f"left {places[of]} {failed}"


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
