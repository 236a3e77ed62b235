"""get() and wait(): what they return, what they claim, and where they refuse."""

import asyncio
import signal
import threading
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    IllegalDelegateAssignment,
    OperationCanceled,
    OperationFailed,
    OperationProducer,
)
from iasyncinfo_spec.hresults import E_FAIL, ERROR_CANCELLED, signed


class Waiter(threading.Thread):
    """A thread that waits on an operation, known to have claimed the slot once ``begin`` returns."""

    def __init__(self, operation: AsyncOperation[int], how: str) -> None:
        super().__init__(daemon=True)
        self._operation = operation
        self._how = how
        self._outcome: Any = None

    def run(self) -> None:
        """Keep the value or the exception."""
        try:
            self._outcome = self._operation.get() if self._how == "get" else self._operation.wait(60)
        except Exception as error:
            self._outcome = error

    def begin(self) -> None:
        """Start, and return when the slot is claimed."""
        self.start()
        while self._operation.completed is None:
            pass

    def outcome(self) -> Any:
        """Return what came of it."""
        self.join(60)
        assert not self.is_alive()
        return self._outcome


def running() -> tuple[AsyncOperation[int], OperationProducer[int]]:
    """Return a running operation."""
    return AsyncOperation[int].create()


def test_get_waits_for_the_result() -> None:
    """get returns the result that another thread brings."""
    operation, producer = running()
    waiter = Waiter(operation, "get")
    waiter.begin()
    producer.complete(5)
    assert waiter.outcome() == 5
    assert operation.get() == 5
    assert operation.completed is None


def test_get_raises_the_failure() -> None:
    """get raises what get_results raises."""
    operation, producer = running()
    waiter = Waiter(operation, "get")
    waiter.begin()
    producer.fail(E_FAIL)
    assert isinstance(waiter.outcome(), OperationFailed)
    with pytest.raises(OperationFailed):
        operation.get()


@pytest.mark.parametrize("begun", ["started", "pending"])
def test_get_of_a_canceled_operation_returns_when_the_work_has_ended(begun: str) -> None:
    """Whether begun before or after the cancel, get waits for the worker and raises OperationCanceled."""
    operation, producer = running()
    waiter = Waiter(operation, "get")
    if begun == "started":
        waiter.begin()
        operation.cancel()
    else:
        operation.cancel()
        waiter.begin()
    assert waiter.is_alive()
    assert operation.completed is not None
    producer.acknowledge_cancel()
    canceled = waiter.outcome()
    assert isinstance(canceled, OperationCanceled)
    assert canceled.winerror == signed(ERROR_CANCELLED)
    with pytest.raises(OperationCanceled):
        operation.get()


def test_get_begun_while_cancel_is_pending_takes_an_outcome_from_canceled() -> None:
    """The status at the worker's end counts, not the one at the beginning of the wait."""
    operation, producer = running()
    operation.cancel()
    waiter = Waiter(operation, "get")
    waiter.begin()
    producer.complete(5, from_canceled=True)
    assert waiter.outcome() == 5


def test_get_of_an_operation_closed_meanwhile_is_canceled() -> None:
    """The waiter is told Canceled although the members refuse by then."""
    operation, producer = running()
    waiter = Waiter(operation, "get")
    waiter.begin()
    operation.cancel()
    operation.close()
    producer.complete(5)
    assert isinstance(waiter.outcome(), OperationCanceled)


def test_wait_returns_the_final_status() -> None:
    """wait raises neither failure nor cancellation."""
    for status in (AsyncStatus.COMPLETED, AsyncStatus.ERROR):
        operation, producer = running()
        waiter = Waiter(operation, "wait")
        waiter.begin()
        if status is AsyncStatus.COMPLETED:
            producer.complete(5)
        else:
            producer.fail(E_FAIL)
        assert waiter.outcome() is status
        assert operation.wait(0) is status


@pytest.mark.parametrize("pending", [False, True])
def test_wait_returns_started_when_the_time_is_over(pending: bool) -> None:
    """The work runs on; its claim of the slot stays, so another waiter is refused."""
    operation, producer = running()
    if pending:
        operation.cancel()
    assert operation.wait(0.001) is AsyncStatus.STARTED
    for claim in (operation.get, lambda: operation.wait(0)):
        with pytest.raises(IllegalDelegateAssignment):
            claim()
    with pytest.raises(IllegalDelegateAssignment):
        operation.completed = print
    producer.complete(5)
    assert operation.wait(0) is not AsyncStatus.STARTED


def test_waiting_where_a_handler_is_set_is_refused() -> None:
    """The slot has one owner; the handler is still called."""
    operation, producer = running()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    with pytest.raises(IllegalDelegateAssignment):
        operation.get()
    producer.complete(5)
    assert told == [AsyncStatus.COMPLETED]


def test_waiting_on_an_ended_operation_leaves_the_slot_free() -> None:
    """A handler can still be put after get and wait, and they work after it."""
    operation, producer = running()
    producer.complete(5)
    assert operation.get() == 5
    assert operation.wait(0) is AsyncStatus.COMPLETED
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    assert told == [AsyncStatus.COMPLETED]
    assert operation.get() == 5


@pytest.mark.parametrize("seconds", [-1, -0.001, float("nan"), float("-inf")])
def test_a_negative_time_out_is_refused(seconds: float) -> None:
    """The mistake is told at the call and claims nothing."""
    operation, producer = running()
    with pytest.raises(ValueError, match="negative"):
        operation.wait(seconds)
    assert operation.completed is None
    producer.complete(5)


def test_a_time_out_that_is_no_number_is_refused() -> None:
    """None does not mean for ever."""
    operation, producer = running()
    forever: Any = None
    with pytest.raises(TypeError, match="number of seconds"):
        operation.wait(forever)
    producer.complete(5)


def test_an_endless_time_out_is_accepted() -> None:
    """Infinity waits as long as a lock can."""
    operation, producer = running()
    threading.Thread(target=producer.complete, args=(5,)).start()
    assert operation.wait(float("inf")) is AsyncStatus.COMPLETED


@pytest.mark.parametrize("ended", [False, True])
def test_waiting_on_the_thread_of_a_running_loop_is_refused(ended: bool) -> None:
    """get and wait raise RuntimeError there, also where they would not block, and claim nothing."""
    operation, producer = running()
    if ended:
        producer.complete(5)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="use await"):
            operation.get()
        with pytest.raises(RuntimeError, match="use await"):
            operation.wait(0)

    asyncio.run(main())
    assert operation.completed is None
    if not ended:
        producer.complete(5)
    assert operation.get() == 5


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals cannot be sent to a thread here")
@pytest.mark.parametrize("how", ["get", "wait"])
def test_waiting_can_be_interrupted(how: str) -> None:
    """KeyboardInterrupt comes out of get and wait at once; the work runs on, and the claim is given back."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background may ignore it
    operation, producer = running()
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        while operation.completed is None:
            pass
        threading.Event().wait(0.1)  # a signal just before a lock is waited for does not end the wait: CPython's gap
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        operation.get() if how == "get" else operation.wait(60)
    thread.join()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    assert producer.complete(5)
    assert told == [AsyncStatus.COMPLETED]
