"""The race matrix: in every state, which steps are raced, and what is looked at afterwards.

Two threads take one step each; around set handler, completion, cancel and close three threads do. What
:data:`REDUCED` says is left out, and races that nobody can run because one worker ends once.
"""

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement
from typing import Final

from iasyncinfo_conformance.hsi import Minimal, canonical
from iasyncinfo_conformance.inputs import Ground
from iasyncinfo_conformance.linearizability import Race, Way, distinct
from iasyncinfo_spec.exploration import START, System
from iasyncinfo_spec.interleaving import interleavings
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Run
from iasyncinfo_spec.words import PROPERTIES, RACE, Step, Word

_CONTENDED: Final = frozenset({"put_completed", "complete", "cancel", "close"})
"""The steps of which three are raced at once."""
_FINISH: Final[Step] = ("complete", 6)
REDUCED: Final = (
    "Left out: id; steps that only read, or that change nothing where they are taken, among themselves; "
    "renamings of handlers; a preemption where three threads race; schedules that differ only in the order of "
    "accesses that do not conflict."
)
"""What the matrix and its schedules leave out, for the report."""
_LAST_LOOKS: Final[Word] = (
    ("status",),
    ("error_code",),
    ("get_results",),
    ("get_completed",),
    ("get_progress",),
    ("put_completed", "h9"),
    ("cancel_notifications",),
)


def races(ground: Ground) -> Iterator[Race]:
    """Yield the race matrix of one kind, the states with the shortest words first."""
    system, machine = ground.plain_system, ground.plain_machine
    steps = _raced_steps(ground)
    pairs = [pair for pair in combinations_with_replacement(steps, 2) if not {step[0] for step in pair} <= PROPERTIES]
    triples = list(combinations([step for step in steps if step[0] in _CONTENDED and step[1:] != (None,)], 3))
    seen: set[Word] = set()
    for access in _accesses(machine):
        idle = _idle(system, access)
        for threads in (*pairs, *triples):
            race = None if idle.issuperset(threads) else _race(ground, access, threads)
            if race is not None and race.word not in seen:
                seen.add(race.word)
                yield race


def _accesses(machine: Minimal) -> Iterator[Word]:
    """Yield a word to every state; of states that differ in the names of handlers alone, to one."""
    return (word for word in sorted(machine.access, key=len) if canonical(word) == word)


def _idle(system: System, access: Word) -> set[Step]:
    """Return the steps that change nothing and call nobody in the configuration where a word leads."""
    here = START
    for step in access:
        here = system.edges[here][step].dest
    edges = system.edges[here]
    return {step for step, edge in edges.items() if edge.dest == here and "events" not in edge.prediction}


def _raced_steps(ground: Ground) -> list[Step]:
    return [step for step in ground.plain if step[0] != "id" and step[1:] not in (("h2",), ("p2",))]


def _race(ground: Ground, access: Word, steps: tuple[Step, ...]) -> Race | None:
    """Return the race of these steps in one state, or None where nobody can run it."""
    here = ground.follow(access)
    if here is None:
        return None
    threads = tuple((step,) for step in _named_apart(access, steps))
    if not all(ground.known(here, step) for (step,) in threads):
        return None
    try:
        found = list(interleavings(ground.judge.product, here, threads))
    except NotDrivable:
        return None
    after, looks = _afterwards(ground, [way.dest for way in found])
    ways = distinct(Way(way.results, look) for way, look in zip(found, looks, strict=True))
    return Race((*access, (RACE, *threads), *after), len(access), ways)


def _named_apart(access: Word, steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield steps whose handlers have names of their own, so that it shows which of them is called."""
    used = {step[1] for step in access if step[0] in ("put_completed", "put_progress")}
    for step in steps:
        if step[0] in ("put_completed", "put_progress") and step[1] is not None:
            label = next(name for number in range(1, 9) if (name := f"{step[1][0]}{number}") not in used)
            used.add(label)
            yield (step[0], label)
        else:
            yield step


def _afterwards(ground: Ground, dests: list[Configuration]) -> tuple[Word, list[list[Prediction]]]:
    """Return what is done after a race, and what that answers after each way in which the race may go.

    The work ends if it still runs, and everything is looked at.
    """
    able = {step[0] for step in (*ground.plain, *ground.looks)}
    runs = [Run(ground.judge.product, dest) for dest in dests]
    looks: list[list[Prediction]] = [[] for _ in dests]
    taken: list[Step] = []
    for step in (_FINISH, *_LAST_LOOKS):
        before = [run.at for run in runs]
        try:
            if step[0] not in able or not all(ground.known(at, step) for at in before):
                continue
            predictions = [run.take(step) for run in runs]
        except NotDrivable:
            for run, at in zip(runs, before, strict=True):
                run.at = at
            continue
        taken.append(step)
        for look, prediction in zip(looks, predictions, strict=True):
            look.append(prediction)
    return tuple(taken), looks
