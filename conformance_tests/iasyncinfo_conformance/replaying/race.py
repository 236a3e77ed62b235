"""One word with a race, run again: under one schedule, under all of them, or on free threads."""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.judging.linearizability import came_in, judged
from iasyncinfo_conformance.judging.wording import Difference
from iasyncinfo_conformance.model.race import Race, race_of
from iasyncinfo_conformance.record.options import RACE_BOUND
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.report.layout import folded, width
from iasyncinfo_conformance.report.race_drawing import columns
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import RaceOutcome, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.product import NotDrivable
from iasyncinfo_spec.words import RACE, Word, format_word, threads_of

_TIMES: Final = 200
"""How often a race is run on free threads."""


VERDICTS: Final = {
    Verdict.DOES_NOT_CONFORM: "not allowed",
    Verdict.INCOMPLETE: "a novel answer: no family that is known gives it",
    Verdict.CONFORMS: "allowed",
}
"""What a replay says at its end, the worst first."""


def replay_race(session: Session, word: Word, schedule: str | None) -> tuple[str, Verdict]:
    """Return what a raced word does, as text, and whether some interleaving explains each outcome.

    Raises UsageFault where the word cannot be raced or the schedule cannot be chosen.
    """
    target, kind = session.target, session.kind
    if sum(step[0] == RACE for step in word) > 1:
        raise UsageFault("replay takes a word with one race; this one has more.")
    exhaustive = "schedules" in target.supports(kind)
    if exhaustive:
        _require_few_threads(word)
    try:
        race = race_of(session.judge.product, word)
    except NotDrivable as error:
        raise UsageFault(f"nobody can race this word: {error}.") from error
    if schedule is not None and not exhaustive:
        raise UsageFault(f"the schedules of {target.name} cannot be chosen: leave --schedule out.")
    try:
        if schedule is not None:
            lines, outcomes = _scheduled(target, kind, race, schedule)
        else:
            lines, outcomes = _outcomes(target, kind, word, exhaustive=exhaustive)
    except Trouble as trouble:
        return f"{kind} {format_word(word)}\n  {trouble.what}: {trouble.why}", Verdict.DOES_NOT_CONFORM
    findings = [judged(race, outcome) for outcome in outcomes]
    for outcome, finding in zip(outcomes, findings, strict=True):
        lines += _lines(race, outcome, finding)
    wrong = Verdict.DOES_NOT_CONFORM if session.model.knows_race(word) else Verdict.INCOMPLETE
    verdict = wrong if any(findings) else Verdict.CONFORMS
    return "\n".join([f"{kind} {format_word(word)}", *lines, VERDICTS[verdict]]), verdict


def _require_few_threads(word: Word) -> None:
    from iasyncinfo_conformance.schedules.points import MOST_THREADS

    threads = max(len(threads_of(step)) for step in word)
    if threads > MOST_THREADS:
        raise UsageFault(f"the schedules of {threads} threads are too many to explore: race {MOST_THREADS} at most.")


def _scheduled(target: Target, kind: Kind, race: Race, schedule: str) -> tuple[list[str], list[RaceOutcome]]:
    replayed = target.replay(kind, race.word, schedule)
    return list(columns([*map(format_word, threads_of(race.step))], replayed.trace, width())), [
        RaceOutcome(schedule, replayed.results, replayed.trouble)
    ]


def _outcomes(target: Target, kind: Kind, word: Word, *, exhaustive: bool) -> tuple[list[str], list[RaceOutcome]]:
    """Return how the race was run, and each outcome that it came to."""
    if exhaustive:
        (explored,) = target.explore(kind, [word], RACE_BOUND)
        if isinstance(explored, Trouble):
            raise explored
        return [f"  {explored.schedules} schedules with at most {RACE_BOUND} preemptions"], explored.outcomes
    found: dict[str, RaceOutcome] = {}
    for results in target.run_many(kind, [word] * _TIMES):
        if isinstance(results, Trouble):
            raise results
        found.setdefault(repr(results), RaceOutcome("", results))
    return [f"  {_TIMES} runs on free threads"], list(found.values())


def _lines(race: Race, outcome: RaceOutcome, finding: Difference | None) -> Iterator[str]:
    """Yield one outcome in words and, where no interleaving explains it, what is allowed."""
    came = outcome.trouble or came_in(race, outcome.results)
    yield folded(came + (f" [schedule {outcome.schedule}]" if outcome.schedule else ""), "  came     ", 11)
    if finding is not None:
        yield folded(f"allowed: {finding.allowed}", f"  {finding.cites:<8} ", 11)
