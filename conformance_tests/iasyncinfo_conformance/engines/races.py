"""The race matrix, run: every schedule up to a bound where schedules can be chosen, else threads let loose.

Races run once everything that is sequential has passed. They never make a subject pass; an outcome that no
interleaving of the specification's atomic steps explains makes it fail.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from iasyncinfo_conformance.engines.race_matrix import races
from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.linearizability import GOES_ON, Race, judged, without
from iasyncinfo_conformance.judging.wording import READS, Difference
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_conformance.record.findings import Failure, Fault
from iasyncinfo_conformance.target import Explored, Moment, Outcome, Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import RACE, Word, format_word, parse_word, threads_of

ENGINE: Final = "races"
BOUND: Final = 2
"""Preemptions in a schedule."""
TIMES: Final = 4
"""How often a race is run whose schedule cannot be chosen; once in Python, whose threads seldom overlap."""
_AGAIN: Final = 20
"""How often a race is run again that did not come back."""
EXHAUSTIVE, STOCHASTIC, NONE = "exhaustive", "stochastic", "none"


@dataclass(frozen=True, slots=True)
class Raced:
    """What was run of one kind; ``why`` says why nothing was, where ``mode`` is none."""

    mode: str
    cells: int = 0
    schedules: int = 0
    why: str = ""


def race(runner: Runner, ground: Ground, bound: int, tick: Callable[[str], None]) -> Raced:
    """Run the race matrix of one kind and write down each kind of window once, with its shortest word."""
    supports = ground.supports
    if "threads" not in supports:
        return Raced(NONE, why="the driver does not support threads")
    mode = EXHAUSTIVE if "schedules" in supports else STOCHASTIC
    if mode == STOCHASTIC and _is_python(ground) and is_bound_to_a_thread(runner, ground):
        return Raced(NONE, why="the subject answers otherwise when another thread calls it, which alone is no race")
    explored = _explored(runner, ground, bound) if mode == EXHAUSTIVE else _let_loose(runner, ground)
    cells = schedules = 0
    windows: dict[tuple[str, frozenset[str]], list[_Violation]] = {}
    for raced, runs, outcomes in explored:
        cells, schedules = cells + 1, schedules + runs
        if cells % 50 == 0:
            tick(f"{ground.kind.value}: {cells:,} races, {schedules:,} schedules")
        found = next(filter(None, (_violation(raced, outcome) for outcome in outcomes)), None)
        if found is not None:
            names = frozenset(step[0] for thread in threads_of(raced.step) for step in thread)
            windows.setdefault((found.difference.cites, names), []).append(found)
    for shown in windows.values():
        _record(runner, ground, shown)
    return Raced(mode, cells, schedules)


class _Violation(NamedTuple):
    """An outcome that no interleaving explains, and how it differs from all of them."""

    race: Race
    outcome: Outcome
    difference: Difference


def _violation(raced: Race, outcome: Outcome) -> _Violation | None:
    found = judged(raced, outcome)
    return None if found is None else _Violation(raced, outcome, found)


def _shortened(shown: _Violation) -> _Violation:
    """Leave out the looks after the race without which the outcome is as wrong."""
    for index in reversed(range(shown.race.at + 1, len(shown.race.word))):
        if shown.race.word[index][0] in READS and not shown.outcome.trouble:
            race, results = without(shown.race, shown.outcome.results, index)
            shorter = _violation(race, shown.outcome._replace(results=results))
            if shorter is not None and shorter.difference.cites == shown.difference.cites:
                shown = shorter
    return shown


def _record(runner: Runner, ground: Ground, alike: list[_Violation]) -> None:
    """Write down the simplest of the violations that a window shows."""
    raced, outcome, difference = _shortened(min(alike, key=_complexity))
    failure = Failure(
        difference.cites,
        ground.kind,
        raced.word,
        raced.at + 1,
        difference.allowed,
        difference.actual,
        ENGINE,
        words=len(alike),
        schedule=outcome.schedule,
        trace=_trace(runner, ground, raced, outcome),
    )
    runner.findings.failed(failure)


def _complexity(shown: _Violation) -> tuple[int, int, int]:
    return len(threads_of(shown.race.step)), shown.race.at, len(shown.outcome.schedule)


def _trace(runner: Runner, ground: Ground, raced: Race, outcome: Outcome) -> tuple[Moment, ...]:
    """Return what the threads did, where the schedule can be run again."""
    if not outcome.schedule:
        return ()
    try:
        return tuple(runner.target.replay(ground.kind, raced.word, outcome.schedule).trace)
    except Trouble:
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


def _explored(runner: Runner, ground: Ground, bound: int) -> Iterator[tuple[Race, int, list[Outcome]]]:
    """Yield each race with the number of its schedules and all its outcomes."""
    for raced, explored in explorations(runner.target, ground.kind, list(races(ground)), bound):
        runner.findings.ran(ENGINE, raced.word)
        if isinstance(explored, Trouble):
            _fault(runner, ground, raced, explored)
        else:
            yield raced, explored.schedules, explored.outcomes


def _let_loose(runner: Runner, ground: Ground) -> Iterator[tuple[Race, int, list[Outcome]]]:
    """Yield each race that can go in several ways with what came of a few runs on real threads."""
    listed = [raced for raced in races(ground) if len(raced.ways) > 1]
    times = 1 if _is_python(ground) else TIMES
    found = runner.target.run_many(ground.kind, (raced.word for raced in listed for _ in range(times)))
    for raced in listed:
        outcomes = []
        for outcome in (next(found) for _ in range(times)):
            runner.findings.ran(ENGINE, raced.word)
            if isinstance(outcome, Trouble):
                _fault(runner, ground, raced, outcome)
            else:
                outcomes.append(Outcome("", outcome))
        yield raced, times, outcomes


def _is_python(ground: Ground) -> bool:
    """Whether the subject lives in a Python process of the suite's, where references can be watched."""
    return "alive" in ground.supports


def is_bound_to_a_thread(runner: Runner, ground: Ground) -> bool:
    """Whether calls that another thread makes alone are answered otherwise than this thread's.

    What belongs to one thread, as what lives on an event loop does, cannot be raced.
    """
    for text in _ELSEWHERE:
        word = parse_word(text)
        alone = tuple((RACE, (step,), _ASIDE) for step in word)
        results, elsewhere = runner.run(ENGINE, ground.kind, word), runner.run(ENGINE, ground.kind, alone)
        if elsewhere is None or list(map(_punctual, results or ())) != list(map(_only_thread, elsewhere)):
            return True
    return False


_ASIDE: Final[Word] = (("id",),)
"""What the second thread of a race does where only the first counts."""
_ELSEWHERE: Final = ("put_completed(h1) cancel complete(5) status close", "complete(5) put_completed(h1) status")


def _only_thread(result: Result) -> Result:
    inner = result["threads"][0][0]
    return _punctual({**inner, "events": [*inner.get("events", ()), *result.get("events", ())]})


def _punctual(result: Result) -> Result:
    """Return a result without what says that a handler ran late."""
    events = [{key: value for key, value in event.items() if key != "late"} for event in result.get("events", ())]
    return {**result, "events": events}


def _fault(runner: Runner, ground: Ground, raced: Race, trouble: Trouble) -> None:
    """Blame the subject where a race that did not come back does so again by itself; else make a note."""
    word = f"{ground.kind} {format_word(raced.word)}"
    if not trouble.deed:
        runner.findings.faults.append(Fault(word, str(trouble), "driver"))
        return
    if any(isinstance(outcome, Trouble) for outcome in runner.target.run_many(ground.kind, [raced.word] * _AGAIN)):
        rule = blamed(Situation.RACE_STUCK)
        runner.findings.failed(Failure(rule, ground.kind, raced.word, raced.at + 1, GOES_ON, trouble.deed, ENGINE))
    else:
        runner.findings.notes.append(f"a race did not come back once, and did when it was run again: {word}")
    runner.trouble()
