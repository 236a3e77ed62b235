"""Handing a call to another thread and waiting for its end."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final

from benchmarks.rounds import Bound, Scenario
from iasyncinfo.queues.thread_pool import ThreadPool

REPEATS: Final = 500
THREADS: Final = 4


def work_item(_action: object) -> None:
    """Do nothing, as a work item."""


def call() -> None:
    """Do nothing, as a call."""


def thread_pool() -> float:
    """Return the seconds that one work item takes until ``get`` has returned."""
    with ThreadPool(THREADS) as pool:
        started = perf_counter()
        for _ in range(REPEATS):
            pool.run_async(work_item).get()
        return (perf_counter() - started) / REPEATS


def executor() -> float:
    """Return the seconds that one call takes until ``result`` has returned."""
    with ThreadPoolExecutor(THREADS) as executor:
        started = perf_counter()
        for _ in range(REPEATS):
            executor.submit(call).result()
        return (perf_counter() - started) / REPEATS


SCENARIOS: Final = (
    Scenario(
        "ThreadPool.run_async and get",
        thread_pool,
        (Bound("ThreadPoolExecutor submit, result", executor, 1.0),),
        threads=True,
    ),
)
