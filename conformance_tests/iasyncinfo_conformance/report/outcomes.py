"""How the verdicts on rules are told: while a check has not run to its end, no rule has passed for good."""

from collections import Counter
from typing import Final

from iasyncinfo_conformance.record.findings import NotRun, Outcome, RuleVerdict
from iasyncinfo_conformance.record.record import Record

NOT_RUN: Final = "not run"
SO_FAR: Final = f"{Outcome.PASSED} so far"
OUTCOMES: Final = ("passed", SO_FAR, "failed", "untestable", NOT_RUN, "not applicable", "deviating")
"""All that is told of rules."""


def told(record: Record, verdict: RuleVerdict) -> str:
    """Return what is told of a rule: its outcome, but where its words were not run, or not all that would have been."""
    if verdict.outcome is Outcome.UNTESTABLE and verdict.why in set(NotRun):
        return NOT_RUN
    return SO_FAR if verdict.outcome is Outcome.PASSED and record.broken_off else verdict.outcome.value


def counts(record: Record) -> dict[str, int]:
    """Return of how many rules each is told, without zeros."""
    found = Counter(told(record, verdict) for verdict in record.verdicts)
    return {name: found[name] for name in OUTCOMES if found[name]}


def settled(said: str) -> str:
    """Return what a rule would be said to have come to, had the check been run to its end."""
    return said.removesuffix(" so far")
