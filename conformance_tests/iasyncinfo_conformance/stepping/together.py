"""Many objects at once, left alone for the same while: whoever is called then is called by nobody's step."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from iasyncinfo_conformance.stepping.running import Sleep
from iasyncinfo_conformance.stepping.threads import RealThreads
from iasyncinfo_conformance.stepping.word import Stepping
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.words import Step, Word


class Waiting(NamedTuple):
    """A word with one wait in it, and what starts its object."""

    start: Callable[[], Subject]
    word: Word

    @property
    def at(self) -> int:
        """The number of steps before the wait."""
        return next(number for number, step in enumerate(self.word) if step[0] == "wait")

    @property
    def seconds(self) -> float:
        """How long it waits."""
        seconds: float = self.word[self.at][1]
        return seconds


def run_together(waiting: Sequence[Waiting], *, projects: bool, sleep: Sleep) -> list[list[Result]]:
    """Run words whose objects are alive at once, and wait once for all of them."""
    runs: list[Stepping] = []
    results: list[list[Result]] = []
    try:
        for one in waiting:  # each has threads of its own: a handler that is called late finds where its events go
            run = Stepping(one.start, projects=projects, threads=RealThreads(), sleep=_not)
            runs.append(run)
            results.append(run.take(one.word[: one.at]))
        sleep(max((one.seconds for one in waiting), default=0.0))
        for found, run, one in zip(results, runs, waiting, strict=True):
            found += run.take((_LOOK, *one.word[one.at + 1 :]))
    finally:
        for run in runs:
            run.over()
    return results


def _not(_seconds: float) -> None:
    """Do not wait: all have waited together."""


_LOOK: Final[Step] = ("wait", 0)
