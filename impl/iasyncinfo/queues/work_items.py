"""Work that waits for its turn: what thread pools and dispatchers have in common."""

from __future__ import annotations

from _thread import RLock
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from threading import Lock
from time import sleep
from types import CoroutineType

from iasyncinfo.frames import release_frames
from iasyncinfo.gates import acquire
from iasyncinfo.operations.producer import Producer
from iasyncinfo.reporting import INTERRUPTS, report_exception

_FIRST = 1_000
"""A priority above all."""
_SOON = 0.1
"""Seconds in which a gate opens that is about to."""


class WorkItem:
    """One call that is made at most once, and the producer of the operation that tells its end.

    Whoever acquires the claim first decides: the thread whose turn it is, or the caller's cancel.
    """

    __slots__ = ("_call", "_claim", "_complete", "_producer")

    def __init__(self, producer: Producer, complete: Callable[[bool], object], call: Callable[[], object]) -> None:
        """Begin to wait; ``complete(ran)`` completes the operation."""
        self._claim = Lock()
        self._producer = producer
        self._complete = complete
        self._call: Callable[[], object] | None = call
        producer.on_cancel(self._withdraw)

    def run(self) -> None:
        """Make the call and end the operation as it ends; do nothing if the operation was canceled before.

        An exception becomes the operation's error. KeyboardInterrupt, SystemExit and GeneratorExit are raised as well.
        """
        if not self._claim.acquire(blocking=False):
            return
        try:
            assert self._call is not None
            _refuse_coroutine(self._call())
        except BaseException as error:
            self._call = None
            release_frames(error)  # the call's frames hold the operation, which holds the error
            operation = self._producer._operation
            if not self._producer.fail(error):
                report_exception(operation)  # which was canceled, and has no place for it
            del operation
            if isinstance(error, INTERRUPTS):
                raise
        else:
            self._call = None
            self._complete(True)

    def skip(self) -> None:
        """Complete the operation without the call."""
        if self._claim.acquire(blocking=False):
            self._call = None
            self._complete(False)

    def abandon(self) -> None:
        """Let the operation forget the item, and drop its producer."""
        self._producer.on_cancel(None)
        self._producer._drop()  # here: without the global lock only the thread that made it would finalize it

    def _withdraw(self) -> None:
        """End the operation as canceled if its turn has not come."""
        if self._claim.acquire(blocking=False):
            self._call = None
            self._producer.acknowledge_cancel()


class Seat:
    """Where one thread waits, for one item after another: its gate opens when it was handed one, or nothing."""

    __slots__ = ("_gate", "_handed", "_item")

    def __init__(self) -> None:
        """Begin with the gate shut."""
        self._gate = Lock()
        self._gate.acquire()
        self._handed = False
        self._item: WorkItem | None = None

    def wait(self, queue: WorkQueue) -> WorkItem | None:
        """Return what was handed over."""
        try:
            acquire(self._gate)
        except BaseException:  # KeyboardInterrupt
            queue.give_back(self)
            raise
        item, self._item, self._handed = self._item, None, False
        return item

    def hand(self, item: WorkItem | None) -> None:
        """Hand over an item, or nothing; called once for each time that the seat was taken out of a queue."""
        self._item = item
        self._handed = True
        self._gate.release()

    def take_back(self) -> WorkItem | None:
        """Return what is handed over to a thread that was interrupted, and shut the gate.

        The thread may have been interrupted just after it had passed the gate, which is shut then.
        """
        while not self._handed:
            sleep(0)  # whoever took the seat out of the queue is about to
        self._gate.acquire(timeout=_SOON)
        item, self._item, self._handed = self._item, None, False
        return item


class WorkQueue:
    """Items in the order of their priority, the highest first, and of their arrival.

    Who finds none takes a seat and is handed the next that arrives; so while anybody sits, none is queued. What
    can be made before the lock is taken is: nothing under it starts a finalizer that puts an item in its turn.
    """

    __slots__ = ("_arrivals", "_heap", "_lock", "_seats", "_woken", "closed")

    def __init__(self) -> None:
        """Begin empty and open."""
        self._lock = RLock()  # a finalizer or a signal's handler may put an item, where this thread has it
        self._heap: list[tuple[int, int, WorkItem]] = []
        self._arrivals = count()
        self._seats: list[Seat] = []
        self._woken = False
        self.closed: bool = False

    def put(self, priority: int, item: WorkItem) -> bool:
        """Add an item; return whether somebody was waiting for one. Raises ValueError if closed."""
        entry = -priority, next(self._arrivals), item
        with self._lock:
            if self.closed:
                raise ValueError("the queue is closed")
            seat = self._seats.pop() if self._seats else None
            if seat is None:
                heappush(self._heap, entry)
        if seat is None:
            return False
        seat.hand(item)
        return True

    def take(self, seat: Seat | None = None) -> WorkItem | None:
        """Return the next item, waited for in the seat if there is one.

        Returns None where there is no item, or where ``wake`` or ``close`` ended the wait for one.
        """
        with self._lock:
            if self._heap:
                return heappop(self._heap)[2]
            if seat is None or self.closed:
                return None
            if self._woken:
                self._woken = False
                return None
            self._seats.append(seat)
        return seat.wait(self)

    def give_back(self, seat: Seat) -> None:
        """Take a seat away whose thread was interrupted; what it was handed meanwhile is the next item."""
        with self._lock:
            if seat in self._seats:
                self._seats.remove(seat)
                return
        item = seat.take_back()
        if item is not None:
            entry = -_FIRST, next(self._arrivals), item
            with self._lock:
                heappush(self._heap, entry)

    def wake(self) -> None:
        """Let one who waits look around; if nobody does, the next who is about to."""
        with self._lock:
            seat = self._seats.pop() if self._seats else None
            self._woken = seat is None
        if seat is not None:
            seat.hand(None)

    def close(self) -> None:
        """Accept nothing any more, and let nobody wait."""
        with self._lock:
            self.closed = True
            seats = self._seats
            self._seats = []
        for seat in seats:
            seat.hand(None)

    @property
    def is_empty(self) -> bool:
        """Whether no item waits, as far as can be told without the lock."""
        return not self._heap

    def abandon(self) -> None:
        """Drop the items that nobody will run: their operations end as those of dropped producers do."""
        while (item := self.take()) is not None:
            item.abandon()

    def holds_above(self, priority: int) -> bool:
        """Whether an item of a higher priority waits."""
        with self._lock:
            return bool(self._heap) and -self._heap[0][0] > priority


def _refuse_coroutine(answer: object) -> None:
    """Raise TypeError for what an ``async def`` returns, which nobody here would run."""
    if isinstance(answer, CoroutineType):
        answer.close()
        raise TypeError("a work item is a plain function, not an async def: run that with asyncio.run inside one")
