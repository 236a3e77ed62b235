"""A signal's handler runs between any two steps of the main thread: what it may call, and what it may raise."""

import dis
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any, cast

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncOperation,
    AsyncStatus,
    CoreDispatcher,
    IllegalDelegateAssignment,
    OperationCanceled,
    Promise,
    WorkEnded,
)
from iasyncinfo.bridges.settling import Settling
from iasyncinfo.operations.lifecycle import Lifecycle
from iasyncinfo.operations.operation import AsyncInfo

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals cannot be sent to a thread here")


class Struck(Exception):
    """What a signal's handler raises in these tests."""


CHECKED = {"CALL", "CALL_FUNCTION_EX", "RESUME", "JUMP_BACKWARD"}
"""After these instructions CPython looks for signals, and nowhere else."""


def places_in(code: CodeType) -> list[int]:
    """Return the offsets of the instructions before which a signal's handler may run."""
    instructions = list(dis.get_instructions(code))
    return [after.offset for before, after in pairwise(instructions) if before.opname in CHECKED]


@contextmanager
def interrupted(code: CodeType, place: int, handler: Callable[[], object]) -> Iterator[None]:
    """Have a signal's handler run at a place of a function, the first time that it is reached."""

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code is not code:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and frame.f_lasti == place:
            sys.settrace(None)
            frame.f_trace = None
            signal.raise_signal(signal.SIGUSR1)
        return trace

    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: handler())
    tracer = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(tracer)
        signal.signal(signal.SIGUSR1, before)


def code_of(function: Any) -> CodeType:
    """Return the code of a function."""
    code: CodeType = function.__code__
    return code


PUT = code_of(cast(Any, AsyncInfo.completed).fset)
END, CANCEL, KEEP = map(code_of, (Lifecycle._end, AsyncInfo.cancel, Settling._keep))


def cancel_and_raise(operation: Any) -> Callable[[], None]:
    """Return a signal's handler that does both."""

    def strike() -> None:
        operation.cancel()
        raise Struck

    return strike


def assert_free(operation: AsyncOperation[int]) -> None:
    """Assert that no thread has the operation's lock."""
    thread = threading.Thread(target=operation.cancel)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("place", places_in(END))
def test_a_signal_in_the_end_of_the_work_may_cancel(place: int) -> None:
    """Nothing waits for a lock that its own thread has, and the handler is told the status."""
    operation, producer = AsyncOperation[int].create()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    with interrupted(END, place, operation.cancel):
        producer.complete(5)
    assert told == [operation.status]


@pytest.mark.parametrize("place", places_in(END))
def test_a_signal_in_the_end_of_the_work_may_raise(place: int) -> None:
    """The lock is free; the work has ended and the handler was told, or neither."""
    operation, producer = AsyncOperation[int].create()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    with interrupted(END, place, cancel_and_raise(operation)), suppress(Struck):
        producer.complete(5)
    assert_free(operation)
    with suppress(WorkEnded):
        producer.complete(5)
    assert told == [operation.status]


@pytest.mark.parametrize("place", places_in(PUT))
def test_a_signal_in_the_put_of_a_handler_may_raise(place: int) -> None:
    """The lock is free, and the handler is put or it is not."""
    operation, producer = AsyncOperation[int].create()
    told: list[AsyncStatus] = []
    with interrupted(PUT, place, cancel_and_raise(operation)), suppress(Struck):
        operation.completed = lambda _sender, status: told.append(status)
    assert_free(operation)
    with suppress(IllegalDelegateAssignment):
        operation.completed = lambda _sender, status: told.append(status)
    producer.complete(5)
    assert len(told) == 1


@pytest.mark.parametrize("place", places_in(CANCEL))
def test_a_signal_in_cancel_may_cancel(place: int) -> None:
    """Both are one cancel, of which the worker is told once."""
    operation, producer = AsyncOperation[int].create()
    notified: list[None] = []
    producer.on_cancel(lambda: notified.append(None))
    with interrupted(CANCEL, place, operation.cancel):
        operation.cancel()
    assert notified == [None]
    assert producer.acknowledge_cancel()


@pytest.mark.parametrize("place", places_in(CANCEL))
def test_a_signal_in_cancel_may_raise(place: int) -> None:
    """The worker is told of the cancel, or nothing was canceled."""
    operation, producer = AsyncOperation[int].create()
    notified: list[None] = []
    producer.on_cancel(lambda: notified.append(None))

    def strike() -> None:
        raise Struck

    with interrupted(CANCEL, place, strike), suppress(Struck):
        operation.cancel()
    assert_free(operation)
    assert notified == [None]
    assert producer.acknowledge_cancel()


@pytest.mark.parametrize("place", places_in(KEEP))
def test_a_signal_may_cancel_a_promise_that_is_listened_to(place: int) -> None:
    """Who listens is told once."""
    operation, producer = AsyncOperation[int].create()
    producer.on_cancel(producer.acknowledge_cancel)
    promise: Promise[int] = Promise(operation)
    told: list[Exception] = []
    with interrupted(KEEP, place, promise.cancel):
        promise.done(error=told.append)
    assert [type(error) for error in told] == [OperationCanceled]


def test_signals_that_cancel_arrive_at_any_time() -> None:
    """Hundreds of them among thousands of lives, whichever instruction they meet."""
    operation, producer = AsyncAction.create()
    hits = 0

    def strike(_number: int, _frame: object) -> None:
        nonlocal hits
        hits += 1
        operation.cancel()

    before = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
    try:
        while hits < 300:
            producer.disconnect()
            operation, producer = AsyncAction.create()
            operation.completed = None
            producer.complete()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert operation.status in (AsyncStatus.COMPLETED, AsyncStatus.CANCELED)


@pytest.mark.parametrize("error", [KeyboardInterrupt, TimeoutError])
@pytest.mark.parametrize("wait", ["get", "wait", "run_until"])
def test_an_interrupted_wait_gives_its_claim_back(wait: str, error: type[BaseException]) -> None:
    """Whatever the signal's handler raises: somebody else may wait, or put a handler."""
    operation, producer = AsyncOperation[int].create()
    dispatcher = CoreDispatcher()
    main = threading.main_thread().ident
    assert main is not None

    def strike(_number: int, _frame: object) -> None:
        raise error

    def interrupt() -> None:
        while operation.completed is None:
            pass
        threading.Event().wait(0.1)  # a signal just before a lock is waited for does not end the wait: CPython's gap
        signal.pthread_kill(main, signal.SIGUSR1)

    waits: dict[str, Callable[[], object]] = {
        "get": operation.get,
        "wait": lambda: operation.wait(60),
        "run_until": lambda: dispatcher.run_until(operation),
    }
    before = signal.signal(signal.SIGUSR1, strike)
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(error):
        waits[wait]()
    thread.join()
    signal.signal(signal.SIGUSR1, before)
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    producer.complete(5)
    assert told == [AsyncStatus.COMPLETED]
