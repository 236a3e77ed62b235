"""The known-file applied: what its entries excuse, and which of them excuse nothing any more.

An entry names one word on which one rule fails. It excuses every failure of that rule and kind that has the
same cause: the same step, which had to answer the same, answered the same. A fault shows on many words, and
nobody should have to list them all; another fault of the same rule has another cause, and still fails.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.record.findings import Failure, Outcome, RuleVerdict
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.known import Deviation, Unverified
from iasyncinfo_conformance.session.session import Session
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.product import Prediction, Product
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.words import format_word

ENGINE: Final = "known"
_LABEL: Final = re.compile(r"\b([hp])\d+\b")
"""The labels of handlers, which are interchangeable."""


def run_known(sessions: Mapping[Kind, Session], deviations: Iterable[Deviation]) -> None:
    """Run the words of the entries that no engine has seen fail."""
    for entry in deviations:
        session = sessions.get(entry.kind)
        if session is not None and not _named(session.journal, entry) and _can_run(session, entry):
            session.record(entry.word, session.found(ENGINE, entry.word), ENGINE)


def excuse(
    sessions: Mapping[Kind, Session], journal: Journal, deviations: Iterable[Deviation]
) -> tuple[list[Deviation], list[Deviation]]:
    """Take out the failures that entries excuse; return the entries that do, and those that excuse nothing."""
    used: list[Deviation] = []
    stale: list[Deviation] = []
    excused: dict[Any, str] = {}
    for entry in deviations:
        named = _named(journal, entry)
        (used if named else stale).append(entry)
        excused |= {_cause(sessions, failure): entry.reason for failure in named}
    if not excused:
        return used, stale
    left = [failure for failure in journal.failures if _cause(sessions, failure) not in excused]
    gone = {failure.rule: excused[_cause(sessions, failure)] for failure in journal.failures if failure not in left}
    journal.failures = left
    failed = journal.failed_rules()
    for rule in (rule for rule in gone if rule not in failed):
        journal.verdicts[rule] = RuleVerdict(rule, Outcome.DEVIATING, gone[rule])
    return used, stale


def causes(sessions: Mapping[Kind, Session], journal: Journal) -> list[Failure]:
    """Return the shortest failure of each cause: as many entries as it takes to excuse all that failed."""
    found: dict[Any, Failure] = {}
    for failure in sorted(journal.failures, key=lambda failure: failure.length):
        if failure.kind in sessions:
            found.setdefault(_cause(sessions, failure), failure)
    return list(found.values())


def accept(journal: Journal, entries: Sequence[Unverified], kinds: Iterable[Kind]) -> None:
    """Accept the untestable rules that entries list for every declared kind of which the rules speak."""
    declared = tuple(kinds)
    for verdict in list(journal.verdicts.values()):
        if verdict.outcome is Outcome.UNTESTABLE and verdict.id in EVERY_RULE:
            spoken_of = [kind for kind in declared if kind in EVERY_RULE[verdict.id].kinds]
            listed = [[entry.reason for entry in entries if _lists(entry, verdict.id, kind)] for kind in spoken_of]
            if listed and all(listed):
                reasons = dict.fromkeys(reason for reasons in listed for reason in reasons)
                why = f"unverified: {'; '.join(reasons)}"
                journal.verdicts[verdict.id] = replace(verdict, outcome=Outcome.DEVIATING, why=why)


def _lists(entry: Unverified, rule: str, kind: Kind) -> bool:
    return entry.rule in (None, rule) and entry.kind in (None, kind)


def _named(journal: Journal, entry: Deviation) -> list[Failure]:
    """Return the failures on the entry's word, or on its beginning: a recorded word ends where it fails."""
    return [
        failure
        for failure in journal.failures
        if (failure.rule, failure.kind) == (entry.id, entry.kind) and failure.word == entry.word[: len(failure.word)]
    ]


def _can_run(session: Session, entry: Deviation) -> bool:
    return needs_of(entry.word) <= session.model.supports and session.judge.drivable(entry.word)


def _cause(sessions: Mapping[Kind, Session], failure: Failure) -> tuple[Any, ...]:
    """Return what failures of one fault have in common, whichever engine saw them."""
    step, judge = failure.word[failure.step - 1], sessions[failure.kind].judge
    allowed = failure.allowed
    if judge.drivable(failure.word):
        allowed = describe(step, _predicted(judge.product, failure))
    texts = (format_word((step,)), allowed, failure.actual)
    return failure.rule, failure.kind, *(_LABEL.sub(r"\1", text) for text in texts)


def _predicted(product: Product, failure: Failure) -> Prediction:
    """Return what the step of a failure is to answer; of several objects, that which takes it knows of no other."""
    own = next(share for share in shares(failure.word) if failure.step in share.numbers)
    return product.predict(own.word)[own.numbers.index(failure.step)]
