"""Whose manners has a subject? Few words tell: each next word depends on what came of those before.

The words are those of the variation points, which tell every two families apart, whatever levers a subject
lacks. What a family answers to a word is computed from its row; one that leaves a point open may answer in
several ways, and stays a candidate whichever of them comes. The tree is the shallowest there is. What it
leads to is a guess until the check at the family's own profile has confirmed it.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from iasyncinfo_conformance.cards import WIDTH
from iasyncinfo_conformance.check import Check, Verdict, check, quoted
from iasyncinfo_conformance.comparison import describe
from iasyncinfo_conformance.depth import Progress, silent
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.judge import allowed_by
from iasyncinfo_conformance.options import Options
from iasyncinfo_conformance.points import NONE, Nearest, ask, ask_ids, askable, declared, nearest_family
from iasyncinfo_conformance.smoke import smoke
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.product import Configuration
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Word, format_word, step_names

Names: TypeAlias = frozenset[str]
_IDS: Final[Word] = (("id",),)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, what came, and the families that are left."""

    question: Question
    came: str
    left: tuple[str, ...]


@dataclass
class Identity:
    """What identification came to: the families that fit, or where the nearest first differs."""

    target: Target
    asked: list[Asked] = field(default_factory=list)
    families: tuple[str, ...] = ()
    nearest: str = NONE
    first_difference: str = ""
    confirmation: Check | None = None

    @property
    def exit_code(self) -> int:
        """0 where a family is identified, 1 where it is none of those known."""
        return 0 if self.families else 1

    def __str__(self) -> str:
        """Return the words that were asked with what came, and the answer in the last line."""
        return "\n".join(_lines(self))


def identify(target: Target, options: Options | None = None, progress: Progress = silent) -> Identity:
    """Name the family whose manners a target has; ``options`` are those of the confirming check.

    Raises HarnessFault where the adapter is broken.
    """
    smoke(target)
    found = Identity(target)
    candidates = _ask_down_the_tree(found, progress) or _fitting_sketches(found)
    for name in FAMILIES:
        if name in candidates:
            _confirm(found, name, replace(options or Options(), profile=name), progress)
    if not found.families and found.confirmation is None:
        _look_for_the_nearest(found)
    return found


def questions(target: Target) -> list[Question]:
    """Return what can be asked of a target, the shortest words first; the ids last, which cost several objects."""
    words = dict.fromkeys(
        (kind, word) for point, variation in VARIATIONS.items() if point != "ID" and not variation.why_not_asked
        for kind, word in askable(target, variation)
    )  # fmt: skip
    asked = (_question(target, kind, word) for kind, word in words)
    ids = _by_answer((name, _ids(FAMILIES[name])) for name in _established())
    return [
        *sorted(asked, key=lambda question: len(list(step_names(question.word)))),
        Question(target.kinds[0], _IDS, ids),
    ]


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


# -- asking ---------------------------------------------------------------------------------------


def _ask_down_the_tree(found: Identity, progress: Progress) -> Names:
    """Ask until nothing tells the candidates apart, and return them."""
    unasked, candidates = questions(found.target), _established()
    while (question := Tree(unasked).question(candidates)) is not None:
        progress("identify", str(question))
        asked = _ask(found.target, question, candidates)
        answered = question.answers if asked is not None else None
        unasked = [other for other in unasked if other is not question and other.answers != answered]
        if asked is not None:
            found.asked.append(asked)
            candidates = frozenset(asked.left)
    return candidates


def _ask(target: Target, question: Question, candidates: Names) -> Asked | None:
    """Ask a question; None where the driver declines the word."""
    kind, word = question.kind, question.word
    if word == _IDS:
        return _ask_ids(target, question, candidates)
    (outcome,) = target.run_many(kind, [word])
    if not isinstance(outcome, Trouble):
        fitting = {name for name in candidates if _fits(target, FAMILIES[name], question, outcome)}
        return Asked(question, _shown(word, outcome), _ordered(fitting))
    return Asked(question, f"no answer: {outcome.why}", ()) if outcome.what in ("hang", "death") else None


def _ask_ids(target: Target, question: Question, candidates: Names) -> Asked | None:
    """Ask several objects for their ids; None where they have no numbers."""
    options = ask_ids(target, question.kind)
    if options is None:
        return None
    fitting = {name for name in candidates if not options.isdisjoint(_ids(FAMILIES[name]))}
    came = ", ".join(VARIATIONS["ID"].option(name).meaning for name in options)
    return Asked(question, came or "numbers as no family has them", _ordered(fitting))


def _fitting_sketches(found: Identity) -> Names:
    """Return the rows of which little is established, or which are told as others, and which fit what was asked.

    They fit so much that no word tells them from the others, so that they are looked at only where no other row fits.
    """
    names = frozenset(FAMILIES) - _established()
    for asked in found.asked:
        again = _ask(found.target, asked.question, names)
        names = frozenset(again.left) if again else names
    return names


def _established() -> Names:
    return frozenset(name for name, family in FAMILIES.items() if not family.stands_back)


def _ids(family: Family) -> Sequence[str]:
    """Return the answers to ID that a family may give: all of them where it leaves the point open."""
    return [family.answers["ID"]] if "ID" in family.answers else VARIATIONS["ID"].names


def _fits(target: Target, family: Family, question: Question, results: list[Result]) -> bool:
    fixed = {**family.answers, **declared(target, question.kind)}
    return allowed_by(question.kind, fixed, family.breaks, question.word, results) is None


def _question(target: Target, kind: Kind, word: Word) -> Question:
    fixed = declared(target, kind)
    told = ((name, _answers(FAMILIES[name], kind, word, fixed)) for name in _established())
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


# -- confirming -----------------------------------------------------------------------------------


def _confirm(found: Identity, name: str, options: Options, progress: Progress) -> None:
    """Check the target at the family's profile; where it leaves that, note where the nearest family is left."""
    done = found.confirmation = check(found.target, options, progress)
    if done.verdict is Verdict.HARNESS_FAULT:
        raise HarnessFault(
            f"the check that was to confirm {name} did not get through. "
            f"See what iasyncinfo check {quoted(found.target.name)} --profile {name} says."
        )
    if done.verdict is not Verdict.DOES_NOT_CONFORM:
        found.families += (name,)
    elif done.nearest is not None and not done.nearest.exact:
        _differs(found, done.nearest)
    else:
        failure = min((failure for failure, _ in done.findings.cards()), key=lambda card: len(card.text))
        found.nearest, found.first_difference = name, f"{failure.kind} {failure.text} ({failure.rule})"


def _look_for_the_nearest(found: Identity) -> None:
    """Name the family that contradicts the fewest points, where the tree has left none."""
    found.first_difference = str(found.asked[-1].question)
    with suppress(Trouble):
        _differs(found, nearest_family(found.target, ask(found.target)))


def _differs(found: Identity, nearest: Nearest) -> None:
    found.nearest, found.first_difference = nearest.name, f"{nearest.word} ({nearest.point})"


# -- telling --------------------------------------------------------------------------------------


def _lines(found: Identity) -> Iterator[str]:
    about = getattr(found.target, "about", "")
    yield f"{found.target.name}{f' ({about})' if about else ''}: {', '.join(found.target.kinds)}"
    for asked in found.asked:
        yield ""
        yield _wrapped("asked", str(asked.question))
        yield _wrapped("came", asked.came)
        yield _wrapped("leaves", ", ".join(asked.left) or "no family")
    yield ""
    yield f"{_counted(len(found.asked), 'word')} asked" + _confirmed(found)
    yield _answer(found)


def _confirmed(found: Identity) -> str:
    done = found.confirmation
    if done is None:
        return ""
    ran = _counted(sum(done.findings.words.values()), "word")
    return f"; {ran} run under the profile {done.options.profile}: {done.verdict}"


def _answer(found: Identity) -> str:
    if len(found.families) == 1:
        return f"{found.families[0]}, exactly"
    if found.families:
        return f"{' or '.join(found.families)}: nothing that can be asked tells them apart"
    nearest = f"nearest {found.nearest}" if found.nearest != NONE else "and none is near"
    return f"none of these: {nearest}, first difference at {found.first_difference}"


def _shown(word: Word, results: list[Result]) -> str:
    return ", ".join(describe(step, result) for step, result in zip(word, results, strict=True))


def _wrapped(label: str, text: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=f"{label:<9}", subsequent_indent=" " * 9, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in FAMILIES if name in set(names))
