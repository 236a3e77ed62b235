"""The life cycle as three literal tables: this file is the specification.

Theory of operation
-------------------
An operation is three small machines side by side.

*The life cycle* says how far the work has come. ``started`` is where every caller meets it;
``created`` lies before that and is seen only where a factory hands objects out too early.
``cancel_pending`` is the one state that callers mistake: Status reads Canceled already, but the
worker still runs. The worker's end leads to ``completed``, ``canceled`` or ``error``; Close leads to
``closed``, or to ``closed_running`` where a family lets a pending cancel be closed while the worker
still runs.

*The Completed slot* takes one handler in its life: ``empty``, ``held``, ``running`` while the handler
is being called, ``called`` for ever after. ``null`` is a slot used up by setting null.

*The Progress slot* is ``empty`` or ``held``, and may change for ever.

How to read a row
-----------------
Each row is a transition dictionary of the ``transitions`` library (``trigger``, ``source``, ``dest``;
``dest`` None stays) with what this specification adds beside it:

``outcome``
    what the call answers: ``Returns``, ``Refuses``, ``OK``, ``IGNORED`` (OK, and nothing changes),
    ``SLOT`` (the slot's own table answers) or ``NOT_DRIVABLE`` (nobody can make this happen here).
``rule`` or ``point``
    the one rule, or the one variation point, that decides the cell. Where a point decides, there is a
    row for each ``answer``. A row with ``breach`` replaces the rows of its cell in a family that breaks its rule.
``ahead``
    the row's point is asked before the cell's own: with this ``answer`` the row stands in place of the cell,
    with any other the cell stands. So it is with members that are not implemented, whatever the state is.
``tells``
    a handler that waits is called, and told this. It couples the machines; see below.
``kinds``
    the kinds for which the row holds; all four where nothing is said.

The tables are total: every state has a cell for every trigger, for every kind and row of answers.

How the machines are coupled
----------------------------
A step goes to the life cycle first. Where that answers ``SLOT``, the slot's cell answers. Then:

* A life-cycle row that tells a *status* performs ``call`` on the Completed slot: only a held handler is
  called, so the slot's own states make the call happen at most once (FIRE-ONCE). It is given the
  operation and the status of that row, which is the one published by that very step (FIRE-ARGS,
  FIRE-ORDER): first the life cycle moves, then the handler runs, with the slot ``running``, and what it
  calls meets the new state. The call is over, and the slot ``called``, before the step answers, or soon
  afterwards where callbacks run elsewhere (CTX).
* The same rows perform ``end`` on the Progress slot, or ``late`` where a put of Completed made them
  tell; a put of null counts too, because WRL runs its FireCompletion then (GETP). Where a handler is called,
  GETP-IN decides whether that is before the call or after it. A put that the slot refuses or ignores tells nobody.
* Where threads race, the operation may be closed when the handler is called: it may be told 4 then (Z-FIRE).
* A life-cycle row that tells ``VALUE`` performs ``report`` on the Progress slot, which calls the handler
  held at that moment with the operation and the value (PROG-ONCE).
* A Close that leads to a closed state performs ``close`` on the Progress slot (Z-PROG). One that asks the work to
  stop (CLOSE_S) takes the cell of Cancel instead, an atom later.
* A step that leads to ``cancel_pending`` tells the worker (CANCEL-EFFECT); the callback that hears it may fail (CEXC).

What is not tabular
-------------------
* The values: the id, the worker's result and error code, the handlers themselves. ``Held`` names them.
* A second GetResults of a completed operation: REPEAT.
* A handler that fails: HEXC, PEXC, THROW, DISCONNECT; where it runs elsewhere (CTX), its failure reaches no caller.
* Where the work ends inside Cancel (CANCEL-SYNC), the worker's acknowledgement is part of that call.
* Whether and how often the worker hears of a cancel: CANCEL-EFFECT, CANCEL-ONCE.
* A worker that fails with ERROR_CANCELLED: FAIL-CANCELED.

The differences of the four kinds are few: actions return nothing; only the WithProgress kinds have the
third machine; and GetResults before the end is EARLY-RESULT without progress, PARTIAL with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NotRequired, TypeAlias, TypedDict

from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    E_ASYNC_OPERATION_NOT_STARTED,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    E_NOTIMPL,
    E_POINTER,
    E_UNEXPECTED,
    ERROR_CANCELLED,
    RO_E_CLOSED,
    S_OK,
    hresult_name,
)
from iasyncinfo_spec.rules import WITH_PROGRESS, WITHOUT_PROGRESS


class Held(StrEnum):
    """A value that only the run knows; the tables say where it is returned or told."""

    ID = "id"
    RESULT = "result"
    PARTIAL = "partial result"
    CODE = "error code"
    HANDLER = "handler"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Returns:
    """The call succeeds with this value."""

    value: int | Held | None

    def __str__(self) -> str:
        """Return the value as the tables print it."""
        match self.value:
            case None:
                return "null"
            case AsyncStatus() as status:
                return status.name.capitalize()
            case Held() as held:
                return held.value
            case code:
                return hresult_name(code)


@dataclass(frozen=True, slots=True)
class Refuses:
    """The call fails with this code and changes nothing else; None stands for any failure."""

    hresult: int | Held | None

    def __str__(self) -> str:
        """Return the code and its name."""
        match self.hresult:
            case None:
                return "refused"
            case Held() as held:
                return f"refused {held.value}"
            case code:
                return f"refused {hresult_name(code)}"


class Quiet(StrEnum):
    """The outcomes that carry no value."""

    OK = "ok"
    IGNORED = "ignored"
    SLOT = "the slot answers"
    NOT_DRIVABLE = "not drivable"


CellOutcome: TypeAlias = Returns | Refuses | Quiet
OK, IGNORED, SLOT, NOT_DRIVABLE = Quiet.OK, Quiet.IGNORED, Quiet.SLOT, Quiet.NOT_DRIVABLE
VALUE: Final = Held.VALUE


class Row(TypedDict):
    """One row of a table: a transition dictionary and what the specification adds to it."""

    trigger: str
    source: str | Sequence[str]
    dest: str | None
    outcome: CellOutcome
    rule: NotRequired[str]
    point: NotRequired[str]
    answer: NotRequired[str]
    breach: NotRequired[bool]
    ahead: NotRequired[bool]
    tells: NotRequired[int | Held]
    kinds: NotRequired[tuple[Kind, ...]]


# -- states -----------------------------------------------------------------------------------

CREATED: Final = "created"
STARTED: Final = "started"
CANCEL_PENDING: Final = "cancel_pending"
COMPLETED: Final = "completed"
CANCELED: Final = "canceled"
ERROR: Final = "error"
CLOSED: Final = "closed"
CLOSED_RUNNING: Final = "closed_running"

LIFECYCLE_STATES: Final = (
    CREATED,
    STARTED,
    CANCEL_PENDING,
    COMPLETED,
    CANCELED,
    ERROR,
    CLOSED,
    CLOSED_RUNNING,
)
RUNNING_STATES: Final = (STARTED, CANCEL_PENDING, CLOSED_RUNNING)
"""The states in which the worker has not ended, so that its levers can be moved."""

_RUNNING = [STARTED, CANCEL_PENDING]
_ENDED = [COMPLETED, CANCELED, ERROR]
_OPEN = [*_RUNNING, *_ENDED]
_SHUT = [CLOSED, CLOSED_RUNNING]
_EVERYWHERE = [CREATED, *_OPEN, *_SHUT]
_NOT_STARTED = Refuses(E_ASYNC_OPERATION_NOT_STARTED)
_ILLEGAL_CALL = Refuses(E_ILLEGAL_METHOD_CALL)
_ILLEGAL_CHANGE = Refuses(E_ILLEGAL_STATE_CHANGE)
_IS_CLOSED = Refuses(RO_E_CLOSED)
_IS_CANCELED = Refuses(ERROR_CANCELLED)
_SECOND = Refuses(E_ILLEGAL_DELEGATE_ASSIGNMENT)
_NOT_IMPLEMENTED = Refuses(E_NOTIMPL)

# -- the life cycle ---------------------------------------------------------------------------

# fmt: off
LIFECYCLE: Final[list[Row]] = [
    # start: the factory's own step, over before anybody holds the object.
    {"trigger": "start", "source": CREATED, "dest": STARTED, "outcome": OK, "rule": "HOT"},
    {"trigger": "start", "source": [*_OPEN, *_SHUT], "dest": None, "outcome": NOT_DRIVABLE, "rule": "HOT"},

    # id
    {"trigger": "id", "source": _EVERYWHERE, "dest": None, "outcome": _NOT_IMPLEMENTED, "point": "ID", "answer": "E_NOTIMPL", "ahead": True},
    {"trigger": "id", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "id", "source": CREATED, "dest": None, "outcome": _NOT_STARTED, "point": "CREATED", "answer": "refuses"},
    {"trigger": "id", "source": _OPEN, "dest": None, "outcome": Returns(Held.ID), "rule": "ID-STABLE"},
    {"trigger": "id", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "id", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "id", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # status
    {"trigger": "status", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "status", "source": CREATED, "dest": None, "outcome": _NOT_STARTED, "point": "CREATED", "answer": "refuses"},
    {"trigger": "status", "source": STARTED, "dest": None, "outcome": Returns(AsyncStatus.STARTED), "rule": "STATUS"},
    {"trigger": "status", "source": CANCEL_PENDING, "dest": None, "outcome": Returns(AsyncStatus.CANCELED), "rule": "CANCEL-VISIBLE"},
    {"trigger": "status", "source": COMPLETED, "dest": None, "outcome": Returns(AsyncStatus.COMPLETED), "rule": "STATUS"},
    {"trigger": "status", "source": CANCELED, "dest": None, "outcome": Returns(AsyncStatus.CANCELED), "rule": "STATUS"},
    {"trigger": "status", "source": ERROR, "dest": None, "outcome": Returns(AsyncStatus.ERROR), "rule": "STATUS"},
    {"trigger": "status", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "status", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "status", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # error_code
    {"trigger": "error_code", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "error_code", "source": CREATED, "dest": None, "outcome": _NOT_STARTED, "point": "CREATED", "answer": "refuses"},
    {"trigger": "error_code", "source": [STARTED, COMPLETED], "dest": None, "outcome": Returns(S_OK), "rule": "ERR-ZERO"},
    {"trigger": "error_code", "source": [CANCEL_PENDING, CANCELED], "dest": None, "outcome": Returns(S_OK), "point": "XERR", "answer": "ok"},
    {"trigger": "error_code", "source": [CANCEL_PENDING, CANCELED], "dest": None, "outcome": Returns(ERROR_CANCELLED), "point": "XERR", "answer": "CAN"},
    {"trigger": "error_code", "source": ERROR, "dest": None, "outcome": Returns(Held.CODE), "rule": "ERR"},
    {"trigger": "error_code", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "error_code", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "error_code", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # cancel
    {"trigger": "cancel", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "cancel", "source": CREATED, "dest": None, "outcome": IGNORED, "point": "CREATED", "answer": "refuses"},
    {"trigger": "cancel", "source": STARTED, "dest": CANCEL_PENDING, "outcome": OK, "rule": "CANCEL-VISIBLE"},
    {"trigger": "cancel", "source": STARTED, "dest": None, "outcome": IGNORED, "rule": "CANCEL-VISIBLE", "breach": True},
    {"trigger": "cancel", "source": CANCEL_PENDING, "dest": None, "outcome": IGNORED, "rule": "CANCEL-OK"},
    {"trigger": "cancel", "source": _ENDED, "dest": None, "outcome": IGNORED, "rule": "TERMINAL-CANCEL"},
    {"trigger": "cancel", "source": _SHUT, "dest": None, "outcome": IGNORED, "point": "CANCEL-Z", "answer": "ok"},
    {"trigger": "cancel", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "CANCEL-Z", "answer": "IMC"},

    # close
    {"trigger": "close", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "close", "source": CREATED, "dest": None, "outcome": _ILLEGAL_CHANGE, "point": "CREATED", "answer": "refuses"},
    {"trigger": "close", "source": STARTED, "dest": None, "outcome": _ILLEGAL_CHANGE, "point": "CLOSE_S", "answer": "reject"},
    {"trigger": "close", "source": STARTED, "dest": None, "outcome": IGNORED, "point": "CLOSE_S", "answer": "noop"},
    {"trigger": "close", "source": STARTED, "dest": CANCEL_PENDING, "outcome": OK, "point": "CLOSE_S", "answer": "cancel"},
    {"trigger": "close", "source": CANCEL_PENDING, "dest": CLOSED_RUNNING, "outcome": OK, "point": "CLOSE_R", "answer": "ok"},
    {"trigger": "close", "source": CANCEL_PENDING, "dest": None, "outcome": _ILLEGAL_CHANGE, "point": "CLOSE_R", "answer": "reject"},
    {"trigger": "close", "source": CANCEL_PENDING, "dest": None, "outcome": IGNORED, "point": "CLOSE_R", "answer": "noop"},
    {"trigger": "close", "source": _ENDED, "dest": CLOSED, "outcome": OK, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "close", "source": _ENDED, "dest": CLOSED, "outcome": OK, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "close", "source": _ENDED, "dest": None, "outcome": IGNORED, "point": "AFTER_CLOSE", "answer": "works"},
    {"trigger": "close", "source": _SHUT, "dest": None, "outcome": IGNORED, "rule": "CLOSE-IDEMP"},

    # put_completed: where the worker has ended, the handler is called at once.
    {"trigger": "put_completed", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "put_completed", "source": CREATED, "dest": None, "outcome": SLOT, "point": "CREATED", "answer": "refuses"},
    {"trigger": "put_completed", "source": STARTED, "dest": None, "outcome": SLOT, "rule": "SET-ONCE"},
    {"trigger": "put_completed", "source": CANCEL_PENDING, "dest": None, "outcome": SLOT, "point": "LATE_R", "answer": "now", "tells": AsyncStatus.CANCELED},
    {"trigger": "put_completed", "source": CANCEL_PENDING, "dest": None, "outcome": SLOT, "point": "LATE_R", "answer": "wait"},
    {"trigger": "put_completed", "source": COMPLETED, "dest": None, "outcome": SLOT, "rule": "LATE-SET", "tells": AsyncStatus.COMPLETED},
    {"trigger": "put_completed", "source": CANCELED, "dest": None, "outcome": SLOT, "rule": "LATE-SET", "tells": AsyncStatus.CANCELED},
    {"trigger": "put_completed", "source": ERROR, "dest": None, "outcome": SLOT, "rule": "LATE-SET", "tells": AsyncStatus.ERROR},
    {"trigger": "put_completed", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "put_completed", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "put_completed", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # get_completed
    {"trigger": "get_completed", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "get_completed", "source": CREATED, "dest": None, "outcome": SLOT, "point": "CREATED", "answer": "refuses"},
    {"trigger": "get_completed", "source": _OPEN, "dest": None, "outcome": SLOT, "rule": "IFACE"},
    {"trigger": "get_completed", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "get_completed", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "get_completed", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # put_progress
    {"trigger": "put_progress", "source": _EVERYWHERE, "dest": None, "outcome": _NOT_IMPLEMENTED, "point": "PSLOT", "answer": "E_NOTIMPL", "ahead": True, "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden", "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": CREATED, "dest": None, "outcome": SLOT, "point": "CREATED", "answer": "refuses", "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": _OPEN, "dest": None, "outcome": SLOT, "rule": "IFACE", "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject", "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED", "kinds": WITH_PROGRESS},
    {"trigger": "put_progress", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works", "kinds": WITH_PROGRESS},

    # get_progress
    {"trigger": "get_progress", "source": _EVERYWHERE, "dest": None, "outcome": _NOT_IMPLEMENTED, "point": "PSLOT", "answer": "E_NOTIMPL", "ahead": True, "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden", "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": CREATED, "dest": None, "outcome": SLOT, "point": "CREATED", "answer": "refuses", "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": _OPEN, "dest": None, "outcome": SLOT, "rule": "IFACE", "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject", "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED", "kinds": WITH_PROGRESS},
    {"trigger": "get_progress", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works", "kinds": WITH_PROGRESS},

    # get_results
    {"trigger": "get_results", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "point": "CREATED", "answer": "hidden"},
    {"trigger": "get_results", "source": CREATED, "dest": None, "outcome": _ILLEGAL_CALL, "point": "CREATED", "answer": "refuses"},
    {"trigger": "get_results", "source": STARTED, "dest": None, "outcome": _ILLEGAL_CALL, "rule": "EARLY-RESULT", "kinds": WITHOUT_PROGRESS},
    {"trigger": "get_results", "source": STARTED, "dest": None, "outcome": Returns(Held.PARTIAL), "rule": "EARLY-RESULT", "breach": True, "kinds": WITHOUT_PROGRESS},
    {"trigger": "get_results", "source": STARTED, "dest": None, "outcome": _ILLEGAL_CALL, "point": "PARTIAL", "answer": "no", "kinds": WITH_PROGRESS},
    {"trigger": "get_results", "source": STARTED, "dest": None, "outcome": Returns(Held.PARTIAL), "point": "PARTIAL", "answer": "WithProgress", "kinds": WITH_PROGRESS},
    {"trigger": "get_results", "source": [CANCEL_PENDING, CANCELED], "dest": None, "outcome": _ILLEGAL_CALL, "point": "XRES", "answer": "IMC"},
    {"trigger": "get_results", "source": [CANCEL_PENDING, CANCELED], "dest": None, "outcome": _IS_CANCELED, "point": "XRES", "answer": "CAN"},
    {"trigger": "get_results", "source": CANCEL_PENDING, "dest": None, "outcome": _ILLEGAL_CALL, "point": "XRES", "answer": "IMC-then-CAN"},
    {"trigger": "get_results", "source": CANCELED, "dest": None, "outcome": _IS_CANCELED, "point": "XRES", "answer": "IMC-then-CAN"},
    {"trigger": "get_results", "source": [CANCEL_PENDING, CANCELED], "dest": None, "outcome": Returns(Held.PARTIAL), "rule": "CANCELED-RESULT", "breach": True},
    {"trigger": "get_results", "source": COMPLETED, "dest": None, "outcome": Returns(Held.RESULT), "rule": "RESULTS"},
    {"trigger": "get_results", "source": ERROR, "dest": None, "outcome": Refuses(Held.CODE), "point": "ERR-RESULT", "answer": "code"},
    {"trigger": "get_results", "source": ERROR, "dest": None, "outcome": Refuses(E_UNEXPECTED), "point": "ERR-RESULT", "answer": "E_UNEXPECTED"},
    {"trigger": "get_results", "source": ERROR, "dest": None, "outcome": Returns(Held.PARTIAL), "point": "ERR-RESULT", "answer": "result"},
    {"trigger": "get_results", "source": _SHUT, "dest": None, "outcome": _ILLEGAL_CALL, "point": "AFTER_CLOSE", "answer": "reject"},
    {"trigger": "get_results", "source": _SHUT, "dest": None, "outcome": _IS_CLOSED, "point": "AFTER_CLOSE", "answer": "RO_E_CLOSED"},
    {"trigger": "get_results", "source": _SHUT, "dest": None, "outcome": NOT_DRIVABLE, "point": "AFTER_CLOSE", "answer": "works"},

    # complete
    {"trigger": "complete", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "rule": "HOT"},
    {"trigger": "complete", "source": STARTED, "dest": COMPLETED, "outcome": OK, "rule": "STATUS", "tells": AsyncStatus.COMPLETED},
    {"trigger": "complete", "source": CANCEL_PENDING, "dest": CANCELED, "outcome": OK, "point": "CAC", "answer": "keep", "tells": AsyncStatus.CANCELED},
    {"trigger": "complete", "source": CANCEL_PENDING, "dest": COMPLETED, "outcome": OK, "point": "CAC", "answer": "complete", "tells": AsyncStatus.COMPLETED},
    {"trigger": "complete", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "4", "tells": 4},
    {"trigger": "complete", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "canceled", "tells": AsyncStatus.CANCELED},
    {"trigger": "complete", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "dropped"},
    {"trigger": "complete", "source": [*_ENDED, CLOSED], "dest": None, "outcome": NOT_DRIVABLE, "rule": "STATUS"},

    # fail
    {"trigger": "fail", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "rule": "HOT"},
    {"trigger": "fail", "source": STARTED, "dest": ERROR, "outcome": OK, "rule": "STATUS", "tells": AsyncStatus.ERROR},
    {"trigger": "fail", "source": CANCEL_PENDING, "dest": CANCELED, "outcome": OK, "point": "FAC", "answer": "keep", "tells": AsyncStatus.CANCELED},
    {"trigger": "fail", "source": CANCEL_PENDING, "dest": ERROR, "outcome": OK, "point": "FAC", "answer": "error", "tells": AsyncStatus.ERROR},
    {"trigger": "fail", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "4", "tells": 4},
    {"trigger": "fail", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "canceled", "tells": AsyncStatus.CANCELED},
    {"trigger": "fail", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "dropped"},
    {"trigger": "fail", "source": [*_ENDED, CLOSED], "dest": None, "outcome": NOT_DRIVABLE, "rule": "STATUS"},

    # acknowledge_cancel
    {"trigger": "acknowledge_cancel", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "rule": "HOT"},
    {"trigger": "acknowledge_cancel", "source": STARTED, "dest": None, "outcome": IGNORED, "point": "SPONT-CANCEL", "answer": "ignored"},
    {"trigger": "acknowledge_cancel", "source": STARTED, "dest": None, "outcome": Refuses(None), "point": "SPONT-CANCEL", "answer": "refused"},
    {"trigger": "acknowledge_cancel", "source": STARTED, "dest": CANCELED, "outcome": OK, "point": "SPONT-CANCEL", "answer": "canceled", "tells": AsyncStatus.CANCELED},
    {"trigger": "acknowledge_cancel", "source": CANCEL_PENDING, "dest": CANCELED, "outcome": OK, "rule": "CANCEL-REQ", "tells": AsyncStatus.CANCELED},
    {"trigger": "acknowledge_cancel", "source": CANCEL_PENDING, "dest": None, "outcome": NOT_DRIVABLE, "rule": "CANCEL-REQ", "breach": True},
    {"trigger": "acknowledge_cancel", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "4", "tells": 4},
    {"trigger": "acknowledge_cancel", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "canceled", "tells": AsyncStatus.CANCELED},
    {"trigger": "acknowledge_cancel", "source": CLOSED_RUNNING, "dest": CLOSED, "outcome": OK, "point": "Z-FIRE", "answer": "dropped"},
    {"trigger": "acknowledge_cancel", "source": [*_ENDED, CLOSED], "dest": None, "outcome": NOT_DRIVABLE, "rule": "STATUS"},

    # report_progress
    {"trigger": "report_progress", "source": CREATED, "dest": None, "outcome": NOT_DRIVABLE, "rule": "HOT", "kinds": WITH_PROGRESS},
    {"trigger": "report_progress", "source": [*_RUNNING, CLOSED_RUNNING], "dest": None, "outcome": SLOT, "rule": "PROG-ONCE", "tells": VALUE, "kinds": WITH_PROGRESS},
    {"trigger": "report_progress", "source": [*_ENDED, CLOSED], "dest": None, "outcome": IGNORED, "point": "PTERM", "answer": "dropped", "kinds": WITH_PROGRESS},
    {"trigger": "report_progress", "source": [*_ENDED, CLOSED], "dest": None, "outcome": SLOT, "point": "PTERM", "answer": "delivered", "tells": VALUE, "kinds": WITH_PROGRESS},
]

# -- the Completed slot -----------------------------------------------------------------------

EMPTY: Final = "empty"
NULL: Final = "null"
HELD: Final = "held"
RUNNING: Final = "running"
CALLED: Final = "called"

COMPLETED_STATES: Final = (EMPTY, NULL, HELD, RUNNING, CALLED)

COMPLETED_SLOT: Final[list[Row]] = [
    # put: a handler
    {"trigger": "put", "source": EMPTY, "dest": HELD, "outcome": OK, "rule": "SET-ONCE"},
    {"trigger": "put", "source": [NULL, HELD, RUNNING, CALLED], "dest": None, "outcome": _SECOND, "rule": "SECOND"},

    # put_null: no handler
    {"trigger": "put_null", "source": EMPTY, "dest": NULL, "outcome": OK, "point": "NULLSLOT", "answer": "counts"},
    {"trigger": "put_null", "source": EMPTY, "dest": None, "outcome": IGNORED, "point": "NULLSLOT", "answer": "ignored"},
    {"trigger": "put_null", "source": EMPTY, "dest": None, "outcome": Refuses(E_POINTER), "point": "NULLSLOT", "answer": "epointer"},
    {"trigger": "put_null", "source": EMPTY, "dest": NULL, "outcome": Refuses(E_POINTER), "point": "NULLSLOT", "answer": "epointer-counts"},
    {"trigger": "put_null", "source": [NULL, HELD, RUNNING, CALLED], "dest": None, "outcome": _SECOND, "point": "NULL-AGAIN", "answer": "refused"},
    {"trigger": "put_null", "source": [NULL, HELD, RUNNING, CALLED], "dest": None, "outcome": IGNORED, "point": "NULL-AGAIN", "answer": "ignored"},
    {"trigger": "put_null", "source": [NULL, HELD, RUNNING, CALLED], "dest": None, "outcome": Refuses(E_POINTER), "point": "NULL-AGAIN", "answer": "epointer"},

    # get
    {"trigger": "get", "source": [EMPTY, NULL], "dest": None, "outcome": Returns(None), "rule": "GET-EMPTY"},
    {"trigger": "get", "source": HELD, "dest": None, "outcome": Returns(Held.HANDLER), "point": "GETH", "answer": "null"},
    {"trigger": "get", "source": HELD, "dest": None, "outcome": Returns(Held.HANDLER), "point": "GETH", "answer": "retained"},
    {"trigger": "get", "source": HELD, "dest": None, "outcome": Returns(None), "point": "GETH", "answer": "always_null"},
    {"trigger": "get", "source": RUNNING, "dest": None, "outcome": Returns(Held.HANDLER), "point": "GETH-IN", "answer": "handler"},
    {"trigger": "get", "source": RUNNING, "dest": None, "outcome": Returns(None), "point": "GETH-IN", "answer": "null"},
    {"trigger": "get", "source": CALLED, "dest": None, "outcome": Returns(None), "point": "GETH", "answer": "null"},
    {"trigger": "get", "source": CALLED, "dest": None, "outcome": Returns(Held.HANDLER), "point": "GETH", "answer": "retained"},
    {"trigger": "get", "source": CALLED, "dest": None, "outcome": Returns(None), "point": "GETH", "answer": "always_null"},

    # call: the life cycle has told a status
    {"trigger": "call", "source": HELD, "dest": RUNNING, "outcome": OK, "rule": "FIRE-ONCE"},
    {"trigger": "call", "source": [EMPTY, NULL, RUNNING, CALLED], "dest": None, "outcome": IGNORED, "rule": "FIRE-ONCE"},

    # return: the handler is done, well or badly
    {"trigger": "return", "source": RUNNING, "dest": CALLED, "outcome": OK, "rule": "FIRE-ONCE"},
    {"trigger": "return", "source": [EMPTY, NULL, HELD, CALLED], "dest": None, "outcome": NOT_DRIVABLE, "rule": "FIRE-ONCE"},
]

# -- the Progress slot ------------------------------------------------------------------------

PROGRESS_STATES: Final = (EMPTY, HELD)

PROGRESS_SLOT: Final[list[Row]] = [
    {"trigger": "put", "source": [EMPTY, HELD], "dest": HELD, "outcome": OK, "rule": "PROG-REPLACE"},
    {"trigger": "put", "source": [EMPTY, HELD], "dest": EMPTY, "outcome": IGNORED, "rule": "PROG-REPLACE", "breach": True},
    {"trigger": "put_null", "source": [EMPTY, HELD], "dest": EMPTY, "outcome": OK, "rule": "PROG-REPLACE"},
    {"trigger": "get", "source": EMPTY, "dest": None, "outcome": Returns(None), "rule": "PROG-REPLACE"},
    {"trigger": "get", "source": HELD, "dest": None, "outcome": Returns(Held.HANDLER), "rule": "PROG-REPLACE"},

    # report: the worker reports a value
    {"trigger": "report", "source": EMPTY, "dest": None, "outcome": IGNORED, "rule": "PROG-NULL"},
    {"trigger": "report", "source": HELD, "dest": None, "outcome": OK, "rule": "PROG-ONCE"},

    # end: the life cycle has told a status because the worker has ended
    {"trigger": "end", "source": EMPTY, "dest": None, "outcome": IGNORED, "rule": "PROG-NULL"},
    {"trigger": "end", "source": HELD, "dest": EMPTY, "outcome": OK, "point": "GETP", "answer": "null"},
    {"trigger": "end", "source": HELD, "dest": EMPTY, "outcome": OK, "point": "GETP", "answer": "null-at-end"},
    {"trigger": "end", "source": HELD, "dest": None, "outcome": IGNORED, "point": "GETP", "answer": "retained"},

    # late: the life cycle has told a status because Completed was set
    {"trigger": "late", "source": EMPTY, "dest": None, "outcome": IGNORED, "rule": "PROG-NULL"},
    {"trigger": "late", "source": HELD, "dest": EMPTY, "outcome": OK, "point": "GETP", "answer": "null"},
    {"trigger": "late", "source": HELD, "dest": None, "outcome": IGNORED, "point": "GETP", "answer": "null-at-end"},
    {"trigger": "late", "source": HELD, "dest": None, "outcome": IGNORED, "point": "GETP", "answer": "retained"},

    # close: the operation was closed
    {"trigger": "close", "source": EMPTY, "dest": None, "outcome": IGNORED, "rule": "PROG-NULL"},
    {"trigger": "close", "source": HELD, "dest": None, "outcome": IGNORED, "point": "Z-PROG", "answer": "kept"},
    {"trigger": "close", "source": HELD, "dest": EMPTY, "outcome": OK, "point": "Z-PROG", "answer": "emptied"},
]
# fmt: on
