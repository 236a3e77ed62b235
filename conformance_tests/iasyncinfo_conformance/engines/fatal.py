"""Does the failure of a handler end the process? If so no word with such a handler says anything of anything else.

An implementation may hand what a handler raises to a thread of a pool, where nobody catches it. The process ends a
moment after the word has been answered, and whoever is asked next would be blamed. So that is found out first, with
objects that are left alone for a moment, and afterwards handlers that fail are not run on such a subject.
"""

from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.record.answers import Answers
from iasyncinfo_conformance.record.options import QUICK_LINGER
from iasyncinfo_conformance.target import Ended, Target, Trouble, needs_of
from iasyncinfo_conformance.targets.together import Asked, together
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Word, parse_word

FAILING: Final = frozenset({"raise", "exceptions"})
"""What a subject whose process ends so is not asked."""

_POINTS: Final = {
    variation.name: (variation.deadly_later.option, tuple(map(parse_word, variation.deadly_later.words)))
    for variation in VARIATIONS.values()
    if variation.deadly_later is not None
}
"""What families may do: the points that show it, each with its option and its words."""
_BY_FAMILIES: Final = tuple(word for _, words in _POINTS.values() for word in words)
_BY_NOBODY: Final = (
    parse_word("complete(5) put_completed(h1{raise(0x80070005)})"),
    parse_word("put_progress(p1{raise(0x80070005)}) report_progress(1)"),
)
"""What no family does."""


def find_fatal(target: Target, answers: Answers) -> None:
    """Run handlers that fail on a target in a process of its own, and note which of them end it."""
    if not target.isolated:
        return
    came = together(target, list(_asked(target)))
    dead = [asked for asked, outcome in came.items() if isinstance(outcome, Trouble) and outcome.what is Ended.DEATH]
    answers.fatal = {(kind, word[:-1]): str(came[kind, word]) for kind, word in dead}
    if answers.fatal:
        answers.unable = FAILING
    for point, (option, words) in _POINTS.items():
        showing = tuple(word for _, word in answers.fatal if word in words)
        if showing:
            answers.options[point], answers.ended_by[point] = frozenset({option}), showing


def _asked(target: Target) -> Iterator[Asked]:
    for kind in target.kinds:
        if target.born.get(kind):
            continue  # nothing ends any more
        for asked in (*_BY_FAMILIES, *_BY_NOBODY):
            word = (*asked, ("wait", QUICK_LINGER))
            if needs_of(word) <= target.supports(kind) and (kind.has_progress or asked[0][0] != "put_progress"):
                yield kind, word


def is_allowed(word: Word) -> bool:
    """Return whether some family's handlers may end the process by failing in a word."""
    return word in _BY_FAMILIES
