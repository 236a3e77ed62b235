"""Work items of a thread pool: order, cancel, failure, misuse, and who keeps whom."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from iasyncinfo import AsyncAction, AsyncStatus, OperationCanceled, OperationFailed, ThreadPool, WorkItemPriority


def noting(ran: list[Any], what: object) -> Callable[[AsyncAction], None]:
    """Return a work item that notes that it ran."""
    return lambda _action: ran.append(what)


class Occupied:
    """A pool of one thread that is busy until it is let go."""

    def __init__(self) -> None:
        self.pool = ThreadPool(1)
        self._free = threading.Event()
        begun = threading.Event()

        def occupy(_action: AsyncAction) -> None:
            begun.set()
            self._free.wait(60)

        self.pool.run_async(occupy)
        assert begun.wait(60)

    def let_go(self) -> None:
        """Let the thread take the next item, and wait until all have run."""
        self._free.set()
        self.pool.run_async(lambda _action: None, WorkItemPriority.LOW).get()


@pytest.fixture
def occupied() -> Iterator[Occupied]:
    """A pool whose only thread is busy."""
    busy = Occupied()
    yield busy
    busy.let_go()
    busy.pool.close()


def test_the_handler_is_given_the_action_on_a_thread_of_the_pool() -> None:
    """It runs elsewhere, is told which action it serves, and the action completes when it returns."""
    given: list[Any] = []
    with ThreadPool() as pool:
        action = pool.run_async(lambda action: given.extend((action, action.status, threading.get_ident())))
        assert action.get() is None
    assert given[:2] == [action, AsyncStatus.STARTED]
    assert given[2] != threading.get_ident()
    assert action.status is AsyncStatus.COMPLETED


def test_items_run_by_priority_and_then_in_order(occupied: Occupied) -> None:
    """High before Normal before Low, and equals as they came."""
    ran: list[str] = []
    for name, priority in (("low", -1), ("first", 0), ("second", 0), ("high", 1)):
        occupied.pool.run_async(noting(ran, name), WorkItemPriority(priority))
    occupied.let_go()
    assert ran == ["high", "first", "second", "low"]


def test_canceling_an_item_that_waits_keeps_it_from_running(occupied: Occupied) -> None:
    """It ends as Canceled at once, its handler is told so, and the work never runs."""
    ran: list[AsyncAction] = []
    told: list[AsyncStatus] = []
    action = occupied.pool.run_async(ran.append)
    action.completed = lambda _sender, status: told.append(status)
    action.cancel()
    assert told == [AsyncStatus.CANCELED]
    with pytest.raises(OperationCanceled):
        action.get()
    occupied.let_go()
    assert ran == []


def test_canceling_an_item_that_runs_lets_it_see_that() -> None:
    """The work goes on until it looks at the status, and what it then returns counts as canceled."""
    begun, canceled = threading.Event(), threading.Event()
    seen: list[AsyncStatus] = []

    def work(action: AsyncAction) -> None:
        begun.set()
        canceled.wait(60)
        seen.append(action.status)

    with ThreadPool(1) as pool:
        action = pool.run_async(work)
        begun.wait(60)
        action.cancel()
        canceled.set()
        assert action.wait(60) is AsyncStatus.CANCELED
    assert seen == [AsyncStatus.CANCELED]


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(3)])
def test_what_an_item_raises_is_the_actions_error(error: BaseException) -> None:
    """The thread survives it, and the caller finds it as the cause."""

    def work(_action: AsyncAction) -> None:
        raise error

    with ThreadPool(1) as pool:
        with pytest.raises(OperationFailed) as failure:
            pool.run_async(work).get()
        assert failure.value.__cause__ is error
        assert pool.run_async(lambda _action: None).get() is None


def test_an_async_def_as_a_handler_fails_with_advice() -> None:
    """Nobody would run it."""

    async def work(_action: AsyncAction) -> None: ...

    with ThreadPool(1) as pool, pytest.raises(OperationFailed) as failure:
        pool.run_async(work).get()
    assert "not an async def" in str(failure.value.__cause__)


def test_misuse_is_told_at_the_call() -> None:
    """A null handler, a priority out of range, a wrong number of threads, a closed pool."""
    wrong: Any = None
    wrong_number: Any = "two"
    with ThreadPool(1) as pool:
        with pytest.raises(TypeError, match="callable that takes the action, not None"):
            pool.run_async(wrong)
        for priority in (2, -2, "high"):
            out_of_range: Any = priority
            with pytest.raises(ValueError, match="Low -1, Normal 0 or High 1"):
                pool.run_async(print, out_of_range)
    with pytest.raises(RuntimeError, match="closed"):
        pool.run_async(print)
    with pytest.raises(ValueError, match="at least one thread"):
        ThreadPool(0)
    with pytest.raises(TypeError, match="an int"):
        ThreadPool(wrong_number)


def test_leaving_the_block_waits_for_what_was_accepted() -> None:
    """Everything accepted has run and the threads have ended."""
    before = threading.active_count()
    with ThreadPool(2) as pool:
        actions = [pool.run_async(lambda _action: None) for _ in range(20)]
    assert {action.status for action in actions} == {AsyncStatus.COMPLETED}
    assert threading.active_count() == before


def test_a_pool_that_is_dropped_still_runs_what_it_accepted() -> None:
    """Its threads do not keep it alive, and end when the work is done."""
    done = threading.Event()
    pool = ThreadPool(1)
    pool.run_async(lambda _action: done.set())
    threads = list(pool._threads)
    del pool
    assert done.wait(60)
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.parametrize("how", ["completes", "fails", "is canceled"])
def test_an_action_that_has_ended_is_kept_by_nobody(how: str, occupied: Occupied) -> None:
    """Neither the pool, nor the exception, nor the handler that was given the action keeps it."""

    def work(action: AsyncAction) -> None:
        if how == "fails":
            raise ValueError(repr(action))

    gc.collect()
    gc.disable()
    try:
        action = occupied.pool.run_async(work)
        if how == "is canceled":
            action.cancel()
        occupied.let_go()
        alive = weakref.ref(action)
        del action
        assert alive() is None
    finally:
        gc.enable()


def test_many_threads_submit_to_one_pool() -> None:
    """Nothing is lost and nothing runs twice."""
    ran: list[int] = []
    start = threading.Barrier(4)

    def submit(first: int) -> None:
        start.wait()
        for number in range(first, first + 200):
            pool.run_async(noting(ran, number))

    with ThreadPool(3) as pool:
        callers = [threading.Thread(target=submit, args=(first,)) for first in range(0, 800, 200)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert sorted(ran) == list(range(800))
