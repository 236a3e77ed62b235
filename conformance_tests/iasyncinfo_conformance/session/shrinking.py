"""From a word that shows something to a shortest one that shows the same."""

from collections.abc import Iterator
from itertools import combinations

from iasyncinfo_conformance.judging.judge import Finding
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_spec.words import Word


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
    for candidate in one_less(word[: finding.length]):
        shown = _shown(session, candidate, engine) if session.model.follow(candidate) is not None else None
        if shown is not None and (shown[1].cites, shown[1].mixed) == (finding.cites, finding.mixed):
            yield shown


def _shown(session: Session, word: Word, engine: str) -> tuple[Word, Finding] | None:
    finding = session.found(engine, word)
    return None if finding is None else (word[: finding.length], finding)


def one_less(word: Word) -> Iterator[Word]:
    """Yield the words with one step fewer, those whose handlers do one thing fewer, and those with two steps fewer."""
    for index, step in enumerate(word):
        if len(word) > 1:
            yield word[:index] + word[index + 1 :]
        if len(step) == 3:
            yield (*word[:index], step[:2], *word[index + 1 :])
            for inner in range(len(step[2])):
                program = step[2][:inner] + step[2][inner + 1 :]
                if program:
                    yield (*word[:index], (*step[:2], program), *word[index + 1 :])
    for first, second in combinations(range(len(word)), 2):
        if len(word) > 2:
            yield word[:first] + word[first + 1 : second] + word[second + 1 :]
