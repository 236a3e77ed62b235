"""Callbacks of a dispatcher: order, thread, idle, shutdown, misuse."""

import threading
from functools import partial
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    CoreDispatcher,
    CoreDispatcherPriority,
    CoreProcessEventsOption,
    IdleDispatchedHandlerArgs,
    IllegalMethodCall,
    OperationFailed,
)

ONE_AND_ALL = CoreProcessEventsOption.PROCESS_ONE_AND_ALL_PENDING
ONE = CoreProcessEventsOption.PROCESS_ONE_IF_PRESENT
ALL = CoreProcessEventsOption.PROCESS_ALL_IF_PRESENT
UNTIL_QUIT = CoreProcessEventsOption.PROCESS_UNTIL_QUIT
NORMAL = CoreDispatcherPriority.NORMAL


def test_callbacks_run_by_priority_and_then_in_order() -> None:
    """High, Normal, Low, Idle, and equals as they came."""
    dispatcher = CoreDispatcher()
    ran: list[str] = []
    for name in ("idle", "low", "normal", "high"):
        for number in (1, 2):
            dispatcher.run_async(CoreDispatcherPriority[name.upper()], partial(ran.append, f"{name} {number}"))
    dispatcher.process_events(ALL)
    assert ran == ["high 1", "high 2", "normal 1", "normal 2", "low 1", "low 2", "idle 1", "idle 2"]


def test_an_action_completes_when_its_callback_has_returned() -> None:
    """Nothing runs before events are processed, and one event is one callback."""
    dispatcher = CoreDispatcher()
    first, second = (dispatcher.run_async(NORMAL, lambda: None) for _ in range(2))
    assert first.status is AsyncStatus.STARTED
    dispatcher.process_events(ONE)
    assert (first.status, second.status) == (AsyncStatus.COMPLETED, AsyncStatus.STARTED)
    dispatcher.process_events(ALL)
    dispatcher.process_events(ALL)
    assert second.status is AsyncStatus.COMPLETED


def test_thread_access_is_had_where_the_dispatcher_was_made() -> None:
    """Another thread has none, and may not process events."""
    dispatcher = CoreDispatcher()
    seen: list[Any] = []

    def elsewhere() -> None:
        seen.append(dispatcher.has_thread_access)
        operation, producer = AsyncOperation[int].create()
        for misuse in (lambda: dispatcher.process_events(ALL), lambda: dispatcher.run_until(operation)):
            with pytest.raises(RuntimeError, match="thread that made it"):
                misuse()
        producer.complete(5)
        seen.append("refused")

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [False, "refused"]
    assert dispatcher.has_thread_access


def test_a_callback_from_another_thread_runs_on_the_dispatchers() -> None:
    """A thread that waits for events is woken."""
    dispatcher = CoreDispatcher()
    access: list[bool] = []
    caller = threading.Thread(
        target=dispatcher.run_async, args=(NORMAL, lambda: access.append(dispatcher.has_thread_access))
    )
    caller.start()
    dispatcher.process_events(ONE_AND_ALL)
    caller.join()
    assert access == [True]


def test_processing_until_quit_ends_with_stop_process_events() -> None:
    """A callback, another thread, or a call made beforehand stops it; what is queued stays queued."""
    dispatcher = CoreDispatcher()
    dispatcher.run_async(NORMAL, dispatcher.stop_process_events)
    later = dispatcher.run_async(NORMAL, lambda: None)
    dispatcher.process_events(UNTIL_QUIT)
    assert later.status is AsyncStatus.STARTED
    dispatcher.stop_process_events()
    dispatcher.process_events(UNTIL_QUIT)
    assert later.status is AsyncStatus.STARTED

    def stop_after_later() -> None:
        later.wait(60)
        dispatcher.stop_process_events()

    stopper = threading.Thread(target=stop_after_later)
    stopper.start()
    dispatcher.process_events(UNTIL_QUIT)
    stopper.join()
    assert later.wait(0) is AsyncStatus.COMPLETED


def test_an_idle_callback_learns_whether_it_should_hurry() -> None:
    """It runs last, and sees when something else has come."""
    dispatcher = CoreDispatcher()
    seen: list[Any] = []

    def idle(args: IdleDispatchedHandlerArgs) -> None:
        seen.append(args.is_dispatcher_idle)
        dispatcher.run_async(CoreDispatcherPriority.LOW, lambda: seen.append("low"))
        seen.append(args.is_dispatcher_idle)

    ran = dispatcher.try_run_idle_async(idle)
    dispatcher.run_idle_async(lambda args: seen.append(args.is_dispatcher_idle))
    dispatcher.run_async(NORMAL, lambda: seen.append("normal"))
    dispatcher.process_events(ALL)
    assert seen == ["normal", True, False, "low", True]
    assert ran.get_results() is True


def test_after_shutdown_run_async_completes_without_running() -> None:
    """The same goes for what was queued; the try members say False."""
    dispatcher = CoreDispatcher()
    ran: list[str] = []

    def queue() -> tuple[Any, ...]:
        return (
            dispatcher.run_async(NORMAL, lambda: ran.append("run")),
            dispatcher.run_idle_async(lambda _args: ran.append("idle")),
            dispatcher.try_run_async(NORMAL, lambda: ran.append("try")),
            dispatcher.try_run_idle_async(lambda _args: ran.append("try idle")),
        )

    queued = queue()
    dispatcher.shutdown()
    dispatcher.shutdown()
    for option in CoreProcessEventsOption:
        dispatcher.process_events(option)
    assert [operation.get() for operation in (*queued, *queue())] == [None, None, False, False] * 2
    assert ran == []


def test_canceling_a_callback_that_waits_keeps_it_from_running() -> None:
    """Its action ends as Canceled, before events are processed and after."""
    dispatcher = CoreDispatcher()
    ran: list[str] = []
    action = dispatcher.run_async(NORMAL, lambda: ran.append("ran"))
    action.cancel()
    assert action.wait(0) is AsyncStatus.CANCELED
    dispatcher.process_events(ALL)
    dispatcher.shutdown()
    assert ran == []
    assert action.status is AsyncStatus.CANCELED


def test_what_a_callback_raises_is_the_actions_error() -> None:
    """The next one runs; KeyboardInterrupt comes out of process_events besides."""
    dispatcher = CoreDispatcher()

    def interrupt() -> None:
        raise KeyboardInterrupt

    failed = dispatcher.run_async(NORMAL, lambda: 1 // 0)
    interrupted = dispatcher.run_async(NORMAL, interrupt)
    fine = dispatcher.run_async(NORMAL, lambda: None)
    with pytest.raises(KeyboardInterrupt):
        dispatcher.process_events(ALL)
    dispatcher.process_events(ALL)
    with pytest.raises(OperationFailed) as failure:
        failed.get_results()
    assert isinstance(failure.value.__cause__, ZeroDivisionError)
    assert (interrupted.status, fine.status) == (AsyncStatus.ERROR, AsyncStatus.COMPLETED)


@pytest.mark.parametrize("shut", [False, True])
def test_run_until_processes_events_until_the_operation_has_ended(shut: bool) -> None:
    """It returns the result of work that needs this thread; after shutdown it only waits."""
    dispatcher = CoreDispatcher()
    operation, producer = AsyncOperation[int].create()
    if shut:
        dispatcher.shutdown()
        threading.Thread(target=producer.complete, args=(5,)).start()
    else:
        dispatcher.run_async(NORMAL, lambda: producer.complete(5))
    assert dispatcher.run_until(operation) == 5
    assert dispatcher.run_until(operation) == 5


def test_events_may_be_processed_inside_a_callback() -> None:
    """A callback that waits for another one does not stop the thread."""
    dispatcher = CoreDispatcher()
    ran: list[str] = []

    def outer() -> None:
        dispatcher.run_until(dispatcher.run_async(NORMAL, lambda: ran.append("inner")))
        ran.append("outer")

    dispatcher.run_async(NORMAL, outer)
    dispatcher.process_events(ALL)
    assert ran == ["inner", "outer"]


def test_misuse_is_told_at_the_call() -> None:
    """No callable, a priority or an option out of range, something that is no operation."""
    dispatcher = CoreDispatcher()
    wrong: Any = None
    with pytest.raises(TypeError, match="callable, not None"):
        dispatcher.run_async(NORMAL, wrong)
    with pytest.raises(TypeError, match="callable, not None"):
        dispatcher.run_idle_async(wrong)
    for priority in (2, -3, None):
        out_of_range: Any = priority
        with pytest.raises(ValueError, match="Idle -2"):
            dispatcher.try_run_async(out_of_range, print)
    with pytest.raises(ValueError, match="CoreProcessEventsOption"):
        dispatcher.process_events(wrong)
    with pytest.raises(TypeError, match="operation of this package"):
        dispatcher.run_until(wrong)


def test_an_interrupted_wait_loses_no_callback() -> None:
    """What came while the waiting thread was interrupted is the next to run."""
    from iasyncinfo.queues.work_items import Seat, WorkItem, WorkQueue

    class Interrupted:
        def __init__(self, before: Any) -> None:
            self._lock = threading.Lock()
            self._before = before

        def acquire(self, timeout: float = -1) -> bool:  # noqa: ARG002
            before, self._before = self._before, None
            if before is not None:
                before()
                raise KeyboardInterrupt
            return True

        def release(self) -> None: ...

    from iasyncinfo import AsyncAction

    action, producer = AsyncAction.create()
    item = WorkItem(producer, lambda _ran: producer.complete(), lambda: None)
    queue = WorkQueue()
    for came, expected in ((lambda: None, None), (lambda: queue.put(0, item), item)):
        seat = Seat()
        gate: Any = Interrupted(came)
        seat._gate = gate
        with pytest.raises(KeyboardInterrupt):
            queue.take(seat)
        assert queue.take() is expected
    item.run()
    assert action.status is AsyncStatus.COMPLETED


def test_is_dispatcher_idle_fails_outside_its_callback() -> None:
    """It speaks of the moment in which the callback runs, also where that raised."""
    dispatcher, kept = CoreDispatcher(), list[IdleDispatchedHandlerArgs]()

    def fail(args: IdleDispatchedHandlerArgs) -> None:
        kept.append(args)
        raise ValueError

    dispatcher.run_idle_async(kept.append)
    failed = dispatcher.run_idle_async(fail)
    dispatcher.process_events(ALL)
    assert failed.status is AsyncStatus.ERROR
    assert len(kept) == 2
    for args in kept:
        with pytest.raises(IllegalMethodCall, match="within the idle callback"):
            args.is_dispatcher_idle  # noqa: B018
