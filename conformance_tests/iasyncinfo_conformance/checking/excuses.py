"""The known-file applied: what its entries excuse, and which of them excuse nothing any more.

An entry names one word on which one rule fails. It excuses every failure of that rule and kind that has the
same cause: the same step, which had to answer the same, answered the same. A fault shows on many words, and
nobody should have to list them all; another fault of the same rule has another cause, and still fails.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from iasyncinfo_conformance.engines.session import Runner
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.record.findings import Failure, Findings, Outcome, RuleVerdict
from iasyncinfo_conformance.record.known_file import Deviation, Unverified
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.static_rules import EVERY_RULE
from iasyncinfo_spec.words import format_word

ENGINE: Final = "known"
_LABEL: Final = re.compile(r"\b([hp])\d+\b")
"""The labels of handlers, which are interchangeable."""


def run_known(runner: Runner, deviations: Iterable[Deviation]) -> None:
    """Run the words of the entries that no engine has seen fail."""
    for entry in deviations:
        if not _named(runner.findings, entry) and _can_run(runner, entry):
            results = runner.run(ENGINE, entry.kind, entry.word)
            if results is not None:
                finding = runner.judges[entry.kind].judge(entry.word, results)
                runner.record(entry.kind, entry.word, finding, ENGINE)


def excuse(runner: Runner, deviations: Iterable[Deviation]) -> tuple[list[Deviation], list[Deviation]]:
    """Take out the failures that entries excuse; return the entries that do, and those that excuse nothing."""
    findings = runner.findings
    used: list[Deviation] = []
    stale: list[Deviation] = []
    excused: dict[Any, str] = {}
    for entry in deviations:
        named = _named(findings, entry)
        (used if named else stale).append(entry)
        excused |= {_cause(runner, failure): entry.reason for failure in named}
    left = [failure for failure in findings.failures if _cause(runner, failure) not in excused]
    gone = {failure.rule: excused[_cause(runner, failure)] for failure in findings.failures if failure not in left}
    findings.failures = left
    for rule in gone.keys() - findings.failed_rules():
        findings.verdicts[rule] = RuleVerdict(rule, Outcome.DEVIATING, gone[rule])
    return used, stale


def accept(findings: Findings, entries: Sequence[Unverified], kinds: Iterable[Kind]) -> None:
    """Accept the untestable rules that entries list for every declared kind of which the rules speak."""
    declared = tuple(kinds)
    for verdict in findings.verdicts.values():
        if verdict.outcome is Outcome.UNTESTABLE and verdict.id in EVERY_RULE:
            spoken_of = [kind for kind in declared if kind in EVERY_RULE[verdict.id].kinds]
            listed = [[entry.reason for entry in entries if _lists(entry, verdict.id, kind)] for kind in spoken_of]
            if listed and all(listed):
                reasons = dict.fromkeys(reason for reasons in listed for reason in reasons)
                verdict.outcome, verdict.why = Outcome.DEVIATING, f"unverified: {'; '.join(reasons)}"


def _lists(entry: Unverified, rule: str, kind: Kind) -> bool:
    return entry.rule in (None, rule) and entry.kind in (None, kind)


def _named(findings: Findings, entry: Deviation) -> list[Failure]:
    """Return the failures on the entry's word, or on its beginning: a recorded word ends where it fails."""
    return [
        failure
        for failure in findings.failures
        if (failure.rule, failure.kind) == (entry.id, entry.kind) and failure.word == entry.word[: len(failure.word)]
    ]


def _can_run(runner: Runner, entry: Deviation) -> bool:
    target, kind = runner.target, entry.kind
    known = kind in target.kinds and needs_of(entry.word) <= target.supports(kind)
    return known and runner.judges[kind].drivable(entry.word)


def _cause(runner: Runner, failure: Failure) -> tuple[Any, ...]:
    """Return what failures of one fault have in common, whichever engine saw them."""
    step, judge = failure.word[failure.step - 1], runner.judges[failure.kind]
    allowed = failure.allowed
    if judge.drivable(failure.word):
        allowed = describe(step, judge.product.predict(failure.word)[failure.step - 1])
    texts = (format_word((step,)), allowed, failure.actual)
    return failure.rule, failure.kind, *(_LABEL.sub(r"\1", text) for text in texts)
