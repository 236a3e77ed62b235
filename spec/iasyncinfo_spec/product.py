"""The three machines run as one: what a step answers, whom it calls, and where it leads.

The joint rules of :mod:`iasyncinfo_spec.tables` are here as code, and nothing else is: every answer and
every next state is read from a cell. A *prediction* has the shape of a result on the wire; where only
the run can know a value it holds a :class:`Wild`, and ``cites`` names the rule or point that decides.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any, Final, Literal, TypeAlias, TypeVar

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import DISCONNECTED, E_UNEXPECTED, ERROR_CANCELLED, unsigned
from iasyncinfo_spec.machines import Cell, Cells, cells, completed_slot, lifecycle, progress_slot
from iasyncinfo_spec.predictions import Again as Again
from iasyncinfo_spec.predictions import Configuration as Configuration
from iasyncinfo_spec.predictions import Event as Event
from iasyncinfo_spec.predictions import Handler as Handler
from iasyncinfo_spec.predictions import NotDrivable as NotDrivable
from iasyncinfo_spec.predictions import Prediction as Prediction
from iasyncinfo_spec.predictions import Wild as Wild
from iasyncinfo_spec.tables import IGNORED, NOT_DRIVABLE, OK, SLOT, VALUE, CellOutcome, Held, Refuses, Returns
from iasyncinfo_spec.words import GIVE_UP, OBSERVERS, Step, meanwhile, program_of

_FAILED_AS_CANCELED: Final = Cell(
    tables.CANCEL_PENDING, tables.CANCELED, outcome=OK, point="FAIL-CANCELED", tells=AsyncStatus.CANCELED
)


class Product:
    """The product machine of one family and one kind; :meth:`step` never changes it."""

    def __init__(self, family: Family, kind: Kind) -> None:
        self.answer: Callable[[str], str] = family.answer
        self.kind = kind
        self.breaks: frozenset[str] = frozenset(family.breaks)
        self.life: Cells = cells(lifecycle(family, kind))
        self.completed: Cells = cells(completed_slot(family, kind))
        self.progress: Cells = cells(progress_slot(family, kind))

    def step(self, configuration: Configuration, step: Step) -> tuple[Prediction, Configuration]:
        """Return what ``step`` answers in ``configuration`` and the configuration after it.

        Raises NotDrivable where the step, or one that a handler takes because of it, cannot be taken.
        """
        run = Run(self, configuration)
        return run.take(step), run.at

    def predict(self, word: Iterable[Step], start: Configuration | None = None) -> list[Prediction]:
        """Return what each step of ``word`` answers on a fresh object; raises as :meth:`step` does."""
        run = Run(self, start or Configuration())
        return [run.take(step) for step in word]


_CLOSE: Step = ("close",)
_CANCEL: Step = ("cancel",)
_FAILURES = {"report_progress": "PEXC", "cancel": "CEXC"}
"""The point that says where the failure of whoever is called goes, by the step that calls."""

_NO_ANSWER = 0
"""Stands for the failure of a process that is gone: no refusal has this code."""

T = TypeVar("T")
Atoms: TypeAlias = Generator[None, None, T]
"""What happens atom by atom: between two atoms, at each ``yield``, another thread may come in."""


class Run:
    """One object on its way through the machines.

    A step that calls nobody is one atom. One that calls a handler is several: the first publishes its
    outcome, the second claims the call; each step of the handler is one; the last lets the handler go. And
    Cancel shows its status in one atom, and tells the worker in the next.

    A subclass whose handlers are more than words overrides :meth:`run_handler`.
    """

    def __init__(self, product: Product, at: Configuration) -> None:
        self._product = product
        self._answer = product.answer
        self.at: Configuration = at

    # -- one step ---------------------------------------------------------------------------------

    def take(self, step: Step) -> Prediction:
        """Take a step with no other thread in between."""
        atoms = self.atoms(step)
        try:
            while True:
                next(atoms)
        except StopIteration as stop:
            prediction: Prediction = stop.value
            return prediction

    def atoms(self, step: Step) -> Atoms[Prediction]:
        """Take a step atom by atom."""
        prediction = self._observe(step) if step[0] in OBSERVERS else (yield from self._act(step))
        prediction["step"] = step
        return prediction

    def _act(self, step: Step) -> Atoms[Prediction]:
        cell = self._cell(step)
        if step == _CLOSE and cell.dest == tables.CANCEL_PENDING:
            yield  # what Close has to do is decided; by the time it asks for it, the work may have ended
            asked = yield from self._act(_CANCEL)
            asked["cites"], asked["calls"], asked["cell"] = cell.cites, cell.cites, cell.source
            return asked
        outcome, cites, slot = cell.outcome, cell.cites, None
        if outcome is SLOT:
            slot = self._slot_cell(step)
            outcome, cites = slot.outcome, slot.cites
        answer = self._value(outcome, cites)
        answer["calls"], answer["cell"] = cell.cites, (slot or cell).source
        self._move(step, cell)
        events: list[Event] = []
        failure = yield from self._couple(step, cell, outcome, answer, events)
        if failure is not None:
            answer = _prediction("hr", failure, _FAILURES.get(step[0], "HEXC"))
            answer["calls"], answer["cell"] = cell.cites, cell.source
        if events:
            answer["events"] = events
        return answer

    def _cell(self, step: Step) -> Cell:
        trigger, life = step[0], self.at.life
        as_canceled = step == ("fail", ERROR_CANCELLED) and self._answer("FAIL-CANCELED") == "canceled"
        if as_canceled:
            trigger, life = "acknowledge_cancel", tables.CANCEL_PENDING if life == tables.STARTED else life
        cell = self._product.life.get((life, trigger))
        if as_canceled and life == tables.CANCEL_PENDING and cell is not None and cell.outcome is NOT_DRIVABLE:
            cell = _FAILED_AS_CANCELED  # a worker that cannot acknowledge, a breach of CANCEL-REQ, can still fail so
        if cell is None or cell.outcome is NOT_DRIVABLE:
            raise NotDrivable(f"{step[0]} in {self.at.life}")
        return cell

    def _slot_cell(self, step: Step) -> Cell:
        """Let the slot that a put, get or report speaks to answer, and move."""
        verb, slot = step[0].split("_")
        trigger = "put_null" if verb == "put" and step[1] is None else verb
        if slot == "completed":
            cell = self._product.completed[self.at.completed, trigger]
            self._set(completed=cell.dest or self.at.completed)
            if cell.dest == tables.HELD:
                self._set(handler=Handler(step[1], program_of(step)))
        else:
            cell = self._product.progress[self.at.progress, trigger]
            self._move_progress(cell)
            if cell.dest == tables.HELD:
                self._set(listener=Handler(step[1], program_of(step)))
        return cell

    def _couple(
        self, step: Step, cell: Cell, outcome: CellOutcome, answer: Prediction, events: list[Event]
    ) -> Atoms[int | Wild | None]:
        """Apply the joint rules; return the failure of a handler that reaches the caller, or None."""
        if cell.tells is VALUE:
            return (yield from self._report(step[1], events))
        if cell.tells is not None and outcome is OK:
            return (yield from self._tell(step[0], int(cell.tells), events))
        if cell.dest in (tables.CLOSED, tables.CLOSED_RUNNING) and outcome is OK:
            self._move_progress(self._product.progress.get((self.at.progress, "close")))
        if cell.dest == tables.CANCEL_PENDING:
            return (yield from self._request(answer, events))
        return None

    def _request(self, answer: Prediction, events: list[Event]) -> Atoms[int | Wild | None]:
        """Ask the worker to stop; return the failure of its own callback that reaches the caller, or None."""
        if self._answer("CANCEL-EFFECT") == "notified":
            yield  # the status is seen before the worker is told
            self._set(notified=self.at.notified + 1)
            if self.at.callback_fails and self._answer("CEXC") != "swallow":
                if self.at.callback_fails is Wild.FAILURE:
                    answer["throws"] = self._answer("CEXC") == "propagate"
                else:  # with what code it comes out is the language's affair: .NET makes its own of many exceptions
                    return Wild.FAILURE if self._answer("CEXC") == "propagate" else _NO_ANSWER
        if self._answer("CANCEL-SYNC") == "yes":
            yield
            acknowledged = yield from self.atoms(("acknowledge_cancel",))
            events.extend(acknowledged.get("events", ()))
        return None

    # -- calling handlers ---------------------------------------------------------------------------

    def _tell(self, name: str, status: int, events: list[Event]) -> Atoms[int | Wild | None]:
        """Call the Completed handler that is held, and empty the Progress slot before or after it."""
        trigger = "late" if name == "put_completed" else "end"
        if self._keeps_progress(trigger):
            failure = yield from self._call(name, status, events)
            self._end_progress(trigger)
            return failure
        self._end_progress(trigger)
        return (yield from self._call(name, status, events))

    def _keeps_progress(self, trigger: str) -> bool:
        """Return whether the Progress slot is as it was until the Completed handler has returned."""
        if self.at.completed != tables.HELD or not self._product.kind.has_progress:
            return False
        return self._product.progress[tables.HELD, trigger].dest is not None and self._answer("GETP-IN") == "kept"

    def _end_progress(self, trigger: str) -> None:
        self._move_progress(self._product.progress.get((self.at.progress, trigger)))

    def _call(self, name: str, status: int, events: list[Event]) -> Atoms[int | Wild | None]:
        if self.at.completed == tables.HELD:
            yield
        cell = self._product.completed[self.at.completed, "call"]
        if cell.outcome is IGNORED or self.at.handler is None:
            return None
        self._set(completed=cell.dest or self.at.completed)
        if self.at.life in (tables.CLOSED, tables.CLOSED_RUNNING) and self._answer("Z-FIRE") == "4":
            status = 4
        failure = yield from self.run_handler(self.at.handler, {"status": status}, events)
        self._set(completed=self._product.completed[self.at.completed, "return"].dest or self.at.completed)
        if self._answer("GETH") != "retained":
            self._set(handler=None)
        return failure if failure is not None and self._comes_out(name, failure) else None

    def _comes_out(self, name: str, failure: int | Wild) -> bool:
        """Return whether a Completed handler's failure comes out of the step that called it."""
        late = name == "put_completed"
        reaches = {"swallow": False, "propagate": True, "crash": late, "worker": not late}[self._answer("HEXC")]
        spared = failure in DISCONNECTED and "DISCONNECT" not in self._product.breaks
        return reaches and not spared and not self._runs_elsewhere(late=late)

    def _runs_elsewhere(self, *, late: bool) -> bool:
        """Return whether a handler runs where its failure cannot reach the call that caused it."""
        return {"inline": False, "elsewhere": True, "mixed": not late}[self._answer("CTX")]

    def _report(self, value: object, events: list[Event]) -> Atoms[int | Wild | None]:
        if self.at.listener is None:
            return None
        failure = yield from self.run_handler(self.at.listener, {"value": value}, events)
        if failure is None:
            return None
        answer = self._answer("PEXC")
        spared = answer == "propagate-connected" and failure in DISCONNECTED
        if answer == "swallow" or spared or self._runs_elsewhere(late=False):
            return None
        if answer == "propagate-and-empty":
            self._set(progress=tables.EMPTY, listener=None)
        return failure

    def run_handler(self, handler: Handler, told: dict[str, Any], events: list[Event]) -> Atoms[int | Wild | None]:
        """Run the handler's program and add the call to ``events``; return the failure that it ends with, or None."""
        event: Event = {"handler": handler.label, "sender": True, **told}  # type: ignore[typeddict-item]
        events.append(event)
        if handler.program:
            event["results"] = []
        for step in handler.program:
            yield
            if step[0] == "raise":
                return Wild.FAILURE if isinstance(step[1], str) else unsigned(step[1])
            event["results"].append((yield from self.atoms(step)))
        yield
        return None

    # -- values ---------------------------------------------------------------------------------------

    def _value(self, outcome: CellOutcome, cites: str) -> Prediction:
        if isinstance(outcome, Refuses):
            return _prediction("hr", self._refusal(outcome.hresult), cites)
        value = outcome.value if isinstance(outcome, Returns) else None
        match value:
            case Held.ID:
                return _prediction("ok", Wild.ID, cites)
            case Held.RESULT:
                return self._result(cites)
            case Held.PARTIAL:
                return _prediction("ok", Wild.ANY, cites)
            case Held.CODE:
                return _prediction("ok", self.at.code, cites)
            case Held.HANDLER:
                return _prediction("ok", self._label(cites), cites)
            case _:
                return _prediction("ok", value, cites)

    def _refusal(self, hresult: int | Held | None) -> int | Wild:
        if isinstance(hresult, Held):
            return self.at.code
        return Wild.FAILURE if hresult is None else hresult

    def _label(self, cites: str) -> str | None:
        handler = self.at.listener if cites == "PROG-REPLACE" else self.at.handler
        return handler.label if handler else None

    def _result(self, cites: str) -> Prediction:
        if not self._product.kind.has_result:
            return _prediction("ok", None, cites)
        repeat = self._answer("REPEAT")
        taken = self.at.taken
        moves = repeat in ("moved-always", "E_UNEXPECTED") or (
            repeat == "moved" and not self._product.kind.has_progress
        )
        self._set(taken=moves)
        if not taken:
            return _prediction("ok", self.at.result, cites)
        if repeat == "E_UNEXPECTED":
            return _prediction("hr", E_UNEXPECTED, "REPEAT")
        # What a moved number leaves behind is the number in C++, and may be null elsewhere.
        return _prediction("ok", Wild.EMPTY if isinstance(self.at.result, str) else Again(self.at.result), "REPEAT")

    def _move(self, step: Step, cell: Cell) -> None:
        """Move the life cycle; keep the values that can still be seen, and no others."""
        match cell.dest:
            case None:
                return
            case tables.COMPLETED if self._product.kind.has_result:
                self._set(result=step[1])
            case tables.ERROR:
                self._set(code=unsigned(step[1]))
            case tables.CLOSED:
                self._set(result=None, code=0, taken=False)
        self._set(life=cell.dest)

    # -- observers --------------------------------------------------------------------------------------

    def _observe(self, step: Step) -> Prediction:
        match step[0]:
            case "cancel_notifications":
                return _prediction("ok", self.at.notified, "CANCEL-ONCE")
            case "thread":
                prediction = _prediction("ok", None, "FIRE-NOLOCK")
                prediction["results"] = [self.take(inner) for inner in step[1]]
                return prediction
            case "alive":
                return _prediction("ok", self._alive(step[1]), "REL-AFTER")
            case "handed_out" | "remains":
                return _prediction("ok", Wild.ANY, "RESULTS" if step[0] == "handed_out" else "")
            case "cancel_callback_fails":
                self._set(callback_fails=unsigned(step[1]))
                return _prediction("ok", None, "CEXC")
            case _:
                for inner in (_CANCEL,) if step[0] == GIVE_UP else meanwhile(step):
                    self.take(inner)  # what the wait comes to is no machine's
                return _prediction("ok", None if step[0] == "wait" else Wild.CAME, "")

    def _alive(self, label: str) -> bool:
        """Return whether the operation refers to the handler with this label; a refused one it never does."""
        if self.at.handler is not None and self.at.handler.label != label:
            return False
        kept = self.at.completed == tables.CALLED and self._answer("REL-AFTER") == "retained"
        return kept or self.at.completed in (tables.HELD, tables.RUNNING)

    def _move_progress(self, cell: Cell | None) -> None:
        if cell is not None and cell.dest:
            self._set(progress=cell.dest, listener=self.at.listener if cell.dest == tables.HELD else None)

    def _set(self, **changes: Any) -> None:
        self.at = self.at._replace(**changes)


def _prediction(key: Literal["ok", "hr"], value: Any, cites: str) -> Prediction:
    """Return a prediction that calls nobody yet; the step is filled in by :meth:`Run.atoms`."""
    prediction: Prediction = {"step": (), "cites": cites, "calls": "", "cell": ""}
    prediction[key] = value
    return prediction
