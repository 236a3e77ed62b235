"""The race matrix: in every state, which steps are raced, and what is looked at afterwards.

Two threads take one step each; around set handler, completion, cancel and close three threads do. What
:data:`~iasyncinfo_conformance.record.extent.REDUCED` says is left out, and races that nobody can run because one
worker ends once.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, combinations_with_replacement
from typing import Final

from iasyncinfo_conformance.model.hsi import canonical
from iasyncinfo_conformance.model.minimal import Minimal
from iasyncinfo_conformance.model.model import Model, puts_second
from iasyncinfo_conformance.model.race import Race, Way, distinct
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_spec.exploration import START, System
from iasyncinfo_spec.hresults import E_ACCESSDENIED
from iasyncinfo_spec.interleaving import interleavings
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction
from iasyncinfo_spec.words import PROPERTIES, RACE, Step, Word

_CONTENDED: Final = frozenset({"put_completed", "complete", "cancel", "close"})
"""The steps of which three are raced at once."""
_FINISH: Final[Step] = ("complete", 6)
_ID: Final[Step] = ("id",)
_LAST_LOOKS: Final[Word] = (
    ("status",),
    ("error_code",),
    ("get_results",),
    ("get_completed",),
    ("get_progress",),
    ("put_completed", "h9"),
    ("cancel_notifications",),
)


def races(model: Model) -> Iterator[Race]:
    """Yield the race matrix of one kind, the states with the shortest words first."""
    matrix = _Matrix(model)
    steps = _raced_steps(model)
    pairs = [pair for pair in combinations_with_replacement(steps, 2) if not {step[0] for step in pair} <= PROPERTIES]
    pairs += [(_ID, _ID)] if _ID in model.plain else []
    triples = list(combinations([step for step in steps if step[0] in _CONTENDED and step[1:] != (None,)], 3))
    seen: set[Word] = set()
    for access in _accesses(model.plain_machine):
        if access[: len(model.born)] != model.born:
            continue
        here = _end_of(model.plain_system, access)
        idle = _idle(model.plain_system, here)
        for threads in (*pairs, *triples):
            race = None if idle.issuperset(threads) else matrix.race(access, here, threads)
            if race is not None and race.word not in seen:
                seen.add(race.word)
                yield race
    yield from _after_failures(model, matrix)


def _after_failures(model: Model, matrix: "_Matrix") -> Iterator[Race]:
    """Yield races after a handler that failed: what its call took and did not give back is missed by others."""
    raising = (("raise", E_ACCESSDENIED),)
    for access in (
        (("put_completed", "h1", raising), ("complete", 5)),
        (("complete", 5), ("put_completed", "h1", raising)),
        (("put_progress", "p1", raising), ("report_progress", 1)),
    ):
        here = model.follow(access) if _can(model, access) else None
        if here is not None:
            race = matrix.race(access, here, (("cancel",), ("close",)))
            if race is not None:
                yield race


def _can(model: Model, word: Word) -> bool:
    """Return whether the kind has these steps, and the target the levers for them; no object has ended before."""
    return (
        not model.born
        and needs_of(word) <= model.supports
        and {step[0] for step in word} <= {*model.slots, *(step[0] for step in model.plain)}
    )


def _accesses(machine: Minimal) -> Iterator[Word]:
    """Yield a word to every state; of states that differ in the names of handlers alone, to one."""
    return (word for word in sorted(machine.access, key=len) if canonical(word) == word)


def _end_of(system: System, word: Word) -> Configuration:
    here = START
    for step in word:
        here = system.edges[here][step].dest
    return here


def _idle(system: System, here: Configuration) -> set[Step]:
    """Return the steps that change nothing there and call nobody; an id may be drawn once it is asked for."""
    edges = system.edges[here]
    idle = {step for step, edge in edges.items() if edge.dest == here and "events" not in edge.prediction}
    return idle - {_ID}


def _raced_steps(model: Model) -> list[Step]:
    return [step for step in model.plain if step[0] != "id" and not puts_second(step)]


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


class _Matrix:
    """The races of one kind, each with every way in which it may go."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._able = {step[0] for step in (*model.plain, *model.looks)}
        self._step = cache(model.product.step)

    def race(self, access: Word, here: Configuration, steps: tuple[Step, ...]) -> Race | None:
        """Return the race of these steps in one state, or None where nobody can run it."""
        threads = tuple((step,) for step in _named_apart(access, steps))
        if not self._model.knows_race((*access, (RACE, *threads))):
            return None
        try:
            found = list(interleavings(self._model.product, here, threads))
        except NotDrivable:
            return None
        ends = list(dict.fromkeys(way.dest for way in found))
        after, looks = self._afterwards(ends, (_ID,) if _ID in steps else (_FINISH, *_LAST_LOOKS))
        ways = distinct(Way(way.results, looks[ends.index(way.dest)]) for way in found)
        return Race((*access, (RACE, *threads), *after), len(access), ways)

    def _afterwards(self, ends: Sequence[Configuration], word: Word) -> tuple[Word, list[list[Prediction]]]:
        """Return which steps of a word can be taken after a race, and what each end of the race answers to them."""
        looks: list[list[Prediction]] = [[] for _ in ends]
        taken: list[Step] = []
        for step in word:
            if step[0] not in self._able or not all(self._model.known(at, step) for at in ends):
                continue
            try:
                predictions, ends = zip(*(self._step(at, step) for at in ends), strict=True)
            except NotDrivable:
                continue
            taken.append(step)
            for look, prediction in zip(looks, predictions, strict=True):
                look.append(prediction)
        return tuple(taken), looks
