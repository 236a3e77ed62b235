"""From a word that shows something to a shortest one that shows the same."""

from collections.abc import Iterator
from itertools import combinations, groupby
from typing import Final

from iasyncinfo_conformance.judging.following import Finding
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_spec.words import Word

_LONG_RUN: Final = 8
"""Equal steps, one after the other, of which half are left out at once."""


def shrink(session: Session, word: Word, engine: str) -> tuple[Word, Finding] | None:
    """Return a word from which no step can be left out, and what is found on it; None where nothing is found.

    What is found cites the same rule or point as what is found on ``word``.
    """
    shortest = _shown(session, word, engine)
    shorter = shortest
    while shortest is not None and shorter is not None:
        shortest = shorter
        shorter = next(_alike(session, shortest, engine), None)
    return shortest


def _alike(session: Session, than: tuple[Word, Finding], engine: str) -> Iterator[tuple[Word, Finding]]:
    word, finding = than
    upto = word[: finding.length]
    for candidate in (*_halved(upto), *one_less(upto)):
        shown = _shown(session, candidate, engine) if session.model.follow(candidate) is not None else None
        if shown is not None and (shown[1].cites, shown[1].mixed) == (finding.cites, finding.mixed):
            yield shown


def _shown(session: Session, word: Word, engine: str) -> tuple[Word, Finding] | None:
    finding = session.found(engine, word)
    return None if finding is None else (word[: finding.length], finding)


def _halved(word: Word) -> Iterator[Word]:
    """Yield the words in which one step is repeated half as often."""
    for start, times in _runs(word):
        if times >= _LONG_RUN:
            yield word[:start] + word[start + times // 2 :]


def _runs(word: Word) -> Iterator[tuple[int, int]]:
    """Yield where each run of equal steps begins, and how many they are."""
    start = 0
    for _, run in groupby(word):
        times = len(tuple(run))
        yield start, times
        start += times


def one_less(word: Word) -> Iterator[Word]:
    """Yield the words with one step fewer, those whose handlers do one thing fewer, and those with two steps fewer.

    Which of equal neighbours is left out makes no difference: of those words one is yielded.
    """
    firsts = [start for start, _ in _runs(word)]
    for index in firsts:
        step = word[index]
        if len(word) > 1:
            yield word[:index] + word[index + 1 :]
        if len(step) == 3:
            yield (*word[:index], step[:2], *word[index + 1 :])
            for inner in range(len(step[2])):
                program = step[2][:inner] + step[2][inner + 1 :]
                if program:
                    yield (*word[:index], (*step[:2], program), *word[index + 1 :])
    twice = [(start, start + 1) for start, times in _runs(word) if times > 1]
    for first, second in sorted((*combinations(firsts, 2), *twice)):
        if len(word) > 2:
            yield word[:first] + word[first + 1 : second] + word[second + 1 :]
