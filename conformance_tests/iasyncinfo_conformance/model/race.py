"""A race, and every way in which the specification lets it go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.interleaving import interleavings
from iasyncinfo_spec.product import Configuration, Prediction, Product, Run
from iasyncinfo_spec.words import RACE, Step, Word, threads_of


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a raced word may go: what the race answers by thread, and what comes after it."""

    threads: tuple[list[Prediction], ...]
    after: list[Prediction]


@dataclass(frozen=True, slots=True)
class Race:
    """A word with one race in it, and every way in which it may go; ``at`` is the number of steps before it."""

    word: Word
    at: int
    ways: tuple[Way, ...]

    @property
    def step(self) -> Step:
        """The race itself."""
        return self.word[self.at]


def race_of(product: Product, word: Word) -> Race:
    """Return a word with exactly one race as a Race; raises NotDrivable where nobody can take it."""
    (at,) = (index for index, step in enumerate(word) if step[0] == RACE)
    here = Configuration()
    for step in word[:at]:
        _, here = product.step(here, step)
    ways = [
        Way(way.results, list(map(Run(product, way.dest).take, word[at + 1 :])))
        for way in interleavings(product, here, threads_of(word[at]))
    ]
    return Race(word, at, distinct(ways))


def distinct(ways: Iterable[Way]) -> tuple[Way, ...]:
    """Return the ways that differ."""
    found: list[Way] = []
    for way in ways:
        if way not in found:
            found.append(way)
    return tuple(found)


def without(race: Race, results: Sequence[Result], index: int) -> tuple[Race, list[Result]]:
    """Return a race and the results of its word without one of the steps that come after it."""
    at = index - race.at - 1
    ways = distinct(Way(way.threads, [*way.after[:at], *way.after[at + 1 :]]) for way in race.ways)
    word = (*race.word[:index], *race.word[index + 1 :])
    return Race(word, race.at, ways), [*results[:index], *results[index + 1 :]]
