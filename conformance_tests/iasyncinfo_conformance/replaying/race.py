"""One word with a race, run again: under one schedule, under all of them, or on free threads."""

import textwrap
from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.engines.points import ask
from iasyncinfo_conformance.engines.session import row_of
from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.judging.linearizability import came_in, judged
from iasyncinfo_conformance.judging.wording import Difference
from iasyncinfo_conformance.model.race import Race, race_of
from iasyncinfo_conformance.record.options import RACE_BOUND
from iasyncinfo_conformance.report.layout import WIDTH
from iasyncinfo_conformance.report.race_drawing import columns
from iasyncinfo_conformance.target import RaceOutcome, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import NotDrivable, Product
from iasyncinfo_spec.words import RACE, Word, format_word, threads_of

_TIMES: Final = 200
"""How often a race is run on free threads."""


def replay_race(target: Target, word: Word, kind: Kind, profile: str, schedule: str | None) -> tuple[str, bool]:
    """Return what a raced word does, as text, and whether some interleaving explains each outcome.

    Raises UsageFault where the word cannot be raced or the schedule cannot be chosen.
    """
    if sum(step[0] == RACE for step in word) > 1:
        raise UsageFault("replay takes a word with one race; this one has more.")
    exhaustive = "schedules" in target.supports(kind)
    if exhaustive:
        _require_few_threads(word)
    row, _ = row_of(ask(target), FAMILIES.get(profile))
    try:
        race = race_of(Product(row, kind), word)
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
        return f"{kind} {format_word(word)}\n  {trouble.what}: {trouble.why}", False
    findings = [judged(race, outcome) for outcome in outcomes]
    for outcome, finding in zip(outcomes, findings, strict=True):
        lines += _lines(race, outcome, finding)
    verdict = "not allowed" if any(findings) else "allowed"
    return "\n".join([f"{kind} {format_word(word)}", *lines, verdict]), not any(findings)


def _require_few_threads(word: Word) -> None:
    from iasyncinfo_conformance.schedules.points import MOST_THREADS

    threads = max(len(threads_of(step)) for step in word)
    if threads > MOST_THREADS:
        raise UsageFault(f"the schedules of {threads} threads are too many to explore: race {MOST_THREADS} at most.")


def _scheduled(target: Target, kind: Kind, race: Race, schedule: str) -> tuple[list[str], list[RaceOutcome]]:
    replayed = target.replay(kind, race.word, schedule)
    return list(columns(race.step, replayed.trace, WIDTH)), [RaceOutcome(schedule, replayed.results, replayed.trouble)]


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
    yield _wrapped("came", came + (f" [schedule {outcome.schedule}]" if outcome.schedule else ""))
    if finding is not None:
        yield _wrapped(finding.cites, f"allowed: {finding.allowed}")


def _wrapped(head: str, text: str) -> str:
    return textwrap.fill(f"  {head:<8} {text}", WIDTH, subsequent_indent=" " * 11, break_on_hyphens=False)
