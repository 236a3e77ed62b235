"""An operation that is recorded: it does what the one behind it does, and tells a log of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, Final, TypeVar, cast
from weakref import ref

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.recorder import waits
from iasyncinfo_spec.recorder.handlers import Listening
from iasyncinfo_spec.recorder.labels import alike, number
from iasyncinfo_spec.recorder.log import File, Log, log_of
from iasyncinfo_spec.recorder.track import Track

T = TypeVar("T")

KINDS: Final = {f"{letter}{kind.interface[1:]}": kind for kind in Kind for letter in ("", "I")}
"""The kind that the name of a class says, with the letter of the interface or without."""
SLOTS: Final = ("completed", "progress")
MEMBERS: Final = ("id", "status", "error_code", "cancel", "close", *SLOTS, "get_results", "get", "wait")
_NEEDED: Final = ("status", "cancel", "completed", "get_results")


def recording(operation: T, file: File, *, kind: Kind | None = None, values: bool = False) -> T:
    """Return an object that behaves as an operation does and writes what is noticed of it into a log.

    ``operation`` is any object with PyWinRT's spelling, best one that nobody has used yet. ``file`` is a path, a
    stream with ``write``, or a :class:`Log`; operations that name the same are recorded in one log. ``kind`` is
    read off the names of the object's classes, or of its attribute ``kind``, unless it is given. Values are
    written as labels, equal ones alike, unless the log's first operation asks for ``values``.

    Every member may be called from any thread, and answers as the operation itself does. A handler gets the
    recorded object as its sender. Other attributes are the operation's, and so is the class that ``isinstance``
    sees; the operation itself is the attribute ``__wrapped__``. Raises OSError where the file cannot be opened.
    """
    return cast(T, record(operation, log_of(file, values=values), kind))


def record(operation: Any, log: Log, kind: Kind | None = None, call: str = "") -> Any:
    """Return the operation, recorded; one that is recorded already as it is."""
    if type(operation) is Recorded:
        return operation
    return Recorded(operation, Track(log, kind or kind_of(operation), call))


def is_operation(value: object) -> bool:
    """Return whether a value has the members of an operation, without asking for any."""
    own = getattr(value, "__dict__", ())
    return all(hasattr(type(value), name) or name in own for name in _NEEDED)


def kind_of(operation: Any) -> Kind:
    """Return the kind of an object, as far as it shows: an operation where nothing says that it is an action."""
    with suppress(Exception):  # whatever a foreign attribute raises
        return Kind(operation.kind)
    for base in type(operation).__mro__:
        if base.__name__ in KINDS:
            return KINDS[base.__name__]
    return Kind.OPERATION_WITH_PROGRESS if hasattr(type(operation), "progress") else Kind.OPERATION


class Recorded:
    """An operation behind which another one is; it has slots alone, for every other attribute is the other's."""

    __slots__ = ("__weakref__", "__wrapped__", "_track")

    __wrapped__: Any
    _track: Track

    def __init__(self, operation: Any, track: Track) -> None:
        object.__setattr__(self, "__wrapped__", operation)
        object.__setattr__(self, "_track", track)
        track.recorded = ref(self)

    # -- what is asked ------------------------------------------------------------------------------

    @property
    def id(self) -> Any:
        return self._track.asked('"id"', lambda: self.__wrapped__.id, number)

    @property
    def status(self) -> Any:
        return self._track.asked('"status"', lambda: self.__wrapped__.status, number)

    @property
    def error_code(self) -> Any:
        return self._track.asked('"error_code"', lambda: self.__wrapped__.error_code, number)

    def cancel(self) -> Any:
        return self._track.asked('"cancel"', self.__wrapped__.cancel, _nothing)

    def close(self) -> Any:
        return self._track.asked('"close"', self.__wrapped__.close, _nothing)

    def get_results(self) -> Any:
        return self._track.asked('"get_results"', self.__wrapped__.get_results, self._track.value)

    # -- handlers -----------------------------------------------------------------------------------

    @property
    def completed(self) -> Any:
        return self._held("completed")

    @completed.setter
    def completed(self, handler: Any) -> None:
        self._hold("completed", handler)

    @property
    def progress(self) -> Any:
        return self._held("progress") if self._track.kind.has_progress else self.__wrapped__.progress

    @progress.setter
    def progress(self, handler: Any) -> None:
        if self._track.kind.has_progress:
            self._hold("progress", handler)
        else:
            self.__wrapped__.progress = handler

    def _held(self, slot: str) -> Any:
        handler = self._track.asked(f'"get_{slot}"', lambda: getattr(self.__wrapped__, slot), _label)
        return handler.handler if isinstance(handler, Listening) else handler

    def _hold(self, slot: str, handler: Any) -> None:
        if handler is not None and not callable(handler):  # no handler: the operation has to say so
            setattr(self.__wrapped__, slot, handler)
            return
        listening = None if handler is None else Listening(self._track, slot, handler, _sender)
        step = f'"put_{slot}",{_label(listening)}'
        self._track.asked(step, lambda: setattr(self.__wrapped__, slot, listening), _nothing)

    # -- waiting ------------------------------------------------------------------------------------

    def get(self) -> Any:
        return waits.waited(self._track, self.__wrapped__.get)

    def wait(self, *seconds: Any) -> Any:
        wait: Callable[..., Any] = self.__wrapped__.wait
        return waits.waited_for(self._track, lambda: wait(*seconds))

    def __await__(self) -> Generator[Any, Any, Any]:
        if not hasattr(type(self.__wrapped__), "__await__"):
            raise TypeError(f"object {type(self.__wrapped__).__name__} can't be used in 'await' expression")
        return waits.awaited(self._track, self.__wrapped__.__await__)

    # -- everything else is the operation's ---------------------------------------------------------

    @property
    def __class__(self) -> type:
        return type(self.__wrapped__)

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise TypeError("the class of a recorded operation is the operation's")

    def __getattr__(self, name: str) -> Any:
        if name in MEMBERS:  # a member has raised an AttributeError, and is not asked twice
            raise AttributeError(f"{type(self.__wrapped__).__name__!r} object has no attribute {name!r}")
        return getattr(self.__wrapped__, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in SLOTS:
            object.__setattr__(self, name, value)
        else:
            setattr(self.__wrapped__, name, value)

    def __reduce_ex__(self, protocol: Any) -> Any:  # whether it can be copied is for the operation to say
        return self.__wrapped__.__reduce_ex__(protocol)

    def __dir__(self) -> list[str]:
        return dir(self.__wrapped__)

    def __repr__(self) -> str:
        return f"<recorded {self.__wrapped__!r}>"

    def __eq__(self, other: object) -> bool:
        return bool(self.__wrapped__ == (other.__wrapped__ if type(other) is Recorded else other))

    def __hash__(self) -> int:
        return hash(self.__wrapped__)


def _sender(track: Track, sender: Any) -> Any:
    """Return the recorded object that stands for a handler's sender; what is no operation stays what it is."""
    recorded = track.recorded() if track.recorded else None
    if recorded is not None and alike(recorded.__wrapped__, sender):
        return recorded
    return Recorded(sender, track) if is_operation(sender) and type(sender) is not Recorded else sender


def _nothing(_: object) -> str:
    """What a setter, Cancel or Close returns means nothing."""
    return "null"


def _label(handler: object) -> str | None:
    """Return a handler as JSON, or None where it is one that this recorder did not set."""
    if handler is None:
        return "null"
    return f'"{handler.label}"' if isinstance(handler, Listening) else None
