"""From a word that shows something to a shortest one that shows the same."""

from collections.abc import Iterator

from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.judging.judge import Finding
from iasyncinfo_conformance.model.model import Ground
from iasyncinfo_spec.words import Word


def shorten(runner: Runner, ground: Ground, word: Word, engine: str) -> tuple[Word, Finding] | None:
    """Return a word from which no step can be left out, and what is found on it; None where nothing is found.

    What is found cites the same rule or point as what is found on ``word``.
    """
    shortest = _found(runner, ground, word, engine)
    shorter = shortest
    while shortest is not None and shorter is not None:
        shortest = shorter
        shorter = next(_alike(runner, ground, shortest, engine), None)
    return shortest


def _alike(runner: Runner, ground: Ground, than: tuple[Word, Finding], engine: str) -> Iterator[tuple[Word, Finding]]:
    word, finding = than
    for candidate in _one_less(word[: finding.length]):
        found = _found(runner, ground, candidate, engine) if ground.follow(candidate) is not None else None
        if found is not None and (found[1].cites, found[1].mixed) == (finding.cites, finding.mixed):
            yield found


def _found(runner: Runner, ground: Ground, word: Word, engine: str) -> tuple[Word, Finding] | None:
    results = runner.run(engine, ground.kind, word)
    finding = None if results is None else ground.judge.judge(word, results)
    return None if finding is None else (word[: finding.length], finding)


def _one_less(word: Word) -> Iterator[Word]:
    """Yield the words with one step fewer, and those whose handlers do one thing fewer."""
    for index, step in enumerate(word):
        if len(word) > 1:
            yield word[:index] + word[index + 1 :]
        if len(step) == 3:
            yield (*word[:index], step[:2], *word[index + 1 :])
            for inner in range(len(step[2])):
                program = step[2][:inner] + step[2][inner + 1 :]
                if program:
                    yield (*word[:index], (*step[:2], program), *word[index + 1 :])
