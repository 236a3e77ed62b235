"""A second interpreter of the tables, written from the theory of operation alone.

It shares no code with the product. The three tables are three machines of the ``transitions`` library that
hold *every* row, of all families and kinds; which of them answers is decided by the library's conditions when
a trigger is pulled, and what follows is done by its callbacks. Answers are concrete: where the product
predicts that there is some id, here is one.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from transitions import Machine

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import DISCONNECTED, E_FAIL, E_UNEXPECTED, ERROR_CANCELLED
from iasyncinfo_spec.tables import (
    CANCEL_PENDING,
    CANCELED,
    CLOSED,
    CLOSED_RUNNING,
    COMPLETED,
    EMPTY,
    ERROR,
    NOT_DRIVABLE,
    OK,
    SLOT,
    STARTED,
    VALUE,
    CellOutcome,
    Held,
    Refuses,
    Returns,
    Row,
)
from iasyncinfo_spec.words import Step, program_of

Answer: TypeAlias = dict[str, Any]
Then: TypeAlias = Callable[[Row, Step, Answer], None]

THE_ID: Final = 7
GONE: Final = 0
"""Stands for the answer of a process that has ended."""
_FAILED_AS_CANCELED: Final[Row] = {
    "trigger": "fail",
    "source": [STARTED, CANCEL_PENDING],
    "dest": CANCELED,
    "outcome": OK,
    "point": "FAIL-CANCELED",
    "answer": "canceled",
    "tells": AsyncStatus.CANCELED,
}
"""The one value of one step of which the tables do not speak."""


class CannotBeDriven(Exception):
    """Nobody can make this step happen here."""


class Region:
    """The model of one machine: where it stands, and the row that answered last."""

    state: str
    row: Row
    trigger: Callable[[str, Step, Answer], bool]


class Second:
    """One object at a time, of any family and kind; :meth:`begin` makes it fresh."""

    def __init__(self) -> None:
        self._life = Region()
        self._slots = {"completed": Region(), "progress": Region()}
        self._machines = (
            self._machine(self._life, tables.LIFECYCLE, tables.LIFECYCLE_STATES, self._lived),
            self._machine(self._slots["completed"], tables.COMPLETED_SLOT, tables.COMPLETED_STATES, self._completed),
            self._machine(self._slots["progress"], tables.PROGRESS_SLOT, tables.PROGRESS_STATES, self._progress),
        )

    @property
    def states(self) -> tuple[str, str, str]:
        """Where the life cycle, the Completed slot and the Progress slot stand."""
        return self._life.state, self._slots["completed"].state, self._slots["progress"].state

    @property
    def memory(self) -> tuple[Any, ...]:
        """All that one object is: the states, the handlers, the values. Assigning it makes the object that again."""
        held = tuple(self._holds.items())
        return *self.states, held, self._result, self._code, self._notified, self._taken, self._callback_fails

    @memory.setter
    def memory(self, was: tuple[Any, ...]) -> None:
        *states, held, self._result, self._code, self._notified, self._taken, self._callback_fails = was
        self._holds = dict(held)
        for machine, state in zip(self._machines, states, strict=True):
            machine.set_state(state)

    def begin(self, family: Family, kind: Kind, life: str = STARTED) -> None:
        """Make a fresh object, in ``started`` unless another state of its life is given."""
        self._family, self._kind = family, kind
        self.memory = (life, EMPTY, EMPTY, (("completed", ()), ("progress", ())), None, 0, 0, False, 0)

    def run(self, word: Iterable[Step]) -> list[Answer]:
        """Return what each step answers; raises :class:`CannotBeDriven`."""
        return [self.take(step) for step in word]

    def take(self, step: Step) -> Answer:
        """Take a step: pull the trigger of its name; the callbacks fill the answer in."""
        answer: Answer = {"step": step, "ok": None, "events": []}
        if step[0] == "cancel_notifications":
            answer["ok"] = self._notified
        elif step[0] == "cancel_callback_fails":
            self._callback_fails = step[1]
        elif step[0] == "thread":
            answer["results"] = self.run(step[1])
        else:
            self._was = self._life.state
            self._life.trigger(step[0], step, answer)
        return answer

    # -- the library's part: which row answers ------------------------------------------------

    def _machine(self, region: Region, table: Sequence[Row], states: Sequence[str], then: Then) -> Machine:
        machine = Machine(region, list(states), initial=states[0], auto_transitions=False)
        first = [_FAILED_AS_CANCELED] if region is self._life else []
        for row in [*first, *sorted(table, key=lambda row: (not row.get("ahead"), not row.get("breach")))]:
            machine.add_transition(
                row["trigger"],
                row["source"],  # type: ignore[arg-type]
                row["dest"],
                conditions=partial(self._is_mine, row),
                after=partial(then, row),
            )
        return machine

    def _is_mine(self, row: Row, step: Step, _answer: Answer) -> bool:
        if row is _FAILED_AS_CANCELED and step[1] != ERROR_CANCELLED:
            return False
        if self._kind not in row.get("kinds", tuple(Kind)):
            return False
        if "point" in row:
            return row["answer"] == self._family.answer(row["point"])
        return not row.get("breach") or row["rule"] in self._family.breaks

    # -- the callbacks: what follows ----------------------------------------------------------

    def _lived(self, row: Row, step: Step, answer: Answer) -> None:
        """Answer as the life cycle says, or let the slot; then couple the machines."""
        if step[0] == "close" and row["dest"] == CANCEL_PENDING:
            self._close_by_cancel(answer)
            return
        outcome = row["outcome"]
        if outcome is NOT_DRIVABLE:
            raise CannotBeDriven(step)
        if outcome is SLOT:
            outcome = self._ask_slot(step, answer)
        else:
            self._say(outcome, step, answer)
        self._keep(row, step)
        if outcome is OK:
            self._follow(row, step, answer)

    def _close_by_cancel(self, answer: Answer) -> None:
        """Do and answer what Cancel would have: such a Close is a Cancel from where it found the object."""
        self._machines[0].set_state(self._was)
        answer.pop("ok")
        answer.update({key: told for key, told in self.take(("cancel",)).items() if key != "step"})

    def _ask_slot(self, step: Step, answer: Answer) -> CellOutcome:
        verb, name = step[0].split("_")
        slot = self._slots[name]
        slot.trigger(f"{verb}_null" if step[1:] == (None,) else verb, step, answer)
        return slot.row["outcome"]

    def _keep(self, row: Row, step: Step) -> None:
        """Keep the value with which the worker ended."""
        if step[0] == "complete" and row["dest"] == COMPLETED:
            self._result = step[1] if self._kind.has_result else None
        if step[0] == "fail" and row["dest"] == ERROR:
            self._code = step[1]

    def _follow(self, row: Row, step: Step, answer: Answer) -> None:
        """Do what a step that succeeded brings about in the other machines."""
        told = row.get("tells")
        if told is not None and told is not VALUE:
            ending = partial(self._slots["progress"].trigger, "late" if step[0] == "put_completed" else "end")
            calling = partial(self._slots["completed"].trigger, "call", ("call", told, step[0]), answer)
            if self._family.answer("GETP-IN") == "kept":
                calling()
                ending(step, answer)
            else:
                ending(step, answer)
                calling()
        elif row["dest"] in (CLOSED, CLOSED_RUNNING):
            self._slots["progress"].trigger("close", step, answer)
        elif row["dest"] == CANCEL_PENDING:
            self._request(answer)

    def _request(self, answer: Answer) -> None:
        """Tell the worker of a cancel; where it ends within that, its failure is its own affair.

        Where its callback fails, that comes out before anything else can happen within Cancel.
        """
        told = self._family.answer("CANCEL-EFFECT") == "notified"
        self._notified += told
        if told and self._callback_fails and self._family.answer("CEXC") != "swallow":
            _refuse(answer, self._callback_fails if self._family.answer("CEXC") == "propagate" else GONE)
        elif self._family.answer("CANCEL-SYNC") == "yes":
            answer["events"] += self.take(("acknowledge_cancel",))["events"]

    def _completed(self, row: Row, step: Step, answer: Answer) -> None:
        """Answer for the Completed slot; where its handler is called, run it and return."""
        slot = self._slots["completed"]
        slot.row = row
        match row["trigger"]:
            case "call" if row["outcome"] is OK:
                _, status, by = step
                code = self._run_handler("completed", {"status": status}, answer)
                slot.trigger("return", step, answer)
                self._fail_completed(code, answer, late=by == "put_completed")
            case "put" if row["outcome"] is OK:
                self._holds["completed"] = step[1:]
        if row["trigger"] not in ("call", "return"):
            self._say(row["outcome"], step, answer)

    def _progress(self, row: Row, step: Step, answer: Answer) -> None:
        """Answer for the Progress slot; where its handler is called, run it."""
        slot = self._slots["progress"]
        slot.row = row
        match row["trigger"]:
            case "report" if row["outcome"] is OK:
                self._fail_progress(self._run_handler("progress", {"value": step[1]}, answer), answer)
            case "put" if row["outcome"] is OK:
                self._holds["progress"] = step[1:]
        if row["trigger"] in ("put", "put_null", "get"):
            self._say(row["outcome"], step, answer)

    # -- handlers -----------------------------------------------------------------------------

    def _run_handler(self, slot: str, told: Answer, answer: Answer) -> int | None:
        """Call the handler of a slot; return the code with which it fails, or None."""
        label, *_ = self._holds[slot]
        program = program_of(("put_completed", *self._holds[slot]))
        event: Answer = {"handler": label, "sender": True, **told}
        answer["events"].append(event)
        if program:
            event["results"] = []
        for step in program:
            if step[0] == "raise":
                return int(step[1])
            event["results"].append(self.take(step))
        return None

    def _fail_completed(self, code: int | None, answer: Answer, *, late: bool) -> None:
        client_is_gone = code in DISCONNECTED and "DISCONNECT" not in self._family.breaks
        reaches = {"swallow": False, "propagate": True, "crash": late, "worker": not late}[self._family.answer("HEXC")]
        if code is not None and reaches and not client_is_gone and not self._runs_elsewhere(late=late):
            _refuse(answer, code)

    def _runs_elsewhere(self, *, late: bool) -> bool:
        """Return whether what fails in a handler cannot reach who caused its call."""
        return {"inline": False, "elsewhere": True, "mixed": not late}[self._family.answer("CTX")]

    def _fail_progress(self, code: int | None, answer: Answer) -> None:
        where = self._family.answer("PEXC")
        if code is None or where == "swallow" or self._runs_elsewhere(late=False):
            return
        if where == "propagate-connected" and code in DISCONNECTED:
            return
        _refuse(answer, code)
        if where == "propagate-and-empty":
            self._machines[2].set_state(EMPTY)

    # -- values -------------------------------------------------------------------------------

    def _say(self, outcome: CellOutcome, step: Step, answer: Answer) -> None:
        match outcome:
            case Returns(Held.RESULT):
                self._say_result(answer)
            case Returns(Held.PARTIAL):
                answer["ok"] = None
            case Returns(Held() as held):
                answer["ok"] = self._value(held, step)
            case Returns(value):
                answer["ok"] = value
            case Refuses(hresult):
                _refuse(answer, {None: E_FAIL, Held.CODE: self._code}.get(hresult, hresult))  # type: ignore[arg-type]

    def _value(self, held: Held, step: Step) -> Any:
        if held is Held.HANDLER:
            return self._holds[step[0].removeprefix("get_")][0]
        return {Held.ID: THE_ID, Held.CODE: self._code}[held]

    def _say_result(self, answer: Answer) -> None:
        """Answer the result, or what REPEAT leaves of it for a second reader."""
        again, self._taken = self._taken, True
        answer["ok"] = self._result
        if not (again and self._kind.has_result):
            return
        repeat = self._family.answer("REPEAT")
        if repeat == "E_UNEXPECTED":
            _refuse(answer, E_UNEXPECTED)
        elif repeat == "moved-always" or (repeat == "moved" and not self._kind.has_progress):
            answer["ok"] = type(self._result)() if self._result is not None else None


def _refuse(answer: Answer, code: int) -> None:
    answer.pop("ok", None)
    answer["hr"] = code
