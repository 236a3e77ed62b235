"""Failing words once more, in a process that has run nothing else: what passes there came of objects used before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from iasyncinfo_conformance.directed import CASES
from iasyncinfo_conformance.engines.directed import failure_of
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.record.findings import Failure
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import RACE, WAITS, step_names

MOST: Final = 12
"""Failing words that are run again."""
_OF_TIME: Final = frozenset({RACE, "wait", "remains", *WAITS})
"""Steps that may come to something else each time, and be a failure all the same."""


def remark_on_history(sessions: Mapping[Kind, Session], failures: Sequence[Failure], load: Callable[[], Target]) -> str:
    """Return what is to be said of failures that do not come again in another process; nothing where all do."""
    chosen = [failure for failure in failures if _is_run(failure)][:MOST]
    try:
        gone = list(_passing(sessions, chosen, load())) if chosen else []
    except HarnessFault:  # there is no second process: nothing is known, and nothing said
        return ""
    if not gone:
        return ""
    first, more = gone[0], len(gone) - 1
    others = f", and so with {more:,} more of the words that failed" if more else ""
    return (
        f"in a process of its own {first.kind} {first.text} does not break {first.rule}{others}: what comes there "
        "depends on what was done to objects before, and a replay does not show it. Let start(kind) hand out objects "
        "that have nothing in common with earlier ones"
    )


def _is_run(failure: Failure) -> bool:
    return not failure.without_end and _OF_TIME.isdisjoint(step_names(failure.word))


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
