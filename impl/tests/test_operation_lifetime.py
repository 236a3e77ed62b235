"""Who keeps whom alive, and what is released when."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    CoreDispatcher,
    CoreDispatcherPriority,
    OperationFailed,
)
from iasyncinfo_spec.hresults import RPC_E_DISCONNECTED, signed


class Thing:
    """Something whose release can be seen."""

    def __call__(self, *_: object) -> None:
        """Serve as a handler."""


class Keeper(Thing):
    """A handler that refers to what calls it."""

    def __init__(self, *kept: object) -> None:
        self.kept = kept


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """Only reference counts release anything, so a cycle shows."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_the_producer_keeps_its_operation_alive() -> None:
    """Dropping every caller reference neither cancels nor loses the completion."""
    operation, producer = AsyncOperation[int].create()
    told: list[Any] = []
    operation.completed = lambda sender, status: told.append((status, sender.get_results()))
    alive = weakref.ref(operation)
    del operation
    assert alive() is not None
    assert not producer.cancel_requested
    producer.complete(5)
    assert told == [(AsyncStatus.COMPLETED, 5)]
    assert alive() is None


def test_the_operation_survives_its_handler() -> None:
    """The last reference may go inside the handler."""
    operation, producer = AsyncOperation[int].create()
    holder = [operation]
    seen: list[int] = []

    def handler(sender: AsyncOperation[int], _status: AsyncStatus) -> None:
        holder.clear()
        seen.append(sender.get_results())

    operation.completed = handler
    del operation
    producer.complete(5)
    assert seen == [5]


@pytest.mark.parametrize("late", [False, True])
def test_a_handler_that_has_run_is_released(late: bool) -> None:
    """The operation lets go of its Completed handler after the call."""
    operation, producer = AsyncOperation[int].create()
    handler = Thing()
    if late:
        producer.complete(5)
    operation.completed = handler
    released = weakref.ref(handler)
    del handler
    if not late:
        producer.complete(5)
    assert released() is None
    assert operation.get_results() == 5


def test_the_end_releases_progress_handler_and_cancel_callback() -> None:
    """Nothing that served the work outlives it."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    progress, callback = Thing(), Thing()
    operation.progress = progress
    producer.on_cancel(callback)
    released = weakref.ref(progress), weakref.ref(callback)
    del progress, callback
    producer.complete(5)
    assert [ref() for ref in released] == [None, None]
    assert operation.get_results() == 5


def test_close_releases_the_result_and_a_progress_handler_put_again() -> None:
    """What the caller is finished with is freed."""
    operation, producer = AsyncOperationWithProgress[Thing, int].create()
    result, progress = Thing(), Thing()
    released = weakref.ref(result), weakref.ref(progress)
    producer.complete(result)
    operation.progress = progress
    del result, progress
    assert None not in [ref() for ref in released]
    operation.close()
    assert [ref() for ref in released] == [None, None]


def test_a_canceled_operation_does_not_keep_the_result() -> None:
    """The result that came too late is dropped."""
    operation, producer = AsyncOperation[Thing].create()
    result = Thing()
    released = weakref.ref(result)
    operation.cancel()
    producer.complete(result)
    del result
    assert released() is None


def test_handlers_that_refer_to_their_operation_leave_no_cycle() -> None:
    """After the end the operation goes with its last reference, whatever its callbacks refer to."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    keeper = Keeper(operation, producer)
    operation.completed = keeper
    operation.progress = keeper
    producer.on_cancel(keeper)
    del keeper
    released = weakref.ref(operation)
    producer.complete(5)
    del operation
    assert released() is None


def test_a_producer_lets_go_of_an_operation_that_has_ended() -> None:
    """A producer kept after the end does not keep the result."""
    operation, producer = AsyncOperation[int].create()
    released = weakref.ref(operation)
    producer.complete(5)
    del operation
    assert released() is None
    assert producer.cancel_requested is False


def test_a_failure_leaves_no_cycle() -> None:
    """Neither the exception given nor those raised tie the operation down."""
    operation, producer = AsyncOperation[int].create()

    def work() -> None:
        try:
            raise ValueError("in the worker")
        except ValueError as error:
            producer.fail(error)

    work()
    del work
    with pytest.raises(OperationFailed) as failure:
        operation.get_results()
    assert isinstance(failure.value.__cause__, ValueError)
    del failure
    released = weakref.ref(operation)
    del operation
    assert released() is None


def refuse_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no thread start."""

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("iasyncinfo.operations.producer.start_new_thread", refuse)


def test_a_dropped_producer_ends_its_operation_where_no_thread_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the thread that dropped it, then."""
    refuse_threads(monkeypatch)
    operation, producer = AsyncOperation[int].create()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    with pytest.warns(ResourceWarning):
        del producer
    assert told == [AsyncStatus.ERROR]
    assert operation.error_code == signed(RPC_E_DISCONNECTED)


def test_a_dropped_dispatcher_ends_its_operations_where_no_thread_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the callbacks that nobody will run."""
    refuse_threads(monkeypatch)
    dispatcher = CoreDispatcher()
    action = dispatcher.run_async(CoreDispatcherPriority.NORMAL, print)
    with pytest.warns(ResourceWarning):
        del dispatcher
    assert action.status is AsyncStatus.ERROR
