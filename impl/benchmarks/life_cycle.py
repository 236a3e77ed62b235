"""Whole life cycles: create, set a handler, complete, fetch the result."""

from concurrent.futures import Future
from time import perf_counter
from typing import Final

from benchmarks.bare_pair import BareOperation
from benchmarks.rounds import Bound, Scenario
from iasyncinfo import AsyncOperation, OperationProducer

REPEATS: Final = 2_000


def heard(*_: object) -> None:
    """Serve as everybody's handler."""


def ours(repeats: int = REPEATS) -> float:
    """Return the seconds that one life cycle takes."""
    operation: AsyncOperation[int]
    producer: OperationProducer[int]
    started = perf_counter()
    for _ in range(repeats):
        operation, producer = AsyncOperation.create()
        operation.completed = heard
        producer.complete(5)
        operation.get_results()
    return (perf_counter() - started) / repeats


def bare(repeats: int = REPEATS) -> float:
    """Return the seconds that one takes when nothing is checked."""
    started = perf_counter()
    for _ in range(repeats):
        operation, producer = BareOperation.create()
        operation.completed = heard
        producer.complete(5)
        operation.get_results()
    return (perf_counter() - started) / repeats


def future(repeats: int = REPEATS) -> float:
    """Return the seconds that a Future takes with a done callback."""
    started = perf_counter()
    for _ in range(repeats):
        future: Future[int] = Future()
        future.add_done_callback(heard)
        future.set_result(5)
        future.result()
    return (perf_counter() - started) / repeats


def status_read(repeats: int = REPEATS) -> float:
    """Return the seconds that one read of the status takes."""
    operation, producer = AsyncOperation[int].create()
    started = perf_counter()
    for _ in range(repeats):
        operation.status  # noqa: B018
    seconds = (perf_counter() - started) / repeats
    producer.complete(5)
    return seconds


SCENARIOS: Final = (
    Scenario(
        "create, set handler, complete, get_results",
        ours,
        (Bound("concurrent.futures.Future", future, 0.45), Bound("bare pair, one lock", bare, 1.25)),
    ),
)
