"""The caller's side: an object that runs its family's tables."""

import asyncio
import itertools
import logging
import random
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from iasyncinfo_conformance.families.calls import Call, Handler, LiveRun, failure
from iasyncinfo_conformance.families.refusals import OperationCanceled, OperationFailed, Refusal
from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import DISCONNECTED, E_ILLEGAL_STATE_CHANGE, ERROR_CANCELLED, signed
from iasyncinfo_spec.product import Again, Atoms, Configuration, NotDrivable, Prediction, Product, Wild
from iasyncinfo_spec.words import Step

_LOG: Final = logging.getLogger(__package__)
_numbers = itertools.count(1)


@dataclass
class Taking:
    """A step that is being taken: its atoms, and what came of them so far."""

    step: Step
    atoms: Atoms[Prediction]
    prediction: Prediction | None = None
    life: str = ""
    call: Call | None = None


class FamilyOperation:
    """An operation with a family's manners, in PyWinRT's spelling. Every member may be used from any thread.

    Each refuses as its family does, with a :class:`Refusal`.
    """

    def __init__(self, family: Family, product: Product) -> None:
        self._family = family
        self._kind = product.kind
        self._lock = RLock()  # a finalizer may call a member while the lock is held by its own thread
        self._run = LiveRun(product, Configuration())
        self._id = _draw_id(family.answer("ID"))
        self._on_cancel: Callable[[], object] | None = None

    def __repr__(self) -> str:
        return f"<{self._family.name} {self._kind} {self._id}: {self._run.at.life.replace('_', ' ')}>"

    @property
    def kind(self) -> Kind:
        """Which of the four interfaces it implements."""
        return self._kind

    @property
    def id(self) -> int:
        """The operation's number."""
        return int(self._ask("id"))

    @property
    def status(self) -> AsyncStatus:
        """How far the operation has come."""
        return AsyncStatus(self._ask("status"))

    @property
    def error_code(self) -> int:
        """The signed HRESULT with which the operation failed, or what the family says else."""
        return signed(self._ask("error_code"))

    def cancel(self) -> None:
        """Request that the work stop."""
        self._ask("cancel")

    def close(self) -> None:
        """Release what the operation holds."""
        self._ask("close")

    @property
    def completed(self) -> Handler | None:
        """The handler that is called when the work has ended, as ``handler(operation, status)``.

        The status is an AsyncStatus, or the number 4 where the family tells that.
        """
        handler: Handler | None = self._ask("get_completed")
        return handler

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._ask("put_completed", _callable(handler))

    @property
    def progress(self) -> Handler | None:
        """The handler of reports, called as ``handler(operation, value)``; AttributeError for other kinds."""
        self._require_progress("progress")
        handler: Handler | None = self._ask("get_progress")
        return handler

    @progress.setter
    def progress(self, handler: Handler | None) -> None:
        self._require_progress("progress")
        self._ask("put_progress", _callable(handler))

    def get_results(self) -> Any:
        """Return the result, which of an action is None.

        Raises OperationFailed if the operation failed. A result that the family moves out on the first
        call is empty afterwards.
        """
        return self._ask("get_results")

    def get(self) -> Any:
        """Wait until the work has ended and return the result; claims Completed on a running operation.

        Raises OperationCanceled or OperationFailed if it ended so, RuntimeError on the thread of a running loop.
        """
        _refuse_on_loop_thread()
        return self._settle(self._told().result())

    def wait(self, seconds: float, /) -> int:
        """Wait at most so long and return the status; claims Completed on a running operation.

        Returns STARTED when the time is over. Raises RuntimeError on the thread of a running loop.
        """
        _refuse_on_loop_thread()
        try:
            return self._told().result(seconds)
        except TimeoutError:
            return AsyncStatus.STARTED

    def __await__(self) -> Generator[Any, None, Any]:
        """Do as ``get`` does, in asyncio. Canceling the task cancels the operation and waits for its end."""
        told = asyncio.wrap_future(self._told())
        try:
            status = yield from asyncio.shield(told).__await__()
        except asyncio.CancelledError:
            self.cancel()
            yield from asyncio.shield(told).__await__()
            raise
        return self._settle(status)

    # -- waiting ------------------------------------------------------------------------------------

    def _told(self) -> Future[int]:
        """Return a future of the status at the end, after claiming Completed where the work still runs."""
        told: Future[int] = Future()
        if self._run.at.life in (tables.STARTED, tables.CANCEL_PENDING):
            self.completed = lambda _operation, status: told.set_result(status)
        else:
            told.set_result(self.status)
        return told

    def _settle(self, status: int) -> Any:
        if status == AsyncStatus.CANCELED:
            raise OperationCanceled(ERROR_CANCELLED, f"{self!r} was canceled")
        return self.get_results()

    # -- steps --------------------------------------------------------------------------------------

    def _ask(self, *step: Any) -> Any:
        """Take a caller's step and return its value, or raise as the family does."""
        prediction, _ = self._take(step)
        return None if prediction is None else self._value(step[0], prediction)

    def _end(self, *step: Any) -> str:
        """Take a worker's step; return where the life cycle came to by it, or nothing if it had ended before."""
        prediction, life = self._take(step)
        if prediction is None:
            return ""
        self._value(step[0], prediction)
        return life

    def _take(self, step: Step) -> tuple[Prediction | None, str]:
        """Take a step atom by atom; return what it answers, None if it cannot be taken, and the state it led to."""
        taking = Taking(step, self._run.atoms(step))
        while self._atom(taking):
            pass
        return self._taken(taking)

    def _atom(self, taking: "Taking") -> bool:
        """Take one atom of a step, and make the call that is due by it; return whether there is another."""
        with self._lock:
            before = self._run.at  # what the atom lets go of is dropped outside the lock
            try:
                next(taking.atoms)
            except StopIteration as stop:
                taking.prediction = stop.value
            except NotDrivable:
                return False
            taking.life = taking.life or self._run.at.life
            due, self._run.due = self._run.due, None
            callback = self._on_cancel if self._run.at.notified > before.notified else None
        del before
        if callback is not None:
            self._notify(callback)
        if due is not None:
            taking.call = due
            due.make(self)
        return taking.prediction is None

    def _taken(self, taking: "Taking") -> tuple[Prediction | None, str]:
        """Dispose of what a handler raised; return what :meth:`_take` does."""
        call = taking.call
        if call is not None and call.error is not None:
            self._dispose_of(call.error, taking.step, taking.prediction)
        return taking.prediction, taking.life

    def _value(self, member: str, prediction: Prediction) -> Any:
        if "hr" in prediction:
            raise self._refusal(member, prediction, prediction["hr"])
        value = prediction["ok"]  # a handler, perhaps: compared with nothing
        if value is Wild.ID:
            return self._id
        if value is Wild.ANY or value is Wild.EMPTY or isinstance(value, Again):
            return _emptied(self._run.at.result)
        return value

    def _refusal(self, member: str, prediction: Prediction, code: Any) -> Refusal:
        if (member, prediction["cell"]) == ("get_results", tables.ERROR):
            return OperationFailed(code, f"{self!r} failed")
        why = f"{self!r} refuses {member}; see iasyncinfo explain {prediction['cites']}"
        return Refusal(E_ILLEGAL_STATE_CHANGE if code is Wild.FAILURE else code, why)

    def _require_progress(self, member: str) -> None:
        if not self._kind.has_progress:
            raise AttributeError(f"{self!r} has no {member}: its kind has no progress")

    # -- calling out --------------------------------------------------------------------------------

    def _subscribe(self, callback: Callable[[], object] | None) -> None:
        with self._lock:
            replaced = self._on_cancel
            self._on_cancel = callback
            requested = self._cancel_requested()
        del replaced
        if requested and callback is not None:
            self._notify(callback)

    def _cancel_requested(self) -> bool:
        return self._run.at.notified > 0 and self._run.at.life in tables.RUNNING_STATES

    def _notify(self, callback: Callable[[], object]) -> None:
        try:
            callback()
        except Exception:
            _LOG.exception("exception calling callback for %r", self)

    def _dispose_of(self, error: BaseException, step: Step, prediction: Prediction | None) -> None:
        """Let a handler's exception out where the family does; report it as ``concurrent.futures`` does otherwise."""
        if isinstance(error, _ENDING) or (prediction is not None and "hr" in prediction):
            try:
                raise error
            finally:
                del error  # its traceback holds this frame
        crashes = step[0] not in ("put_completed", "report_progress") and self._family.answer("HEXC") == "crash"
        if crashes and failure(error) not in DISCONNECTED:
            _LOG.critical("%s ends the process here: exception calling callback for %r", self._family.name, self,
                          exc_info=error)  # fmt: skip
        else:
            _LOG.error("exception calling callback for %r", self, exc_info=error)


_ENDING: Final = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a program or a generator, and is no failure of a handler's."""


def _draw_id(answer: str) -> int:
    match answer:
        case "counter":
            return next(_numbers)
        case "random":
            return random.randrange(1, 2**32)
        case _:
            return 1


def _emptied(value: object) -> object:
    """Return what is left of a value that was moved out: numbers stay, collections are empty, the rest is null."""
    if isinstance(value, int | float):
        return value
    return type(value)() if isinstance(value, str | bytes | list | tuple | dict | set) else None


def _callable(handler: Handler | None) -> Handler | None:
    if handler is not None and not callable(handler):
        raise TypeError(f"a handler is a callable or None, not {handler!r}")
    return handler


def _refuse_on_loop_thread() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("get() and wait() would block the event loop that runs on this thread: use await")
