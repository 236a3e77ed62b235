"""Waiting for the end of the work: ``get``, ``wait`` and ``await``.

A waiter claims the Completed slot of a running operation, so there is one waiter or one handler. An
operation that has ended is answered without touching the slot. Cancellation is recognised by the
status that the waiter was told, not by what get_results then refuses with.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from threading import TIMEOUT_MAX, Lock

from iasyncinfo.errors import OperationCanceled
from iasyncinfo.gates import acquire
from iasyncinfo.generics import TYPE_CHECKING, TypeVar
from iasyncinfo.reporting import INTERRUPTS, loop_of_this_thread
from iasyncinfo.states import COMPLETED
from iasyncinfo_spec.abi import AsyncStatus

if TYPE_CHECKING:
    from typing import Any

    from iasyncinfo.awaited import Awaited

R = TypeVar("R")

_CANCELED = AsyncStatus.CANCELED


class ThreadGate:
    """The waiter of a thread: a lock that is held until the operation calls it."""

    __slots__ = ("_gate", "_status")

    def __init__(self) -> None:
        self._status = AsyncStatus.STARTED
        self._gate = Lock()
        self._gate.acquire()

    def __call__(self, _operation: object, status: AsyncStatus) -> None:
        self._status = status
        self._gate.release()

    def pass_through(self, seconds: float) -> AsyncStatus:
        """Wait for the end, for ever if ``seconds`` is -1; return the status told, STARTED if none was."""
        acquire(self._gate, seconds)
        return self._status


def get(operation: Awaited[R]) -> R:
    """Wait for the end and return the result."""
    return settle(operation, _block(operation, -1))


def wait(operation: Awaited[Any], seconds: float) -> AsyncStatus:
    """Wait for the end or the time-out and return the status."""
    if not isinstance(seconds, (int, float)):
        raise TypeError(f"a time-out is a number of seconds, not {seconds!r}")
    if not seconds >= 0:
        raise ValueError(f"a time-out is not negative: {seconds!r}")
    status = _block(operation, min(seconds, TIMEOUT_MAX))
    operation._see()
    return status


def answer(operation: Awaited[R]) -> Generator[Any, None, R]:
    """Wait for the end in asyncio and return the result."""
    if "trio" in sys.modules:
        from iasyncinfo.awaiting import refuse_in_trio

        refuse_in_trio()
    if operation._life >= COMPLETED:
        return settle(operation, operation.status)
    from iasyncinfo.awaiting import LoopGate

    gate = LoopGate()
    try:
        status = operation._claim(gate)
        if status is None:
            status = yield from gate.pass_through(operation)
    except (Exception, *INTERRUPTS):  # such as GeneratorExit, where the coroutine that waits was closed
        operation._give_back(gate)
        raise
    return settle(operation, status)


def _block(operation: Awaited[Any], seconds: float) -> AsyncStatus:
    """Wait on this thread; return the status, STARTED when ``seconds`` are over."""
    refuse_on_loop_thread()
    gate = ThreadGate()
    try:
        status = operation._claim(gate)
        return gate.pass_through(seconds) if status is None else status
    except BaseException:  # what a signal's handler raises
        operation._give_back(gate)
        raise


def settle(operation: Awaited[R], status: AsyncStatus) -> R:
    """Return the result of an operation that ended with ``status``, or raise what stands for it."""
    if status is _CANCELED:
        raise OperationCanceled(f"this {type(operation).__qualname__} was canceled")
    return operation.get_results()


def refuse_on_loop_thread() -> None:
    """Raise RuntimeError where waiting would stop the event loop that may have to end the work."""
    if loop_of_this_thread() is not None:
        raise RuntimeError("get() and wait() would block the event loop that runs on this thread: use await")
