"""What the machines speak of: where an object stands, and what a step of it answers.

A *prediction* has the shape of a result on the wire; where only the run can know a value it holds a
:class:`Wild`, and ``cites`` names the rule or point that decides.
"""

from enum import Enum
from typing import Any, NamedTuple, NotRequired, TypedDict

from iasyncinfo_spec import tables
from iasyncinfo_spec.values import same
from iasyncinfo_spec.words import Step, Word


class Wild(Enum):
    """What stands for a value that the tables leave to the run."""

    ID = "any id but zero, the same in the whole run"
    ANY = "any value"
    EMPTY = "an empty value"
    FAILURE = "any failure"
    CAME = "whatever came"

    def __repr__(self) -> str:
        """Return the meaning, as messages print it."""
        return f"<{self.value}>"


class Again(NamedTuple):
    """Stands for what a second reader gets of a value that the first may have taken: the value, or an empty one."""

    value: Any

    def fits(self, actual: object) -> bool:
        """Return whether the second reader may get this."""
        return not actual or same(self.value, actual)


class Handler(NamedTuple):
    """A handler: its label, and the steps that it runs itself. Where handlers are real, the label is the callable."""

    label: Any
    program: Word = ()


class Configuration(NamedTuple):
    """Where the three machines stand, and the values that they hold.

    ``callback_fails`` is the code with which the worker's own cancel callback fails, 0 where it does not;
    :attr:`Wild.FAILURE` where nobody said whether it does, and with what.
    """

    life: str = tables.STARTED
    completed: str = tables.EMPTY
    handler: Handler | None = None
    progress: str = tables.EMPTY
    listener: Handler | None = None
    result: Any = None
    code: int = 0
    taken: bool = False
    notified: int = 0
    callback_fails: int | Wild = 0


class Event(TypedDict):
    """A handler's call, as predicted."""

    handler: str
    sender: bool
    status: NotRequired[int]
    value: NotRequired[Any]
    results: NotRequired[list["Prediction"]]


class Prediction(TypedDict):
    """What a step answers; ``cites`` decides the answer, ``calls`` decides whom it calls.

    Where ``throws`` is true, any failure may come out in place of the answer: that of whoever the step calls.

    ``cell`` is the state of the table's cell that was read: of the life cycle, or of the slot where it
    answers.
    """

    ok: NotRequired[Any]
    hr: NotRequired[Any]
    results: NotRequired[list["Prediction"]]
    events: NotRequired[list[Event]]
    step: Step
    cites: str
    calls: str
    cell: str
    throws: NotRequired[bool]


class NotDrivable(Exception):
    """Nobody can take this step in this configuration."""
