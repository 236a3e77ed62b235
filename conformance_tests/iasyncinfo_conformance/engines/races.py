"""The race matrix, run: every schedule up to a bound where schedules can be chosen, else threads let loose.

Races run once everything that is sequential has passed. They never make a subject pass; an outcome that no
interleaving of the specification's atomic steps explains makes it fail.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable, Whose
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.linearizability import GOES_ON, judged
from iasyncinfo_conformance.judging.wording import READS, Difference
from iasyncinfo_conformance.model.race import Race, without
from iasyncinfo_conformance.model.race_matrix import races
from iasyncinfo_conformance.record.extent import Raced, RaceMode
from iasyncinfo_conformance.record.findings import Failure, Fault
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Explored, Moment, RaceOutcome, Result, Target, Trouble, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import RACE, Word, format_word, parse_word, threads_of

ENGINE: Final = "races"
TIMES: Final = 4
"""How often a race is run whose schedule cannot be chosen; once in Python, whose threads seldom overlap."""
_AGAIN: Final = 20
"""How often a race is run again that did not come back."""
_FAULTS: Final = 3
"""How often an adapter may fail in a race."""
_Ran: TypeAlias = tuple[Race, int, list[RaceOutcome]]
"""A race, how often it was run, and each outcome."""


def race(session: Session, tick: Callable[[str], None]) -> Raced:
    """Run the race matrix of one kind and write down each kind of window once, with its shortest word.

    A subject whose schedules turn out to differ from run to run is let loose, and the extent says why.
    """
    supports = session.model.supports
    if "threads" not in supports:
        return Raced(RaceMode.NONE, why="the driver does not support threads")
    bound = bound_steps(session) if _is_python(session) else frozenset()
    listed = [raced for raced in races(session.model) if bound.isdisjoint(_names(raced))]
    if not listed:
        return Raced(RaceMode.NONE, why=_left_out(bound))
    why = [session.target.unexplored]
    if "schedules" in supports:
        raced = _run(session, RaceMode.EXHAUSTIVE, _explored(session, listed), tick)
        if not raced.why:
            return replace(raced, why=_left_out(bound))
        why = [raced.why]
    raced = _run(session, RaceMode.STOCHASTIC, _let_loose(session, listed), tick)
    return replace(raced, why="; ".join(filter(None, (*why, _left_out(bound)))))


def _left_out(bound: frozenset[str]) -> str:
    steps = ", ".join(sorted(bound))
    return f"left out is {steps}, which another thread is answered otherwise alone, too" if bound else ""


def _names(raced: Race) -> frozenset[str]:
    """Return the names of the steps that are raced."""
    return frozenset(step[0] for thread in threads_of(raced.step) for step in thread)


def _run(session: Session, mode: RaceMode, explored: Iterable[_Ran], tick: Callable[[str], None]) -> Raced:
    """Look at what came of each race, and write down the windows; ``why`` says why it ended before the last."""
    cells = schedules = 0
    windows: dict[tuple[str, frozenset[str]], list[_Violation]] = {}
    why = ""
    try:
        for raced, runs, outcomes in explored:
            cells, schedules = cells + 1, schedules + runs
            if cells % 50 == 0:
                tick(f"{session.kind.value}: {cells:,} races, {schedules:,} schedules")
            found = next(filter(None, (_violation(raced, outcome) for outcome in outcomes)), None)
            if found is not None:
                windows.setdefault((found.difference.cites, _names(raced)), []).append(found)
    except NotSchedulable as refusal:
        why = f"Its schedules are not explored to their end: {refusal}"
    for shown in windows.values():
        _record(session, shown)
    return Raced(mode, cells, schedules, why)


class _Violation(NamedTuple):
    """An outcome that no interleaving explains, and how it differs from all of them."""

    race: Race
    outcome: RaceOutcome
    difference: Difference


def _violation(raced: Race, outcome: RaceOutcome) -> _Violation | None:
    found = judged(raced, outcome)
    return None if found is None else _Violation(raced, outcome, found)


def _shortened(shown: _Violation) -> _Violation:
    """Leave out the looks after the race without which the outcome is as wrong: all, where nobody comes to them."""
    if shown.outcome.trouble:
        return shown._replace(race=replace(shown.race, word=shown.race.word[: shown.race.at + 1]))
    for index in reversed(range(shown.race.at + 1, len(shown.race.word))):
        if shown.race.word[index][0] in READS:
            race, results = without(shown.race, shown.outcome.results, index)
            shorter = _violation(race, shown.outcome._replace(results=results))
            if shorter is not None and shorter.difference.cites == shown.difference.cites:
                shown = shorter
    return shown


def _record(session: Session, alike: list[_Violation]) -> None:
    """Write down the simplest of the violations that a window shows."""
    raced, outcome, difference = _shortened(min(alike, key=_complexity))
    failure = Failure(
        difference.cites,
        session.kind,
        raced.word,
        raced.at + 1,
        difference.allowed,
        difference.actual,
        ENGINE,
        words=len(alike),
        schedule=outcome.schedule,
        trace=_trace(session, raced, outcome),
    )
    session.journal.failed(failure)


def _complexity(shown: _Violation) -> tuple[int, int, int]:
    return len(threads_of(shown.race.step)), shown.race.at, len(shown.outcome.schedule)


def _trace(session: Session, raced: Race, outcome: RaceOutcome) -> tuple[Moment, ...]:
    """Return what the threads did, where the schedule can be run again."""
    if not outcome.schedule:
        return ()
    try:
        return tuple(session.target.replay(session.kind, raced.word, outcome.schedule).trace)
    except (Trouble, NotSchedulable):
        return ()


def explorations(
    target: Target, kind: Kind, listed: Sequence[Race], bound: int
) -> Iterator[tuple[Race, Explored | Trouble]]:
    """Yield each race with all that it can come to.

    Races of three threads have one preemption fewer: they switch more without any.
    """
    for threads, preemptions in ((2, bound), (3, max(bound - 1, 0))):
        alike = [raced for raced in listed if len(threads_of(raced.step)) == threads]
        yield from zip(alike, target.explore(kind, (raced.word for raced in alike), preemptions), strict=True)


def _explored(session: Session, listed: Sequence[Race]) -> Iterator[_Ran]:
    """Yield each race with the number of its schedules and all its outcomes."""
    for raced, explored in explorations(session.target, session.kind, listed, session.options.race_bound):
        session.journal.ran(ENGINE, session.kind, raced.word)
        if isinstance(explored, Trouble):
            _fault(session, raced, explored)
        else:
            yield raced, explored.schedules, explored.outcomes


def _let_loose(session: Session, every: Sequence[Race]) -> Iterator[_Ran]:
    """Yield each race that can go in several ways with what came of a few runs on real threads.

    An adapter that fails in a race has done its part in every word without one: the other races are still run.
    """
    left = iter([raced for raced in every if len(raced.ways) > 1])
    for _ in range(_FAULTS):
        try:
            yield from _loose(session, left)
            return
        except NotSchedulable:
            raise
        except HarnessFault as fault:
            told = Fault("in a race", str(fault), fault.whose)
            session.journal.faults += [told] if told not in session.journal.faults else []


def _loose(session: Session, left: Iterator[Race]) -> Iterator[_Ran]:
    times = 1 if _is_python(session) else TIMES
    listed = list(left) if times > 1 else left  # a driver is sent many ahead
    for some in [listed] if isinstance(listed, list) else ([raced] for raced in listed):
        found = session.target.run_many(session.kind, (raced.word for raced in some for _ in range(times)))
        for raced in some:
            outcomes = []
            for outcome in (next(found) for _ in range(times)):
                session.journal.ran(ENGINE, session.kind, raced.word)
                if isinstance(outcome, Trouble):
                    _fault(session, raced, outcome)
                else:
                    outcomes.append(RaceOutcome("", outcome))
            yield raced, times, outcomes


def _is_python(session: Session) -> bool:
    """Whether the subject lives in a Python process of the suite's: a driver has no classes."""
    return bool(session.target.classes())


def bound_steps(session: Session) -> frozenset[str]:
    """Return the names of the steps that another thread, which takes one alone, is answered otherwise.

    What belongs to one thread, as what lives on an event loop does, cannot be raced. A handler that is called
    once more there is no such thing: that is for the races to show.
    """
    return frozenset(word[-1][0] for word in map(parse_word, _ELSEWHERE) if _is_bound(session, word))


def _is_bound(session: Session, word: Word) -> bool:
    """Return whether the last step of a word is answered otherwise when another thread takes it alone."""
    if session.model.follow(word) is None or not needs_of(word) <= session.model.supports:
        return False
    results = session.run(ENGINE, word)
    elsewhere = session.run(ENGINE, (*word[:-1], (RACE, word[-1:], _ASIDE)))
    if results is None or elsewhere is None:
        return True
    here, there = _punctual(results[-1]), _only_thread(elsewhere[-1])
    return there != here and len(there["events"]) <= len(here["events"])


_ASIDE: Final[Word] = (("id",),)
"""What the second thread of a race does where only the first counts."""
_ELSEWHERE: Final = (
    "status",
    "error_code",
    "put_completed(h1)",
    "put_completed(h1) get_completed",
    "put_completed(h1) complete(5)",
    "put_completed(h1) fail(0x80004005)",
    "put_completed(h1) cancel",
    "put_completed(h1) cancel acknowledge_cancel",
    "put_progress(p1)",
    "put_progress(p1) get_progress",
    "put_progress(p1) report_progress(1)",
    "complete(5) get_results",
    "complete(5) put_completed(h1)",
    "complete(5) close",
)
"""Each step where it does something; the last one of each word is taken elsewhere."""


def _only_thread(result: Result) -> Result:
    inner = result["threads"][0][0]
    return _punctual({**inner, "events": [*inner.get("events", ()), *result.get("events", ())]})


def _punctual(result: Result) -> Result:
    """Return a result without what says that a handler ran late."""
    events = [{key: value for key, value in event.items() if key != "late"} for event in result.get("events", ())]
    return {**result, "events": events}


def _fault(session: Session, raced: Race, trouble: Trouble) -> None:
    """Blame the subject where a race that did not come back does so again by itself; else make a note."""
    if not trouble.deed:
        session.fault(raced.word, str(trouble), Whose.DRIVER)
        return
    if any(isinstance(outcome, Trouble) for outcome in session.target.run_many(session.kind, [raced.word] * _AGAIN)):
        rule = blamed(Situation.RACE_STUCK)
        failure = Failure(rule, session.kind, raced.word, raced.at + 1, GOES_ON, trouble.deed, ENGINE)
        session.journal.failed(failure)
    else:
        word = f"{session.kind} {format_word(raced.word)}"
        session.journal.notes.append(f"a race did not come back once, and did when it was run again: {word}")
    session.trouble()
