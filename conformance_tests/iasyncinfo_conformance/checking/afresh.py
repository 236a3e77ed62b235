"""Failing words once more, in a process that has run nothing else: what passes there has causes beside the word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.engines.directed import failure_of
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.variations import ShownBy, shown_by
from iasyncinfo_spec.words import RACE, WAITS, Word, step_names

MOST: Final = 16
"""Failing words that are run again."""
_OF_TIME: Final = frozenset({RACE, "wait", "remains", *WAITS})
"""Steps that may come to something else each time, and be a failure all the same."""
_OF_SEVERAL: Final = frozenset(shown_by(ShownBy.IDS, ShownBy.EVENTS, ShownBy.DECLARED))
"""Points that no run of one word answers."""


def look_afresh(sessions: Mapping[Kind, Session], journal: Journal, load: Callable[[], Target]) -> None:
    """Write down which failures of those that a report will show do not come again in another process.

    Where another failure of the rule does, that one will be shown; a note tells of the others.
    """
    asked: set[tuple[Kind, Word]] = set()
    try:
        target = load() if any(map(_is_run, journal.told())) else None
        while target is not None and (chosen := _chosen(journal, asked)):
            asked |= {(failure.kind, failure.word) for failure in chosen}
            journal.passing |= {(each.kind, each.word) for each in _passing(sessions, chosen, target)}
    except HarnessFault:  # there is no second process, or it fails: nothing more is known, and nothing said
        return
    gone = [failure for failure in journal.told() if (failure.kind, failure.word) in journal.passing]
    if gone:
        journal.notes.append(_told(gone))


def _chosen(journal: Journal, asked: set[tuple[Kind, Word]]) -> list[Failure]:
    left = (failure for failure in journal.told() if _is_run(failure) and (failure.kind, failure.word) not in asked)
    return list(islice(left, MOST - len(asked)))


def _told(gone: Sequence[Failure]) -> str:
    first, more = gone[0], len(gone) - 1
    others = f", and so with {more:,} more of the words that failed" if more else ""
    return (
        f"in a process of its own {first.kind} {first.text} does not break {first.rule}{others}: what came depends on "
        "objects that were used before, or on time, and a replay may not show it. Let start(kind) hand out objects "
        "that have nothing in common with earlier ones"
    )


def _is_run(failure: Failure) -> bool:
    return not failure.without_end and failure.rule not in _OF_SEVERAL and _OF_TIME.isdisjoint(step_names(failure.word))


def _passing(sessions: Mapping[Kind, Session], failures: Sequence[Failure], target: Target) -> Iterator[Failure]:
    """Yield the failures whose words come to nothing wrong on this target."""
    for failure in failures:
        session = sessions[failure.kind]
        (outcome,) = target.run_many(failure.kind, [failure.word])
        if not isinstance(outcome, Trouble) and not _shows(session, failure, outcome):
            yield failure


def _shows(session: Session, failure: Failure, results: list[Result]) -> bool:
    if session.judge.judge(failure.word, results) is not None:
        return True
    cases = (case for case in CASES if (case.rule, case.word) == (failure.rule, failure.word))
    return any(failure_of(session, case, results) is not None for case in cases)
