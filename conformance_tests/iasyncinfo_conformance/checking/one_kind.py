"""What goes deep on one kind: complete suites, two objects at once, the survey, the walk, and races.

Races are run where nothing has failed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from iasyncinfo_conformance.engines.complete import Completed, complete
from iasyncinfo_conformance.engines.pairs import pairs
from iasyncinfo_conformance.engines.races import race
from iasyncinfo_conformance.engines.survey import survey
from iasyncinfo_conformance.record.extent import NO_SUITE, Extent, Raced, RaceMode, SuiteRun
from iasyncinfo_conformance.session.lines import tell_lines
from iasyncinfo_conformance.session.saying import tell_said
from iasyncinfo_conformance.session.session import Session

Progress: TypeAlias = Callable[[str, str], None]
"""Called with the engine's name and what it is at."""


def silent(_engine: str, _at: str) -> None:
    """Show no progress."""


def go_deep(session: Session, progress: Progress) -> Extent:
    """Run the engines on one kind; what they find is in the session's journal."""
    from iasyncinfo_conformance.engines.walking.walk import walk  # Hypothesis is slow to load

    seconds: dict[str, float] = {}
    suite, moves, wrong = Completed(NO_SUITE, (), ())
    touched: set[tuple[str, ...]] = set()

    def runs(engine: str) -> bool:
        return session.options.goes(engine, session.kind)

    if runs("complete"):
        with timed(seconds, "complete", progress) as tick:
            suite, moves, wrong = complete(session, tick)
        with timed(seconds, "pairs", progress) as tick:
            suite = replace(suite, paired=pairs(session, tick))
    if runs("survey"):
        with timed(seconds, "survey", progress) as tick:
            survey(session, tick)
    if runs("walk"):
        with timed(seconds, "walk", progress) as tick:
            touched = walk(session, tick)
    with timed(seconds, "races", progress) as tick:
        why = _why_no_races(session, suite)
        raced = Raced(RaceMode.NONE, why=why) if why else race(session, tick)
    tell_lines(session)
    tell_said(session)
    return Extent(suite, len(touched), raced, seconds, moves, wrong)


def _why_no_races(session: Session, suite: SuiteRun) -> str:
    """Return why races would say nothing, or nothing."""
    if session.options.quick:
        return "a quick check runs none"
    if session.options.deep is not None:
        return "they run where everything does"
    if session.journal.failures or session.journal.faults:
        return "they run once everything sequential has passed"
    return "" if suite.passed else "the subject answers a point now so and now otherwise"


@contextmanager
def timed(seconds: dict[str, float], engine: str, progress: Progress) -> Iterator[Callable[[str], None]]:
    """Measure an engine, and show what it is at."""
    started = time.perf_counter()
    progress(engine, "")
    try:
        yield lambda at: progress(engine, at)
    finally:
        seconds[engine] = round(time.perf_counter() - started, 3)
