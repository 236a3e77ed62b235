"""What is there before anything happens: the memory of pending operations, the time of the import."""

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final

from benchmarks.rounds import Bound, Measure, Scenario
from iasyncinfo import AsyncOperation, OperationProducer

PENDING: Final = 1_000


def memory_of(create: Callable[[], object]) -> float:
    """Return the bytes that one of many pending objects takes, as ``tracemalloc`` counts them."""
    kept: list[object] = [None] * PENDING
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for index in range(PENDING):
        kept[index] = create()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / PENDING


def memory_of_operations() -> float:
    """Return the bytes of one operation with its producer and the pair that holds both."""
    pending: list[OperationProducer[int]] = []

    def create() -> object:
        pair = AsyncOperation[int].create()
        pending.append(pair[1])
        return pair

    size = memory_of(create)
    for producer in pending:
        producer.complete(5)
    return size


def import_of(module: str, *flags: str) -> float:
    """Return the seconds that the import takes in an interpreter that has just started."""
    code = f"from time import perf_counter\nbegin = perf_counter()\nimport {module}\nprint(perf_counter() - begin)"
    command = [sys.executable, *flags, "-c", code]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def imports(module: str) -> Measure:
    """Return the measure of one import, isolated from the environment and the working folder."""
    return partial(import_of, module, "-I")


SCENARIOS: Final = (
    Scenario(
        f"memory of each of {PENDING:,} pending operations",
        memory_of_operations,
        (Bound("concurrent.futures.Future", partial(memory_of, Future), 1.0),),
        "B",
        1,
    ),
    Scenario(
        "import iasyncinfo beyond bare Python",
        imports("iasyncinfo"),
        (Bound("import concurrent.futures", imports("concurrent.futures"), 1.0),),
        "ms",
        1e3,
    ),
)
