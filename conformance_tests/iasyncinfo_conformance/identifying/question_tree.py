"""The questions that tell families apart, and the shallowest tree of them.

What a family answers to a word is computed from its row; one that leaves a point open may answer in several ways,
and stays a candidate whichever of them comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from iasyncinfo_conformance.engines.points import askable, declared
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.target import Target
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import ESTABLISHED, FAMILIES, Family
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.variations import VARIATIONS, ShownBy, shown_by
from iasyncinfo_spec.words import Word, format_word, step_names

Names: TypeAlias = frozenset[str]
IDS: Final[Word] = (("id",),)
"""The word of which several objects are asked."""
(OF_IDS,) = shown_by(ShownBy.IDS)
"""The point that it shows."""
_IN_VAIN: Final = 100
"""Questions that an answer is taken to cost which tells nothing: more than there can be."""


@dataclass(frozen=True, slots=True)
class Question:
    """A word for one kind, and for each answer that a family may give the families that may give it."""

    kind: Kind
    word: Word
    answers: frozenset[Names]

    def outcomes(self, candidates: Names) -> frozenset[Names]:
        """Return what may be left of the candidates, answer by answer."""
        return frozenset(names & candidates for names in self.answers) - {frozenset()}

    def __str__(self) -> str:
        """Return the kind and the word."""
        return f"{self.kind} {format_word(self.word)}"


def questions(target: Target) -> list[Question]:
    """Return what can be asked of a target, the shortest words first; the ids last, which cost several objects."""
    words = dict.fromkeys(
        (kind, word) for variation in VARIATIONS.values() if variation.shown_by in (ShownBy.WORDS, ShownBy.EVENTS)
        for kind, word in askable(target, variation)
    )  # fmt: skip
    asked = (_question(target, kind, word) for kind, word in words)
    ids = _by_answer((name, ids_of(FAMILIES[name])) for name in ESTABLISHED)
    return [
        *sorted(asked, key=lambda question: len(list(step_names(question.word)))),
        Question(target.kinds[0], IDS, ids),
    ]


def ids_of(family: Family) -> Sequence[str]:
    """Return which numbers a family's ids may be: all that there are, where it leaves the point open."""
    return [family.answers[OF_IDS]] if OF_IDS in family.answers else VARIATIONS[OF_IDS].names


_Plan: TypeAlias = tuple[int, int, Question | None]
"""The depth of the best tree for some candidates, the sum over its leaves, and the question at its root."""


class Tree:
    """The shallowest tree of questions that tells candidates apart; of several the one whose words are shortest."""

    def __init__(self, asked: Iterable[Question]) -> None:
        self._questions: dict[frozenset[Names], Question] = {}
        for question in asked:
            self._questions.setdefault(question.answers, question)
        self._plans: dict[Names, _Plan] = {}

    def question(self, candidates: Names) -> Question | None:
        """Return what to ask next, or None where nothing that can be asked tells the candidates apart."""
        return self._plan(candidates)[2]

    def depth(self, candidates: Names) -> int:
        """Return how many questions it takes at most."""
        return self._plan(candidates)[0]

    def _plan(self, candidates: Names) -> _Plan:
        if candidates not in self._plans:
            plans = (self._asking(question, candidates) for question in self._questions.values())
            self._plans[candidates] = min(filter(None, plans), key=lambda plan: plan[:2], default=(0, 0, None))
        return self._plans[candidates]

    def _asking(self, question: Question, candidates: Names) -> _Plan | None:
        """Return the plan that begins with a question, or None where it tells none of the candidates apart."""
        left = question.outcomes(candidates)
        if left <= {candidates}:
            return None
        # An answer that all may give leaves everything to do: such a question is the last resort.
        below = [(_IN_VAIN, _IN_VAIN, None) if names == candidates else self._plan(names) for names in left]
        return 1 + max(depth for depth, *_ in below), sum(1 + total for _, total, _ in below), question


def _question(target: Target, kind: Kind, word: Word) -> Question:
    fixed = declared(target, kind)
    told = ((name, _answers(FAMILIES[name], kind, word, fixed)) for name in ESTABLISHED)
    return Question(kind, word, _by_answer(told))


def _answers(family: Family, kind: Kind, word: Word, fixed: Mapping[str, str]) -> set[str]:
    """Return, as text, all that a family may answer to a word."""
    product = StandardProduct(kind, {**family.answers, **fixed}, tuple(family.breaks))
    runs = {("", Configuration())}
    for step in word:
        runs = {
            (f"{before} | {describe(step, branch.prediction)}", branch.dest)
            for before, here in runs
            for branch in product.branches(here, step)
        }
    return {text for text, _ in runs}


def _by_answer(told: Iterable[tuple[str, Iterable[str]]]) -> frozenset[Names]:
    """Turn what each family may answer into the families behind each answer."""
    found: dict[str, set[str]] = {}
    for name, answers in told:
        for answer in answers:
            found.setdefault(answer, set()).add(name)
    return frozenset(map(frozenset, found.values()))
