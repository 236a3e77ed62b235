"""One object in a log: the events that are noticed of it, and what is still open."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final
from weakref import ReferenceType

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.recorder.labels import failure
from iasyncinfo_spec.recorder.log import Log


class Track:
    """The object ``number`` of a log."""

    def __init__(self, log: Log, kind: Kind, call: str = "") -> None:
        self.log: Final[Log] = log
        self.kind: Final[Kind] = kind
        self.number: Final[int] = log.begin(kind, call)
        self.recorded: ReferenceType[Any] | None = None
        """The object that the program uses; held weakly, for the program decides how long it lives."""
        self._values: list[tuple[object, str]] = []
        self._handlers = count(1)
        self._open: dict[str, int] = {}
        self._shared: set[str] = set()

    # -- calls --------------------------------------------------------------------------------------

    def asked(self, step: str, ask: Callable[[], Any], answer: Callable[[Any], str | None]) -> Any:
        """Call a member between two events, and return or raise what it does; ``answer`` makes JSON of a value.

        The call stays open where nothing can be said of its answer.
        """
        number = self.called(step)
        try:
            value = ask()
        except NotImplementedError:  # the object has no such member
            raise
        except BaseException as error:
            self.log.note(f'"of":{number},{failure(error)}')
            raise
        text = answer(value)
        if text is not None:
            self.log.note(f'"of":{number},"ok":{text}')
        return value

    def called(self, step: str) -> int:
        """Note that a call begins on this thread; ``step`` is the inside of a JSON array."""
        log = self.log
        return log.note(f'"thread":"{log.thread()}","object":{self.number},"call":[{step}]')

    def value(self, value: object) -> str:
        """Return a result or a report as JSON."""
        return self.log.labels.text(value, self._values)

    # -- handlers -----------------------------------------------------------------------------------

    def label(self, letter: str) -> str:
        """Return the label of another handler."""
        return f"{letter}{next(self._handlers)}"

    def entered(self, label: str, told: str) -> int:
        """Note that a handler begins to run on this thread; ``told`` is the inside of a JSON object."""
        log = self.log
        return log.note(f'"thread":"{log.thread()}","object":{self.number},"enter":"{label}",{told}')

    def left(self, entered: int, error: BaseException | None = None) -> None:
        """Note that a handler has come back, or how it failed."""
        self.log.note(f'"leave":{entered}' + (f",{failure(error)}" if error else ""))

    # -- what is known of waiting ---------------------------------------------------------------------

    def may_call(self, name: str, *arguments: str) -> int | None:
        """Note a call that somebody may make from now on, and return its number; None where one is open already.

        One is enough for all who may make it, since it stays open: else a program that polls would fill its log.
        """
        if name in self._open:
            self._shared.add(name)
            return None
        self._open[name] = number = self.called(", ".join((f'"{name}"', *arguments)))
        return number

    def was_answered(self, name: str, text: str) -> None:
        """Note how such a call ended, whoever made it; nothing where that was told already."""
        number = self._open.pop(name, None)
        if number is not None:
            self.log.note(f'"of":{number},{text}')

    def was_refused(self, name: str, number: int | None, text: str) -> None:
        """Note that the call ``number`` was refused; nothing where it may stand for somebody else's, too."""
        if number is not None and name not in self._shared:
            self.was_answered(name, text)


__all__ = ["Track"]
