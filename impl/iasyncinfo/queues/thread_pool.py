"""The thread pool of Windows: work items that run on threads in the order of their priority.

Source: Windows.System.Threading.ThreadPool. Windows has one pool for each process and calls its class; here
a pool is an object, so that a program can have a small one for its tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from threading import Lock, Thread
from typing import NoReturn, Self
from weakref import WeakSet

from iasyncinfo.operations.kinds import AsyncAction
from iasyncinfo.operations.producer import elsewhere
from iasyncinfo.queues.work_items import Seat, WorkItem, WorkQueue


class WorkItemPriority(IntEnum):
    """How urgent a work item is. Source: Windows.System.Threading.WorkItemPriority."""

    LOW = -1
    NORMAL = 0
    HIGH = 1


class ThreadPool:
    """Threads that run work items; of those that wait, the most urgent first, then the oldest.

    As a context manager it is closed at the end of the block, which waits until everything accepted has run. The
    threads are daemons: as on Windows, work that runs when the process ends is not waited for. A child that was
    forked has a pool without threads and work of its own.
    """

    def __init__(self, threads: int | None = None) -> None:
        """Begin without threads; at most so many are started, by default as many as an executor's.

        Raises ValueError if ``threads`` is less than 1, TypeError if it is not an int.
        """
        if threads is None:
            threads = min(32, (os.cpu_count() or 1) + 4)
        if not isinstance(threads, int):
            raise TypeError(f"the number of threads is an int, not {threads!r}")
        if threads < 1:
            raise ValueError(f"a pool has at least one thread, not {threads}")
        self._limit = threads
        self._begin()
        _pools.add(self)

    def run_async(
        self, handler: Callable[[AsyncAction], object], priority: WorkItemPriority = WorkItemPriority.NORMAL
    ) -> AsyncAction:
        """Let ``handler(action)`` run on a thread of the pool; return the action, which ends with it.

        Canceling an action whose turn has not come ends it as Canceled and the handler is never called. Once it
        runs it has to look at ``action.status`` and return early, and the action then ends as Canceled. What it
        raises becomes the action's error. Raises TypeError for a handler that cannot be called, ValueError for a
        priority out of range, RuntimeError after ``close``.
        """
        if not callable(handler):
            raise TypeError(f"a work item is a callable that takes the action, not {handler!r}")
        urgency = _require_priority(priority)
        action, producer = AsyncAction.create()
        item = WorkItem(producer, lambda _ran: producer.complete(), partial(handler, action))
        try:
            awaited = self._queue.put(urgency, item)
        except ValueError:
            item.skip()
            raise RuntimeError("the thread pool was closed and accepts no work items any more") from None
        if not awaited and len(self._threads) < self._limit:
            try:
                self._start_thread()
            except RuntimeError:  # the system has no thread left
                if not self._threads:
                    item.skip()
                    raise
        return action

    def close(self) -> None:
        """Accept no work items any more; what was accepted still runs, then the threads end."""
        self._queue.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a thread pool cannot be copied or pickled")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        for thread in self._threads:
            thread.join()

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        queue = getattr(self, "_queue", None)  # absent if __init__ raised
        if queue is not None and not is_finalizing():
            elsewhere(queue.close)

    def _begin(self) -> None:
        """Have neither work nor threads."""
        self._queue = WorkQueue()
        self._lock = Lock()
        self._threads: list[Thread] = []

    def _start_thread(self) -> None:
        with self._lock:
            if len(self._threads) >= self._limit:
                return
            name = f"ThreadPool-{len(self._threads) + 1}"
            thread = Thread(target=_work, args=(self._queue,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)


_pools: WeakSet[ThreadPool] = WeakSet()
_left_behind: list[WorkQueue] = []
"""The parent's work, in a child: kept, for it is not this process that dropped it."""


def _work(queue: WorkQueue) -> None:
    """Run the items of a queue until it is closed and empty. Does not know the pool, which may be dropped."""
    seat = Seat()
    while True:
        item = queue.take(seat)
        if item is not None:
            try:
                item.run()
            except BaseException:
                continue  # the action carries it, and a thread of the pool has nobody else to tell
        elif queue.closed:
            return


def _require_priority(priority: object) -> WorkItemPriority:
    if type(priority) is WorkItemPriority:
        return priority
    try:
        return WorkItemPriority(priority)  # type: ignore[arg-type]
    except ValueError:
        message = f"the priority of a work item is Low -1, Normal 0 or High 1, not {priority!r}"
        raise ValueError(message) from None


def _forget_the_parents_threads() -> None:
    for pool in _pools:
        _left_behind.append(pool._queue)
        pool._begin()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_the_parents_threads)
