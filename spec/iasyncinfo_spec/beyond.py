"""What ``standard`` admits and no family shows of which enough is established, each with the reason.

``standard`` leaves every point open, so it admits rows that nobody is, and subjects that answer a point now
so and now otherwise. Neither breaks a rule. Each configuration that it can reach beside those of all
families is reached only by answers that no family gives together, or by none that stay the same; the
smallest such set of answers is the reason.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import START, plain_inputs
from iasyncinfo_spec.families import ESTABLISHED, FAMILIES, Family
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.standing import Standing, follow
from iasyncinfo_spec.variations import VARIATIONS, Answered
from iasyncinfo_spec.words import Step, Word

DECLARED: Final[Mapping[str, str]] = {"CREATED": "hidden", "CANCEL-SYNC": "no"}
"""The points that an adapter declares: they are the same in the whole run."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """A configuration that no family shows: a shortest word to it, and the answers that no family gives together.

    ``answers`` is empty where no row reaches it, but only a subject that changes an answer.
    """

    configuration: Configuration
    word: Word
    answers: Answered


def reachable(kind: Kind) -> dict[Configuration, Word]:
    """Return every configuration that ``standard`` admits over the plain steps, with a shortest word each."""
    standard, start = StandardProduct(kind, DECLARED), Standing(START)
    words: dict[Standing, Word] = {start: ()}
    untried = deque([start])
    while untried:
        here = untried.popleft()
        for step in _moving(kind):
            for taken in follow(standard, here, step):
                if not taken.breaks and taken.there not in words:
                    words[taken.there] = (*words[here], step)
                    untried.append(taken.there)
    found: dict[Configuration, Word] = {}
    for standing, word in words.items():
        found.setdefault(standing.at, word)
    return found


def beyond(kind: Kind) -> list[Beyond]:
    """Return what ``standard`` reaches and no family does, in the order of their words."""
    rows = _rows_to(kind)
    found = reachable(kind)
    unseen = {here: word for here, word in found.items() if not any(map(_is_somebodys, rows.get(here, ())))}
    return [Beyond(here, word, _reason(rows.get(here, set()))) for here, word in unseen.items()]


def nobodys_answers() -> list[tuple[str, str]]:
    """Return the answers, by point, that no family gives."""
    given = {(point, family.answer(point)) for family in FAMILIES.values() for point in (*family.answers, "INCOHERENT")}
    options = [(point, name) for point, variation in VARIATIONS.items() for name in variation.names]
    return [option for option in options if option not in given]


def _moving(kind: Kind) -> tuple[Step, ...]:
    readers = ("id", "status", "get_completed", "get_progress")
    return tuple(step for step in plain_inputs(kind) if step[0] not in readers)


def _rows_to(kind: Kind) -> dict[Configuration, set[Answered]]:
    """Return for each configuration the answers, each given once for all, that lead there."""
    standard = StandardProduct(kind, DECLARED)
    nobody: Answered = frozenset()
    rows: dict[Configuration, set[Answered]] = {START: {nobody}}
    untried = deque([(START, nobody)])
    while untried:
        here, answers = untried.popleft()
        for there, more in _moves(standard, here, answers):
            if more not in rows.setdefault(there, set()):
                rows[there].add(more)
                untried.append((there, more))
    return rows


def _moves(
    standard: StandardProduct, here: Configuration, answers: Answered
) -> Iterator[tuple[Configuration, Answered]]:
    given = dict(answers)
    for step in _moving(standard.kind):
        for branch in standard.branches(here, step):
            asked = {point: answer for point, answer in branch.answers.items() if point not in DECLARED}
            if branch.dest != here and all(given.get(point, answer) == answer for point, answer in asked.items()):
                yield branch.dest, frozenset({*answers, *asked.items()})


def _is_somebodys(answers: Answered) -> bool:
    """Return whether some family gives all these answers, or leaves them open."""
    return any(all(_gives(FAMILIES[name], point, answer) for point, answer in answers) for name in ESTABLISHED)


def _gives(family: Family, point: str, answer: str) -> bool:
    """Return whether a family gives an answer, or leaves it open and none of its own answers decides it."""
    given = family.answers.get(point)
    return given == answer or (given is None and family.answering("", {point: answer}).answer(point) == answer)


def _reason(rows: set[Answered]) -> Answered:
    """Return the smallest set of answers, of those that lead somewhere, that no family gives together."""
    for size in range(1, 1 + max(map(len, rows), default=0)):
        subsets = {frozenset(subset) for answers in rows for subset in combinations(sorted(answers), size)}
        alone = [subset for subset in subsets if not _is_somebodys(subset)]
        needed = [subset for subset in alone if all(subset <= answers for answers in rows)]
        if needed or alone:
            return min(needed or alone, key=sorted)
    return frozenset()
