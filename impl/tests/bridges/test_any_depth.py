"""However many operations end one another, they end."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    OperationCanceled,
    OperationFailed,
    Promise,
    as_async_action,
    as_async_operation,
    as_future,
    as_task,
    when_all,
    when_any,
)
from iasyncinfo_spec.hresults import E_ACCESSDENIED, RPC_E_DISCONNECTED, signed

DEPTH = 100_000
"""How deep operations are nested that cost little."""
SOME = 3_000
"""Several times as deep as a stack may be."""

WAYS: dict[str, Callable[[Any], Any]] = {
    "when_all": when_all,
    "when_any": when_any,
    "futures": lambda operation: as_async_operation(as_future(operation)),
    "actions of futures": lambda operation: as_async_action(as_future(operation)),
    "all of them": lambda operation: when_any(as_async_operation(as_future(when_all(operation)))),
}
"""Each makes an operation that ends as another does."""


def nested(make: Callable[[Any], Any], depth: int = SOME) -> tuple[AsyncOperation[int], Any, Any]:
    """Return the innermost operation, its producer and the outermost."""
    innermost, producer = AsyncOperation[int].create()
    outermost: Any = innermost
    for _ in range(depth):
        outermost = make(outermost)
    return innermost, producer, outermost


@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_a_result_reaches_the_outermost(make: Callable[[Any], Any]) -> None:
    """On the thread that completes the innermost, before complete returns."""
    _, producer, outermost = nested(make, DEPTH if make in (when_all, when_any) else SOME)
    told: list[tuple[AsyncStatus, int]] = []
    outermost.completed = lambda _sender, status: told.append((status, threading.get_ident()))
    assert producer.complete(5)
    assert told == [(AsyncStatus.COMPLETED, threading.get_ident())]


@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
def test_a_failure_reaches_the_outermost_with_its_code(make: Callable[[Any], Any]) -> None:
    """And with what caused it, not with a chain of all that passed it on."""
    _, producer, outermost = nested(make)
    cause = OperationFailed(E_ACCESSDENIED)
    assert producer.fail(cause)
    with pytest.raises(OperationFailed) as failure:
        outermost.get()
    assert failure.value.winerror == signed(E_ACCESSDENIED)


@pytest.mark.parametrize("make", [when_all, when_any])
def test_a_deep_failure_keeps_its_cause(make: Callable[[Any], Any]) -> None:
    """Whoever looks sees the first exception right behind his own."""
    _, producer, outermost = nested(make)
    cause = ValueError("first")
    producer.fail(cause)
    with pytest.raises(OperationFailed) as failure:
        outermost.get_results()
    assert failure.value.__cause__ is cause


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("make", [when_all, when_any])
def test_a_dropped_producer_ends_the_outermost(make: Callable[[Any], Any]) -> None:
    """From the thread that ends the innermost for it."""
    innermost, producer, outermost = nested(make)
    del producer, innermost
    assert outermost.wait(60) is AsyncStatus.ERROR
    assert outermost.error_code == signed(RPC_E_DISCONNECTED)


def test_a_cancel_of_the_outermost_reaches_the_innermost() -> None:
    """Where each asks what it was made of."""
    innermost, producer, outermost = nested(WAYS["futures"])
    producer.on_cancel(producer.acknowledge_cancel)
    outermost.cancel()
    assert innermost.status is AsyncStatus.CANCELED
    assert outermost.status is AsyncStatus.CANCELED


def test_what_a_handler_does_within_a_chain_is_done_when_it_returns() -> None:
    """A chain puts off its own steps only: a second chain that a handler ends has ended in the next line."""
    _, other_producer, other = nested(when_any, 100)
    _, producer, outermost = nested(when_all, 100)
    seen: list[AsyncStatus] = []

    def told(_sender: object, _status: AsyncStatus) -> None:
        other_producer.complete(5)
        seen.append(other.status)

    outermost.completed = told
    producer.complete(5)
    assert seen == [AsyncStatus.COMPLETED]


def test_an_interrupt_in_a_chains_last_handler_reaches_the_thread_that_ends_it() -> None:
    """It is raised by complete, and everything has ended."""
    _, producer, outermost = nested(when_any, 100)

    def interrupt(_sender: object, _status: AsyncStatus) -> None:
        raise KeyboardInterrupt

    outermost.completed = interrupt
    with pytest.raises(KeyboardInterrupt):
        producer.complete(5)
    assert outermost.get_results() == 5


def test_a_loop_of_promises_ends() -> None:
    """Each handler returns the promise of an operation that has ended, which settles the next."""
    promise: Promise[int] = Promise(AsyncOperation.from_result(0))
    told: list[int] = []

    def count(value: int) -> Promise[int]:
        return Promise(AsyncOperation.from_result(value + 1))

    start, producer = AsyncOperation[int].create()
    promise = Promise(start)
    for _ in range(SOME):
        promise = promise.then(count)
    promise.done(told.append)
    producer.complete(0)
    assert told == [SOME]


def test_a_result_within_a_result_is_reached() -> None:
    """A promise of an operation of an operation, and so on, has the innermost result."""
    operation: AsyncOperation[Any] = AsyncOperation.from_result("innermost")
    for _ in range(SOME):
        operation = AsyncOperation.from_result(operation)
    told: list[object] = []
    Promise(operation).done(told.append)
    assert told == ["innermost"]


def test_a_cancel_reaches_the_innermost_through_tasks() -> None:
    """Of as_task and as_async_operation, by turns."""

    async def main() -> AsyncStatus:
        innermost, producer = AsyncOperation[int].create()
        producer.on_cancel(producer.acknowledge_cancel)
        outermost = innermost
        for _ in range(SOME):
            outermost = as_async_operation(as_task(outermost))
        outermost.cancel()
        with pytest.raises(OperationCanceled):
            await outermost
        return innermost.status

    assert asyncio.run(main()) is AsyncStatus.CANCELED


def test_progress_is_passed_on_through_a_long_chain() -> None:
    """As results are."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    promise: Promise[int] = Promise(operation)
    for _ in range(SOME):
        promise = promise.then()
    seen: list[int] = []
    promise.done(progress=seen.append)
    producer.report_progress(5)
    producer.complete(1)
    assert seen == [5]
