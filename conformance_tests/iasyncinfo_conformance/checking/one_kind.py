"""What goes deep on one kind: complete suites, two objects at once, the survey, the walk, and races.

Races are run where nothing has failed but what the subject's own row lists.
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
from iasyncinfo_spec.families import FAMILIES, Family

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
        raced = _raced(session, suite, tick)
    tell_lines(session)
    tell_said(session)
    return Extent(suite, len(touched), raced, seconds, moves, wrong)


def _raced(session: Session, suite: SuiteRun, tick: Callable[[str], None]) -> Raced:
    """Run races where they say something, with the breaches in force that the subject's row lists.

    What failed is known then, and is no reason not to look for what nobody knows.
    """
    why = _why_none_are_asked_for(session)
    if why:
        return Raced(RaceMode.NONE, why=why)
    row = _row_that_lists(session)
    if row is not None:
        raced = race(session.with_breaches(row), tick)
        known = f"What the row {row.name} lists as its breaches counts as no failure there"
        return replace(raced, why=". ".join(filter(None, (raced.why, known))))
    if session.journal.failures or session.journal.faults:
        return Raced(RaceMode.NONE, why="they run once everything sequential has passed")
    if not suite.passed:
        return Raced(RaceMode.NONE, why="the subject answers a point now so and now otherwise")
    return race(session, tick)


def _why_none_are_asked_for(session: Session) -> str:
    if session.options.quick:
        return "a quick check runs none"
    return "they run where everything does" if session.options.deep is not None else ""


def _row_that_lists(session: Session) -> Family | None:
    """Return the row that the subject has, where all that failed are breaches that it lists."""
    row = FAMILIES.get(session.plan.like)
    failed = session.journal.failed_rules()
    return row if row and failed and failed <= row.breaks.keys() and not session.journal.faults else None


@contextmanager
def timed(seconds: dict[str, float], engine: str, progress: Progress) -> Iterator[Callable[[str], None]]:
    """Measure an engine, and show what it is at."""
    started = time.perf_counter()
    progress(engine, "")
    try:
        yield lambda at: progress(engine, at)
    finally:
        seconds[engine] = round(time.perf_counter() - started, 3)
