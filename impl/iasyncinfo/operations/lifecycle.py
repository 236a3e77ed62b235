"""The state of one operation, and what its worker and its waiters do to it.

Theory of operation. ``_life`` is the state of the life cycle and ``_slot`` that of the Completed slot
(``states.py``); status is derived from the first. Both change only under ``_lock``, one for each
operation, and whoever changes them learns there whether the handler is now its to call: the end of the
work takes a handler that is HELD, a late put never leaves one HELD, so it is called once. The call itself
comes after the lock is released, when status and result are published.

Nothing done under the lock calls, loops, raises, allocates a container or drops the last reference to a
foreign object (what is replaced stays in a local until later): no handler and no finalizer runs there.
Reading ``_life`` alone needs no lock.

Signals are what may come between all the same, right after the lock was taken or freed. Whatever their handlers
call on the operation is done before or after the change that they interrupt, for the lock lets its own thread in
and nothing has been read yet; what they raise leaves it free, and a handler that was claimed is called.
"""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable

from iasyncinfo.errors import IllegalDelegateAssignment, OperationClosed
from iasyncinfo.generics import TYPE_CHECKING
from iasyncinfo.reporting import INTERRUPTS, report_exception
from iasyncinfo.states import (
    CANCEL_PENDING,
    CANCELED,
    CLOSED,
    CLOSED_RUNNING,
    COMPLETED,
    EMPTY,
    ERROR,
    HELD,
    SPENT,
    STARTED,
    STATUS,
    WORDS,
)
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from typing import Any, NoReturn, Self

    from iasyncinfo.operations.failures import Failure

_id_lock = RLock()
_last_id = 0


def acknowledge() -> None:
    """Stand for a producer's own ``acknowledge_cancel`` as its cancel callback: no operation keeps its producer."""


class Lifecycle:
    """The fields of an operation, under one lock, with every change that is not a caller's."""

    __slots__ = (
        "__weakref__",
        "_handler",
        "_id",
        "_life",
        "_lock",
        "_on_cancel",
        "_progress",
        "_slot",
        "_value",
    )

    def __new__(cls, *_: object, **__: object) -> Self:
        """Refuse: nobody could end it. ``create`` makes an object without this, then calls ``__init__``."""
        name = cls.__qualname__
        raise TypeError(f"nobody could end a {name}(): {name}.create() returns one with its producer")

    _id: int  # drawn when first asked for

    def __init__(self) -> None:
        """Begin in Started; only ``create`` gives the operation a producer that can end it."""
        self._lock = RLock()
        self._life: int = STARTED
        self._slot: int = EMPTY
        self._handler: Callable[[Any, AsyncStatus], object] | None = None
        self._progress: Callable[[Any, Any], object] | None = None
        self._on_cancel: Callable[[], object] | None = None
        # The result in COMPLETED; in ERROR a Failure.
        self._value: Any = None

    def __repr__(self) -> str:
        waits = ", a handler waits" if self._slot == HELD and self._handler is not None else ""
        # No id: a repr changes nothing, and an id is drawn when first asked for.
        return f"<{type(self).__qualname__} at {id(self):#x}: {WORDS[self._life]}{waits}>"

    def _identify(self) -> int:
        """Return the id, after drawing it if this is the first time."""
        global _last_id
        with _id_lock:
            try:
                return self._id
            except AttributeError:
                _last_id += 1
                self._id = _last_id
                return _last_id

    def _snapshot(self) -> tuple[int, Any]:
        """Return the state, and the value that belongs to it, without the lock.

        The value is there before the state says so; only close takes it away, after which the state says that.
        """
        life = self._life
        value = self._value
        if life >= COMPLETED:
            life = self._life
        return life, value

    def _end(self, outcome: int, value: object, from_canceled: bool) -> AsyncStatus | None:  # noqa: C901
        """End the work, call the handler that waits, and return the status told; None if it had ended before.

        A pending cancel turns the outcome into Canceled unless ``from_canceled``; a close during one
        always does.
        """
        # Half the cost of a with statement, which is a sixth of a whole life cycle.
        lock = self._lock
        handler = None
        try:
            lock.acquire()
            life = self._life
            if life == STARTED or (life == CANCEL_PENDING and from_canceled):
                life = outcome
                self._value = value
            elif life == CANCEL_PENDING:
                life = CANCELED
            elif life == CLOSED_RUNNING:
                life = CLOSED
            else:
                lock.release()
                return None
            self._life = life  # after the value, which get_results reads without the lock
            progress = self._progress
            self._progress = None
            callback = self._on_cancel
            self._on_cancel = None
            if self._slot == HELD:
                self._slot = SPENT
                handler = self._handler
            lock.release()
        except BaseException:
            self._interrupted(handler)
            raise
        del progress, callback
        status = STATUS[life]
        if handler is not None:  # _call, spelled out for speed
            if life == ERROR:
                self._see()
            try:
                handler(self, status)
            except INTERRUPTS:
                raise
            except BaseException:
                report_exception(self)
            finally:
                self._handler = None
        return status

    def _call(self, handler: Callable[[Any, AsyncStatus], object], status: AsyncStatus) -> None:
        """Call the handler, whose call was claimed under the lock, and let go of it."""
        if self._life == ERROR:
            self._see()
        try:
            handler(self, status)
        except INTERRUPTS:
            raise
        except BaseException:
            report_exception(self)
        finally:
            self._handler = None

    def _interrupted(self, handler: Callable[[Any, AsyncStatus], object] | None) -> None:
        """Free the lock where this thread has it, and call the handler that was claimed."""
        if self._lock._is_owned():  # type: ignore[attr-defined]  # what threading.Condition asks it
            self._lock.release()
        if handler is not None:
            self._call(handler, STATUS[self._life])

    def _see(self) -> Failure | None:
        """Return the failure, which is news no more; None unless the operation is in Error."""
        life, value = self._snapshot()
        failure: Failure | None = value.seen() if life == ERROR else None
        return failure

    def _claim(self, waiter: Callable[[Any, AsyncStatus], object]) -> AsyncStatus | None:
        """Put a waiter in the slot of a running operation; of one that has ended return the status.

        Unlike a handler it is not called while a cancel is pending, but when the work ends.
        """
        with self._lock:
            life = self._life
            claimed = life < COMPLETED and self._slot == EMPTY
            if claimed:
                self._handler = waiter
                self._slot = HELD
        if claimed:
            return None
        if COMPLETED <= life < CLOSED:
            return STATUS[life]
        raise self._slot_refusal(life)

    def _give_back(self, waiter: Callable[[Any, AsyncStatus], object]) -> None:
        """Empty the slot if it holds this waiter, who was interrupted."""
        with self._lock:
            if self._slot == HELD and self._handler is waiter:
                self._slot = EMPTY
                self._handler = None

    def _report(self, value: object) -> None:
        """Call the Progress handler of the moment, unless the work has ended."""
        with self._lock:
            life = self._life
            handler = self._progress if life < COMPLETED or life == CLOSED_RUNNING else None
        if handler is not None:
            try:
                handler(self, value)
            except INTERRUPTS:
                raise
            except BaseException:
                report_exception(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} stands for work that goes on once: it cannot be copied or pickled")

    def _cancel_requested(self) -> bool:
        """Whether the work still runs and was asked to stop."""
        return self._life in (CANCEL_PENDING, CLOSED_RUNNING)

    def _subscribe(self, callback: Callable[[], object] | None) -> None:
        """Store the producer's cancel callback, or call it if the cancel was already requested."""
        with self._lock:
            life = self._life
            replaced = self._on_cancel
            if life == STARTED:
                self._on_cancel = callback
        del replaced
        if callback is not None and life in (CANCEL_PENDING, CLOSED_RUNNING):
            self._notify(callback)

    def _notify(self, callback: Callable[[], object]) -> None:
        """Tell the producer that it is to cancel."""
        try:
            if callback is acknowledge:
                self._end(CANCELED, None, False)
            else:
                callback()
        except INTERRUPTS:
            raise
        except BaseException:
            report_exception(self)

    def _closed(self) -> OperationClosed:
        return OperationClosed(f"this {type(self).__qualname__} was closed by its caller")

    def _slot_refusal(self, life: int) -> OperationClosed | IllegalDelegateAssignment:
        if life >= CLOSED:
            return self._closed()
        return IllegalDelegateAssignment(
            f"Completed of this {type(self).__qualname__} was already set, or claimed by a waiter"
        )
