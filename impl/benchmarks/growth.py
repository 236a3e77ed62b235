"""What happens as numbers grow: of operations held, of life cycles lived, of threads."""

import gc
import sys
import threading
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.life_cycle import ours
from iasyncinfo import AsyncOperation

HELD: Final = (1, 1_000, 100_000, 1_000_000)
THREADS: Final = (1, 2, 4, 8, 16)
CYCLES: Final = 20_000


def report() -> Iterator[str]:
    """Yield the lines of the report."""
    for number in HELD:
        yield f"{number:>9,} operations held at once: {_seconds_each(number) * 1e6:8.2f} us each"
    for threads in THREADS:
        yield f"{threads:>9,} threads, life cycles in all:  {_seconds_on(threads) * 1e6:8.2f} us each"
    yield f"1,000,000 life cycles leave {_blocks_left(1_000_000):,} blocks of memory behind"


def _seconds_each(number: int) -> float:
    """Return the seconds that one life takes while ``number`` are created, then completed, then read."""
    rounds = 1_000 // number or 1
    return median(_held_together(number) for _ in range(rounds)) / number


def _held_together(number: int) -> float:
    started = perf_counter()
    pairs = [AsyncOperation[int].create() for _ in range(number)]
    for _, producer in pairs:
        producer.complete(5)
    for operation, _ in pairs:
        operation.get_results()
    return perf_counter() - started


def _seconds_on(threads: int) -> float:
    """Return the wall seconds of each life cycle when so many threads share the same number of them."""
    start = threading.Barrier(threads + 1)

    def run() -> None:
        start.wait()
        ours(CYCLES // threads)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    start.wait()
    started = perf_counter()
    for worker in workers:
        worker.join()
    return (perf_counter() - started) / CYCLES


def _blocks_left(cycles: int) -> int:
    """Return the growth in blocks of what Python has allocated over so many life cycles, collector switched off."""
    ours(1_000)
    gc.collect()
    gc.disable()
    before = sys.getallocatedblocks()
    ours(cycles)
    after = sys.getallocatedblocks()
    gc.enable()
    return after - before
