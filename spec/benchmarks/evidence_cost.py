"""What tracing and recording cost: steps a second on the recordings, and microseconds a recorded call.

``python spec/benchmarks/evidence_cost.py`` prints processor time, and exits 1 where a bound is not kept.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from iasyncinfo_spec.recorder import Log, recording
from iasyncinfo_spec.trace.formats import Source
from iasyncinfo_spec.trace.report import recording as account_of

RECORDINGS: Final = Path(__file__).parents[1] / "recordings"
LEAST: Final = 50_000
"""Steps a second, over all recordings together."""
MOST: Final = 50.0
"""Microseconds that recording adds to a call."""
CALLS: Final = 50_000


class Operation:
    """An object of which a member costs next to nothing."""

    status = 0


def traced() -> float:
    """Return the steps a second with which the recordings are held against their rows, and print those of each."""
    steps, seconds = 0, 0.0
    for path in sorted(RECORDINGS.glob("*.jsonl.gz")):
        spent, account = measured(lambda path=path: account_of(Source(path)))  # type: ignore[misc]
        print(f"{path.name:36}{account.steps:>9,} steps{account.steps / spent:>10,.0f} a second")
        steps, seconds = steps + account.steps, seconds + spent
    return steps / seconds


def added() -> float:
    """Return the microseconds that recording adds to a call."""
    plain = Operation()
    with Log(os.devnull) as log:
        recorded = recording(plain, log)
        costs = [measured(lambda one=one: [one.status for _ in range(CALLS)])[0] for one in (plain, recorded)]  # type: ignore[misc]
    return (costs[1] - costs[0]) / CALLS * 1e6


def measured(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of the processor that some work took, and what came of it."""
    before = time.process_time()
    found = work()
    return time.process_time() - before, found


def main() -> int:
    """Print both, and return 1 where one is out of bounds."""
    speed, cost = traced(), added()
    print(f"all recordings: {speed:,.0f} steps a second (at least {LEAST:,})")
    print(f"a recorded call: {cost:.1f} microseconds more (at most {MOST:.0f})")
    return int(speed < LEAST or cost > MOST)


if __name__ == "__main__":
    sys.exit(main())
