"""The mutants of the reference implementation's source, tried on benches, and those that may survive."""

import queue
import random
import threading
import time
import tomllib
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Final

from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_conformance.selftest.mutants.bench import CRASHED, HUNG, KILLED, SURVIVED, Bench, Trial
from iasyncinfo_conformance.selftest.mutants.source_mutants import SourceMutant, source_mutants

NAME: Final = "mutants of the implementation's source"
SAMPLE: Final = 60
SAMPLE_SECONDS: Final = 30.0
SEED: Final = 23
NOOP: Final = "no-op"
Tried = list[tuple[SourceMutant, Trial]]


def survivors() -> dict[str, str]:
    """Return the mutants that may survive, each with the reason why no word of the bench can tell."""
    text = (files(__package__) / "survivors.toml").read_text(encoding="utf-8")
    return {name: group["reason"] for group in tomllib.loads(text)["group"] for name in group["mutants"]}


def sample() -> list[SourceMutant]:
    """Return the mutants that are tried unless all are."""
    return random.Random(SEED).sample(source_mutants(), SAMPLE)


def try_out(mutants: Sequence[SourceMutant], benches: int, seconds: float | None, tick: Callable[[str], None]) -> Tried:
    """Try mutants on so many benches, as many as there is time for."""
    ends = None if seconds is None else time.monotonic() + seconds
    waiting = list(reversed(mutants))
    excused = survivors()
    done: Tried = []

    benches_up: list[Bench] = []
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            benches_up.append(bench := Bench())
            while waiting and (ends is None or time.monotonic() < ends):
                mutant = waiting.pop()
                done.append((mutant, _trial(bench, mutant, races=mutant.name not in excused)))
                tick(f"{len(done)} of {len(mutants)}")
            ended.put(None)
        except BaseException as error:
            ended.put(error)

    try:
        for _ in range(benches):
            threading.Thread(target=work, daemon=True).start()  # one that is broken off is not waited for
        for _ in range(benches):
            _require_well(ended)
    finally:
        for bench in benches_up:
            bench.close()
    return done


def _require_well(ended: "queue.SimpleQueue[BaseException | None]") -> None:
    """Wait until a thread has ended; raises what it raised."""
    error = ended.get()
    if error is not None:
        raise error


def _trial(bench: Bench, mutant: SourceMutant, *, races: bool) -> Trial:
    return Trial(NOOP) if mutant.is_noop() else bench.tried(mutant.module, mutant.source(), races=races)


def source_line(tried: Tried, wanted: int) -> Line:
    """Return the line: what is killed of the mutants that run, differ, and are not known to survive with a reason."""
    line, known = Line(NAME), survivors()
    for mutant, trial in tried:
        if trial.outcome in (CRASHED, NOOP):
            line.aside(trial.outcome)
        elif trial.outcome == SURVIVED and mutant.name in known:
            line.aside("survive for a reason")
        else:
            line.count(trial.outcome in (KILLED, HUNG), mutant.name)
            if trial.outcome == HUNG:
                line.aside("of them by the watch-dog")
    if len(tried) < wanted:
        line.aside("not tried for lack of time", wanted - len(tried))
    return line
