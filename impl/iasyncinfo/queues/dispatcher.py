"""The dispatcher of a window: callbacks that run on its thread in the order of their priority.

Source: Windows.UI.Core.CoreDispatcher. Windows makes one for each window; here it is made on the thread that is to
run its callbacks, and runs them while that thread is in ``process_events`` or ``run_until``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from threading import Lock, get_ident
from typing import Any, TypeVar

from iasyncinfo.errors import IllegalMethodCall
from iasyncinfo.operations.kinds import AsyncAction, AsyncOperation
from iasyncinfo.operations.operation import AsyncInfo
from iasyncinfo.operations.producer import elsewhere
from iasyncinfo.queues.work_items import Seat, WorkItem, WorkQueue
from iasyncinfo.waiting import refuse_on_loop_thread, settle
from iasyncinfo_spec.abi import AsyncStatus

R = TypeVar("R")


class CoreDispatcherPriority(IntEnum):
    """How urgent a callback is. Source: Windows.UI.Core.CoreDispatcherPriority."""

    IDLE = -2
    LOW = -1
    NORMAL = 0
    HIGH = 1


class CoreProcessEventsOption(IntEnum):
    """How long ``process_events`` goes on. Source: Windows.UI.Core.CoreProcessEventsOption."""

    PROCESS_ONE_AND_ALL_PENDING = 0
    """Wait for one callback if there is none, then run all that are queued."""
    PROCESS_ONE_IF_PRESENT = 1
    PROCESS_UNTIL_QUIT = 2
    """Until ``stop_process_events`` or ``shutdown``."""
    PROCESS_ALL_IF_PRESENT = 3


class IdleDispatchedHandlerArgs:
    """What an idle callback is given. Source: Windows.UI.Core.IdleDispatchedHandlerArgs."""

    __slots__ = ("_queue",)

    def __init__(self, queue: WorkQueue) -> None:
        """Look at the queue whenever asked, from within the callback."""
        self._queue: WorkQueue | None = queue

    @property
    def is_dispatcher_idle(self) -> bool:
        """Whether still nothing but idle callbacks is queued; a long one returns early when this is False.

        Raises IllegalMethodCall outside the callback: before it is called and once it has returned.
        """
        queue = self._queue
        if queue is None:
            raise IllegalMethodCall("is_dispatcher_idle can be read only within the idle callback")
        return not queue.holds_above(CoreDispatcherPriority.IDLE)


def _call_idle(callback: Callable[[IdleDispatchedHandlerArgs], object], queue: WorkQueue) -> object:
    """Call an idle callback with arguments that are good for this call."""
    args = IdleDispatchedHandlerArgs(queue)
    try:
        return callback(args)
    finally:
        args._queue = None


class CoreDispatcher:
    """Runs callbacks on the thread that made it: the most urgent first, of equals the oldest.

    After ``shutdown`` no callback runs: ``run_async`` and ``run_idle_async``, of what is queued too, complete
    without having run anything, and the ``try_`` members complete with False.

    All ``run`` members take callables and may be used from any thread. They raise TypeError for what cannot be
    called and ValueError for a priority out of range. What a callback raises becomes the error of its operation;
    canceling an operation whose turn has not come ends it as Canceled, and its callback is never called.
    """

    def __init__(self) -> None:
        """Belong to the thread that calls this."""
        self._thread = get_ident()
        self._queue = WorkQueue()
        self._seat = Seat()
        self._quit = False

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        if not self._queue.is_empty and not is_finalizing():
            elsewhere(self._queue.abandon)

    @property
    def has_thread_access(self) -> bool:
        """Whether the calling thread is the one that runs the callbacks."""
        return get_ident() == self._thread

    def run_async(self, priority: CoreDispatcherPriority, callback: Callable[[], object]) -> AsyncAction:
        """Queue ``callback()``; return the action that completes when it has returned."""
        urgency = _require(priority, callback)
        return self._action(urgency, callback)

    def run_idle_async(self, callback: Callable[[IdleDispatchedHandlerArgs], object]) -> AsyncAction:
        """Queue ``callback(args)`` for when nothing else is queued; return the action."""
        urgency = _require(CoreDispatcherPriority.IDLE, callback)
        return self._action(urgency, partial(_call_idle, callback, self._queue))

    def try_run_async(self, priority: CoreDispatcherPriority, callback: Callable[[], object]) -> AsyncOperation[bool]:
        """Do as ``run_async``; the operation's result tells whether the callback ran."""
        urgency = _require(priority, callback)
        return self._operation(urgency, callback)

    def try_run_idle_async(self, callback: Callable[[IdleDispatchedHandlerArgs], object]) -> AsyncOperation[bool]:
        """Do as ``run_idle_async``; the operation's result tells whether the callback ran."""
        urgency = _require(CoreDispatcherPriority.IDLE, callback)
        return self._operation(urgency, partial(_call_idle, callback, self._queue))

    def process_events(self, options: CoreProcessEventsOption) -> None:
        """Run callbacks for as long as ``options`` says; after ``shutdown`` return at once.

        Raises RuntimeError on another thread than the dispatcher's, ValueError for another option.
        """
        option = _require_option(options)
        self._require_thread_access()
        if option is CoreProcessEventsOption.PROCESS_UNTIL_QUIT:
            while not (self._quit or self._queue.closed):
                self._run_next(self._seat)
            self._quit = False
        elif option is CoreProcessEventsOption.PROCESS_ONE_IF_PRESENT:
            self._run_next()
        else:
            if option is CoreProcessEventsOption.PROCESS_ONE_AND_ALL_PENDING:
                while not (self._run_next(self._seat) or self._queue.closed):
                    pass
            while self._run_next():
                pass

    def stop_process_events(self) -> None:
        """Let ``process_events`` return that runs until quit, or the next that does; from any thread."""
        self._quit = True
        self._queue.wake()

    def run_until(self, operation: AsyncInfo[R]) -> R:
        """Run callbacks until an operation has ended; return its result or raise as its ``get`` does.

        ``get`` would wait for ever on this thread for what this thread has to run. Claims Completed on a running
        operation. Raises RuntimeError on another thread than the dispatcher's and on one whose event loop is
        running, TypeError for what is no operation.
        """
        self._require_thread_access()
        if not isinstance(operation, AsyncInfo):
            raise TypeError(f"run_until takes an operation of this package, not {operation!r}")
        refuse_on_loop_thread()
        ended = _Ended(self._queue)
        try:
            status = operation._claim(ended)
            if status is None:
                while not (self._queue.closed or ended.told):
                    self._run_next(self._seat)
                status = ended.wait()
        except BaseException:  # of a callback, or what a signal's handler raises
            operation._give_back(ended)
            raise
        return settle(operation, status)

    def shutdown(self) -> None:
        """Run no callback any more, on any thread's word: complete those queued without running them."""
        self._queue.close()
        while (item := self._queue.take()) is not None:
            item.skip()

    def _action(self, urgency: CoreDispatcherPriority, call: Callable[[], object]) -> AsyncAction:
        action, producer = AsyncAction.create()
        self._put(urgency, WorkItem(producer, lambda _ran: producer.complete(), call))
        return action

    def _operation(self, urgency: CoreDispatcherPriority, call: Callable[[], object]) -> AsyncOperation[bool]:
        operation, producer = AsyncOperation[bool].create()
        self._put(urgency, WorkItem(producer, producer.complete, call))
        return operation

    def _put(self, urgency: CoreDispatcherPriority, item: WorkItem) -> None:
        try:
            self._queue.put(urgency, item)
        except ValueError:  # shut down
            item.skip()

    def _run_next(self, seat: Seat | None = None) -> bool:
        """Run the next callback, waited for in a seat; return False if there was none."""
        item = self._queue.take(seat)
        if item is None:
            return False
        item.run()
        return True

    def _require_thread_access(self) -> None:
        if not self.has_thread_access:
            raise RuntimeError("a dispatcher's callbacks run on the thread that made it: call this there")


class _Ended:
    """The waiter of ``run_until``."""

    __slots__ = ("_gate", "_queue", "_status", "told")

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue
        self._gate = Lock()
        self._gate.acquire()
        self._status = AsyncStatus.STARTED
        self.told = False

    def __call__(self, _operation: object, status: AsyncStatus) -> None:
        self._status = status
        self.told = True
        self._gate.release()
        self._queue.wake()

    def wait(self) -> AsyncStatus:
        """Wait without running callbacks; return the status told."""
        self._gate.acquire()
        return self._status


def _require(priority: object, callback: Callable[..., Any]) -> CoreDispatcherPriority:
    """Return the priority if it is one and the callback can be called."""
    if not callable(callback):
        raise TypeError(f"a dispatcher runs a callable, not {callback!r}")
    try:
        return CoreDispatcherPriority(priority)  # type: ignore[arg-type]
    except ValueError:
        message = f"the priority of a callback is Idle -2, Low -1, Normal 0 or High 1, not {priority!r}"
        raise ValueError(message) from None


def _require_option(options: object) -> CoreProcessEventsOption:
    try:
        return CoreProcessEventsOption(options)  # type: ignore[arg-type]
    except ValueError:
        raise ValueError(f"options is a CoreProcessEventsOption, 0 to 3, not {options!r}") from None
