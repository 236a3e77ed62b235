"""What the reference implementation costs beside its peers.

Run ``python impl/benchmarks/run.py`` in an environment that has the project installed from its folder (``-e``).
Everything is measured in one process, in alternating rounds. A ratio is the median of the rounds' ratios; a
line whose ratio is above its bound says OUTSIDE, and the exit code is then 1. Threads that wait for each other are
kept on one processor; see ``rounds.py``.
"""

import gc
import os
import platform
import sys
from importlib.metadata import version

from benchmarks import awaiting, growth, life_cycle, pool, weight
from benchmarks.rounds import ROUNDS, Measured, play


def main() -> int:
    """Print the table and what grows; return 1 if a bound is broken."""
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"iasyncinfo {version('iasyncinfo')}; its peers are those of {implementation}'s standard library")
    print(f"{platform.platform()}, {os.cpu_count()} processors, {ROUNDS} alternating rounds, medians\n")
    print(f"{'':<46}{'ours':>9}    {'peer':<33}{'theirs':>9}    {'ratio':>6} {'bound':>7}")
    inside = True
    for scenario in (*life_cycle.SCENARIOS, *awaiting.SCENARIOS, *pool.SCENARIOS, *weight.SCENARIOS):
        gc.collect()
        for finding in play(scenario):
            inside &= finding.inside
            print(_line(finding), flush=True)
    print(f"\na read of the status: {life_cycle.status_read() * 1e9:.0f} ns\n")
    for line in growth.report():
        print(line, flush=True)
    return 0 if inside else 1


def _line(finding: Measured) -> str:
    scenario, bound = finding.scenario, finding.bound
    ours, theirs = (f"{value * scenario.scale:>9,.2f} {scenario.unit:<2}" for value in (finding.ours, finding.theirs))
    verdict = "inside" if finding.inside else "OUTSIDE"
    return f"{scenario.name:<46}{ours} {bound.peer:<33}{theirs} {finding.ratio:>6.2f} {bound.at_most:>6.2f}x {verdict}"


if __name__ == "__main__":
    sys.exit(main())
