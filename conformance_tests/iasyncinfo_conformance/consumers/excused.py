"""The known-file applied to a consumer's record: what its entries excuse, and which of them excuse nothing any more."""

from collections.abc import Sequence

from iasyncinfo_conformance.record.findings import Failure, Outcome, RuleVerdict
from iasyncinfo_conformance.record.journal import Journal
from iasyncinfo_conformance.record.known import Deviation


def excuse(journal: Journal, entries: Sequence[Deviation]) -> tuple[list[Deviation], list[Deviation]]:
    """Take out the failures that entries excuse; return the entries that do, and those that do not.

    An entry names a situation in which one rule fails. It excuses every failure of that rule, in all kinds, in which
    the same came of it: one fault shows in many situations.
    """
    used: list[Deviation] = []
    stale: list[Deviation] = []
    excused: dict[tuple[str, str], str] = {}
    for entry in entries:
        named = [failure for failure in journal.failures if _is_named(failure, entry)]
        (used if named else stale).append(entry)
        excused |= {_cause(failure): entry.reason for failure in named}
    left = [failure for failure in journal.failures if _cause(failure) not in excused]
    gone = {failure.rule: excused[_cause(failure)] for failure in journal.failures if _cause(failure) in excused}
    journal.failures = left
    failed = journal.failed_rules()
    for rule in (rule for rule in gone if rule not in failed):
        journal.verdicts[rule] = RuleVerdict(rule, Outcome.DEVIATING, gone[rule])
    return used, stale


def _is_named(failure: Failure, entry: Deviation) -> bool:
    return (failure.rule, failure.kind, failure.word) == (entry.id, entry.kind, entry.word)


def _cause(failure: Failure) -> tuple[str, str]:
    return failure.rule, failure.actual
