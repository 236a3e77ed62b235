"""Wrong implementations that break what the complete suites presume, made from a right one, one change each.

The complete suites are about an object by itself that treats handlers and values alike and does nothing by itself. So
there are mutants of two objects (each field of one is that of all; each deed at one is done at the other), of
treatment (each nature of handler is taken for null or refused; each failure of a handler spoils something), of
values (each sort comes as another), and of time (each deed, a moment after each call that it can follow).

Left out is what no word could show: what is done to a field that nobody reads in that state, copies of objects (a
subject that hands out copies is compared by value), and whole floats that come as integers in reports, which
languages without integers do.
"""

import threading
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_conformance.counterexamples.plain import Handler, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

KIND: Final = Kind.OPERATION_WITH_PROGRESS
"""The kind that has every member."""
LATER: Final = 0.003
"""Seconds after a call in which mutants of time do something."""

TWO_OBJECTS: Final = "mutants of two objects"
TREATMENT: Final = "mutants of how handlers are treated"
VALUES: Final = "mutants of values"
TIME: Final = "mutants of what comes later"
PREMISE_LINES: Final = (TWO_OBJECTS, TREATMENT, VALUES, TIME)

Members: TypeAlias = dict[str, Any]


class PremiseMutant(NamedTuple):
    """A wrong implementation of one kind: the line of the table that counts it, what is changed, and its class."""

    line: str
    name: str
    implementation: type[Reporting]

    def start(self, kind: Kind) -> Subject:
        """Start an operation of it."""
        if kind is not KIND:
            raise NotImplementedError
        return subject(self.implementation, kind)


def premise_mutants() -> Iterator[PremiseMutant]:
    """Yield them all."""
    yield from _of_two_objects()
    yield from _of_treatment()
    yield from _of_values()
    yield from _of_time()


def _mutant(line: str, name: str, members: Members) -> PremiseMutant:
    return PremiseMutant(line, name, type("Mutant", (Reporting,), members))


# -- two objects ----------------------------------------------------------------------------------

_DEEDS: Final = ("cancel", "close", "_complete", "_fail", "_acknowledge_cancel", "_report_progress", "_put_completed")


def _of_two_objects() -> Iterator[PremiseMutant]:
    for field in (field for field in vars(Reporting(KIND)) if field != "_kind"):
        yield _mutant(TWO_OBJECTS, f"all have one {field.lstrip('_')}", {field: _shared()})
    for deed in _DEEDS:
        yield _mutant(TWO_OBJECTS, f"{deed.lstrip('_')} is done at another, too", _done_at_another(deed))


def _shared() -> property:
    """Return an attribute that all objects have in common; the newest has set it last."""
    cell: list[Any] = [None]
    return property(lambda _self: cell[0], lambda _self, value: cell.__setitem__(0, value))


def _done_at_another(deed: str) -> Members:
    """Return the members of a class whose two newest objects share a deed."""
    newest: list[Reporting] = []
    done = getattr(Reporting, deed)

    def begin(self: Reporting, kind: Kind) -> None:
        Reporting.__init__(self, kind)
        newest[:] = [*newest[-1:], self]

    def do(self: Reporting, *arguments: Any) -> None:
        done(self, *arguments)
        for other in newest:
            if other is not self:
                with suppress(OSError):
                    done(other, *arguments)

    return {"__init__": begin, deed: do}


# -- treatment ------------------------------------------------------------------------------------


def _raises(ask: Callable[[Any], object]) -> Callable[[Any], bool]:
    def raises(handler: Any) -> bool:
        try:
            ask(handler)
        except Exception:
            return True
        return False

    return raises


_NATURES: Final[dict[str, Callable[[Any], bool]]] = {
    "is false": lambda handler: _raises(bool)(handler) or not handler,
    "is empty": lambda handler: hasattr(handler, "__len__"),
    "has no hash": _raises(hash),
    "is equal to another": lambda handler: "__eq__" in vars(type(handler)),
    "takes no attributes": _raises(lambda handler: setattr(handler, "seen", True)),
    "is a method": lambda handler: hasattr(handler, "__self__"),
}
_SLOTS: Final = ("completed", "progress")
_FAILURES: Final[dict[str, type[BaseException]]] = {
    "ValueError": ValueError,
    "OSError": OSError,
    "StopIteration": StopIteration,
    "CancelledError": CancelledError,
}


def _of_treatment() -> Iterator[PremiseMutant]:
    for slot in _SLOTS:
        for nature, holds in _NATURES.items():
            yield _mutant(TREATMENT, f"a {slot} handler that {nature} is taken for null", _ignores(slot, holds))
            yield _mutant(TREATMENT, f"a {slot} handler that {nature} is refused", _refuses(slot, holds))
    for failure, error in _FAILURES.items():
        for spoilt, spoil in _SPOILS.items():
            yield _mutant(TREATMENT, f"a handler's {failure} {spoilt}", _spoilt_by(error, spoil))


def _ignores(slot: str, holds: Callable[[Handler], bool]) -> Members:
    put = getattr(Reporting, f"_put_{slot}")

    def ignore(self: Reporting, handler: Handler | None) -> None:
        put(self, None if handler is not None and holds(handler) else handler)

    return {f"_put_{slot}": ignore}


def _refuses(slot: str, holds: Callable[[Handler], bool]) -> Members:
    put = getattr(Reporting, f"_put_{slot}")

    def refuse(self: Reporting, handler: Handler | None) -> None:
        if handler is not None and holds(handler):
            raise TypeError("no such handler")
        put(self, handler)

    return {f"_put_{slot}": refuse}


def _set(**fields: Any) -> Callable[[Reporting], None]:
    def spoil(self: Reporting) -> None:
        for field, value in fields.items():
            setattr(self, field, value)

    return spoil


_SPOILS: Final[dict[str, Callable[[Reporting], None]]] = {
    "becomes the operation's": _set(_status=AsyncStatus.ERROR),
    "cancels the operation": _set(_status=AsyncStatus.CANCELED),
    "takes the result away": _set(_result=None),
    "frees the slot": _set(_assigned=False),
}


def _spoilt_by(error: type[BaseException], spoil: Callable[[Reporting], None]) -> Members:
    def call(self: Reporting, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except BaseException as raised:
            if type(raised) is error:
                spoil(self)

    return {"_call": call}


# -- values ---------------------------------------------------------------------------------------


def _where(sort: type[Any], change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: change(value) if type(value) is sort else value


_CHANGES: Final[dict[str, Callable[[Any], Any]]] = {
    "what is false is null": lambda value: value or None,
    "null is false": lambda value: False if value is None else value,
    "a truth is a number": _where(bool, int),
    "a whole number is a float": _where(int, float),
    "a whole float is a number": _where(float, lambda value: int(value) if value.is_integer() else value),
    "numbers have 64 bits": _where(int, lambda value: (value + 2**63) % 2**64 - 2**63),
    "numbers have 53 bits": _where(int, lambda value: int(float(value)) if abs(value) < 2**1000 else value),
    "floats have 32 bits": _where(float, lambda value: round(value, 6) if abs(value) < 1e30 else float("inf")),
    "texts have 255 characters": _where(str, lambda value: value[:255]),
    "a text of digits is a number": _where(str, lambda value: int(value) if value.isdigit() else value),
    "a list is a tuple": _where(list, tuple),
    "a list is its one member": _where(list, lambda value: value[0] if len(value) == 1 else value),
    "lists are copied one deep, without what is false": _where(list, lambda value: [each for each in value if each]),
}
_ALIKE_IN_REPORTS: Final = ("a whole float is a number",)


def _of_values() -> Iterator[PremiseMutant]:
    results, report = Reporting.get_results, Reporting._report
    for name, change in _CHANGES.items():
        yield _mutant(VALUES, f"in results {name}", {"get_results": lambda self, change=change: change(results(self))})
        changed = {"_report": lambda self, value, change=change: report(self, change(value))}
        if name not in _ALIKE_IN_REPORTS:
            yield _mutant(VALUES, f"in reports {name}", changed)


# -- time -----------------------------------------------------------------------------------------


def _tell(self: Any, status: AsyncStatus | None = None) -> None:
    handler = self.__dict__.get("_ever_put")
    if handler is not None:
        handler(self, self._status if status is None else status)


def _report_again(self: Any) -> None:
    listener = self.__dict__.get("_ever_listened")
    if listener is not None:
        listener(self, 1)


_PUT: Final = ("_put_completed",)
_ENDS: Final = ("_complete", "_fail", "_acknowledge_cancel")

_LATER_DEEDS: Final[dict[str, tuple[Callable[[Any], None], tuple[str, ...]]]] = {
    "the handler is called": (_tell, (*_PUT, *_ENDS, "cancel", "close")),
    "the handler is told Started": (lambda self: _tell(self, AsyncStatus.STARTED), (*_PUT, *_ENDS, "cancel", "close")),
    "a report comes": (_report_again, (*_PUT, *_ENDS, "cancel", "close")),
    "Status reads Error": (_set(_status=AsyncStatus.ERROR), (*_PUT, "_complete", "_acknowledge_cancel", "cancel")),
    "the result is gone": (_set(_result=None), (*_PUT, "_complete")),
    "the error code is gone": (_set(_code=0), (*_PUT, "_fail")),
    "the slot is free": (_set(_assigned=False), (*_PUT, *_ENDS, "cancel")),
}
"""What is done later, and after which calls."""


def _of_time() -> Iterator[PremiseMutant]:
    for name, (deed, moments) in _LATER_DEEDS.items():
        for moment in moments:
            yield _mutant(TIME, f"after {moment.lstrip('_')} {name}", _after(moment, deed))


def _after(moment: str, deed: Callable[[Any], None]) -> Members:
    """Return the members of a class that remembers its handlers and does something a moment after a call."""

    def remembering(slot: str, field: str) -> Callable[[Any, Handler | None], None]:
        put = getattr(Reporting, slot)

        def remember(self: Any, handler: Handler | None) -> None:
            setattr(self, field, handler)
            put(self, handler)

        return remember

    members: Members = {
        "_put_completed": remembering("_put_completed", "_ever_put"),
        "_put_progress": remembering("_put_progress", "_ever_listened"),
    }
    call = members.get(moment, getattr(Reporting, moment))

    def act(self: Any, *arguments: Any) -> None:
        call(self, *arguments)
        timer = threading.Timer(LATER, _quietly, (deed, self))
        timer.daemon = True
        timer.start()

    return {**members, moment: act}


def _quietly(deed: Callable[[Any], None], operation: Any) -> None:
    with suppress(Exception):  # a handler's, which is nobody's here
        deed(operation)
