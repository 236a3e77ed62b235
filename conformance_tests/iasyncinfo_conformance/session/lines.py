"""The lines that only failing runs execute, of subjects that live in this process.

A failing word has neighbours, which have a little less, or take its last step somewhere else: some fail too, and some
pass, also when everything is looked at after them. A line counts that the failing word runs and no passing one does.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.session.shrinking import one_less
from iasyncinfo_conformance.target import Line, Traced
from iasyncinfo_spec.pairs import drives_several
from iasyncinfo_spec.words import PROPERTIES, RACE, WAITS, Word, step_names

MOST: Final = 24
"""Neighbours that are run for a failure."""
_LOOKS: Final = PROPERTIES | {"get_results"}
_ENDS: Final = frozenset({"complete", "acknowledge_cancel"})
_NOT_AGAIN: Final = frozenset({RACE, "wait", "remains", "release", *WAITS})
"""Steps whose words are not run again: they depend on time, or take long."""


def tell_lines(session: Session) -> None:
    """Write down the lines of each failure of this kind that a report will show."""
    target = session.target
    if isinstance(target, Traced):
        for failure in list(session.journal.told()):
            if failure.kind is session.kind and _may_run(failure):
                session.journal.lines[failure.kind, failure.word] = _only_failing(session, target, failure.word)


def _may_run(failure: Failure) -> bool:
    return not failure.without_end and _NOT_AGAIN.isdisjoint(step_names(failure.word))


def _only_failing(session: Session, target: Traced, word: Word) -> tuple[Line, ...]:
    """Return the lines in the order in which the failing word runs them; none where nothing passes beside it."""
    ran = target.lines(session.kind, word)
    passed: set[Line] = set()
    for passing in _passing(session, word):
        passed.update(target.lines(session.kind, passing))
    return tuple(line for line in ran if line not in passed) if passed else ()


def _passing(session: Session, word: Word) -> Iterator[Word]:
    """Yield words that pass: with one thing less than this one, or with its last step somewhere else."""
    less = islice(dict.fromkeys((word[:-1], *one_less(word))), MOST)
    elsewhere = ((*access, word[-1]) for access in session.model.plain_machine.access)
    for neighbour in (*less, *islice(elsewhere, MOST)):
        if neighbour and session.model.follow(neighbour) is not None:
            watched = _watched(session.model, neighbour)
            (results,) = session.target.run_many(session.kind, [watched])
            if isinstance(results, list) and session.judge.first(watched, results) is None:
                yield watched


def _watched(model: Model, word: Word) -> Word:
    """Return a word with a look at everything, an end and another look: what it has spoiled is not to go unseen."""
    if drives_several(word):
        return word
    looks = tuple(step for step in model.plain if step[0] in _LOOKS)
    ends = tuple(step for step in model.plain if step[0] in _ENDS)
    longer = word
    for step in (*looks, *ends, *looks):
        if model.follow((*longer, step)) is not None:
            longer = (*longer, step)
    return longer
