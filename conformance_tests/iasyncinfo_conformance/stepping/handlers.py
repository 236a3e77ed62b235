"""The handlers that words put: one class for each nature, and what they raise.

A subject may show any of them to its reader, by name or by its repr, so they have names that tell what they are.
"""

import weakref
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final, Protocol

from iasyncinfo_conformance.stepping.readings import equal
from iasyncinfo_spec.hresults import signed
from iasyncinfo_spec.words import Step, Word, nature_of, program_of

_WHY: Final = "the handler was told to fail"


class Listens(Protocol):
    """What hears that a handler was called."""

    def called(self, told: str, label: str, program: Word, arguments: tuple[Any, ...]) -> None:
        """Record the call of a handler, run its program, and fail where the program says so."""


class HandlerFailure(OSError):
    """What a handler raises at ``raise(hresult)``: an OSError with that code, as PyWinRT's."""

    def __init__(self, hresult: int) -> None:
        super().__init__(0, _WHY)
        self.hresult: int = signed(hresult)
        self.winerror: int = signed(hresult)


def failing(with_what: int | str) -> BaseException:
    """Return what a handler raises that fails with a code, or with an exception of this name."""
    return HandlerFailure(with_what) if isinstance(with_what, int) else _RAISED[with_what]()


def _cancelled() -> BaseException:
    from asyncio import CancelledError  # slow to load

    return CancelledError()


_RAISED: Final[dict[str, Callable[[], BaseException]]] = {
    "ValueError": lambda: ValueError(_WHY),
    "Exception": Exception,
    "OSError": OSError,
    "StopIteration": StopIteration,
    "CancelledError": _cancelled,
    "BaseException": lambda: BaseException(_WHY),
}
"""By name; most have no text and no code, as what is raised by its class alone has none."""


class Handler:
    """The handler that a step puts: it tells of its call whatever the subject passes to it."""

    __slots__ = ("_run", "_step", "told")

    def __init__(self, run: Listens, told: str, step: Step) -> None:
        self._run = run
        self._step = step
        self.told: str = told

    @property
    def label(self) -> str:
        """The name by which words know it."""
        label: str = self._step[1]
        return label

    def __repr__(self) -> str:
        return f"<handler {self.label}>"  # what a subject says of it is the same in every run

    def __call__(self, *arguments: Any) -> None:
        """Take whatever the subject passes, so that wrong arguments are recorded rather than raised."""
        self._run.called(self.told, self.label, program_of(self._step), arguments)

    @property
    def handed_over(self) -> Callable[..., None]:
        """What the subject gets."""
        return self

    def is_what(self, value: object) -> bool:
        """Return whether a value is what the subject got."""
        return value is self


class OrdinaryHandler(Handler):
    """One that can be referred to weakly."""

    __slots__ = ("__weakref__",)


class MethodHandler(OrdinaryHandler):
    """One that is handed over as its bound method."""

    __slots__ = ()

    @property
    def handed_over(self) -> Callable[..., None]:
        return self.__call__

    def is_what(self, value: object) -> bool:
        return getattr(value, "__self__", None) is self


class FalsyHandler(OrdinaryHandler):
    """One that is false."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


class EmptyHandler(OrdinaryHandler):
    """One of the length 0."""

    __slots__ = ()

    def __len__(self) -> int:
        return 0


class UnhashableHandler(OrdinaryHandler):
    """One that has no hash."""

    __slots__ = ()
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


class EqualHandler(OrdinaryHandler):
    """One that equals every other of its class."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EqualHandler)

    def __hash__(self) -> int:
        return 1


class IncomparableHandler(OrdinaryHandler):
    """One that raises when it is compared."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise TypeError("this handler is compared with nothing")

    def __hash__(self) -> int:
        return 1


_CLASSES: Final[dict[str, type[Handler]]] = {
    "": OrdinaryHandler,
    "unheld": OrdinaryHandler,
    "method": MethodHandler,
    "falsy": FalsyHandler,
    "empty": EmptyHandler,
    "unhashable": UnhashableHandler,
    "equal": EqualHandler,
    "incomparable": IncomparableHandler,
    "bare": Handler,
}
_UNHELD: Final = frozenset({"unheld", "method"})
"""The natures that nobody but the operation holds."""


class Handlers:
    """The handlers that a run has put."""

    __slots__ = ("_held", "_watched")

    def __init__(self) -> None:
        self._held: list[Handler] = []
        self._watched: list[weakref.ref[Handler]] = []

    def made(self, run: Listens, told: str, step: Step) -> Callable[..., None]:
        """Return what a step puts, made anew."""
        nature = nature_of(step[1])
        handler = _CLASSES[nature](run, told, step)
        if nature in _UNHELD:
            self._watched.append(weakref.ref(handler))
        else:
            self._held.append(handler)
        return handler.handed_over

    def __iter__(self) -> Iterator[Handler]:
        yield from self._held
        for reference in self._watched:
            handler = reference()
            if handler is not None:
                yield handler

    def label_of(self, value: object) -> str | None:
        """Return the label of the handler that a value is, or else is equal to; None where it is none of them."""
        for handler in self:
            if handler.is_what(value):
                return handler.label
        return next((handler.label for handler in self if equal(value, handler.handed_over)), None)

    def last(self, told: str) -> str | None:
        """Return the label of the handler that was put last into a slot."""
        put = [handler.label for handler in self if handler.told == told]
        return put[-1] if put else None

    def watched(self, label: str | None = None) -> "list[weakref.ref[Handler]]":
        """Let go of the handlers with this label, or of all, and return what tells whether they are still there."""
        gone = [handler for handler in self._held if label in (None, handler.label)]
        self._held = [handler for handler in self._held if label not in (None, handler.label)]
        known = [reference for reference in self._watched if _is_labelled(reference(), label)]
        known += [weakref.ref(handler) for handler in gone if isinstance(handler, OrdinaryHandler)]
        return known

    def hold(self, handlers: list[Handler]) -> None:
        """Hold handlers again."""
        self._held += handlers


def _is_labelled(handler: Handler | None, label: str | None) -> bool:
    return handler is not None and label in (None, handler.label)
