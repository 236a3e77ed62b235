"""Wrong consumers are caught by their rules, and right ones cause no alarm."""

from typing import Final

import pytest

from iasyncinfo_conformance.consumers.host import meet, ready
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.loading import load_consumer
from iasyncinfo_conformance.consumers.messages import Asked
from iasyncinfo_conformance.consumers.plan import Run, points_first, situations, stretched
from iasyncinfo_conformance.counterexamples.consumers import (
    RIGHT_CONSUMERS,
    WRONG_CONSUMERS,
    RightConsumer,
    WrongConsumer,
)
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.consumer_rules import JUDGED
from iasyncinfo_spec.situations import parse_situation
from iasyncinfo_spec.standard import STANDARD

ALWAYS: Final = [entry for entry in WRONG_CONSUMERS if not entry.switched]
wrong = pytest.mark.parametrize("entry", ALWAYS, ids=[entry.name for entry in ALWAYS])
right = pytest.mark.parametrize("entry", RIGHT_CONSUMERS, ids=[entry.name for entry in RIGHT_CONSUMERS])

EVERY: Final = 5
"""Every so many of the plan's runs is a sample of it; ``selftest`` has them all."""


def kind_for(situation: str) -> Kind:
    """A kind that the situation is possible with."""
    return Kind.OPERATION_WITH_PROGRESS if "report_progress" in situation else Kind.OPERATION


@wrong
def test_a_wrong_consumer_breaks_its_rule_in_its_situation(entry: WrongConsumer) -> None:
    """The rule under which it is entered is among those that are broken there."""
    consumer = load_consumer(entry.target)
    asked = Asked(parse_situation(entry.situation), kind_for(entry.situation))
    found = breaches(meet(consumer, asked, is_async=consumer.is_coroutine))
    assert entry.rule in [breach.rule for breach in found]


def test_a_value_that_comes_for_want_of_time_is_told_so() -> None:
    """Its time is a reason to end, and none to return."""
    consumer = load_consumer(next(entry.target for entry in ALWAYS if entry.name.endswith("its_time_is_over")))
    (breach,) = breaches(meet(consumer, Asked(parse_situation("reference: wait pause"), Kind.ACTION), is_async=True))
    assert breach.allowed.startswith("an exception, for its own time is over")


def test_every_rule_has_a_wrong_consumer() -> None:
    """A rule that nobody breaks has not been seen to catch anything."""
    assert {entry.rule for entry in WRONG_CONSUMERS} == set(JUDGED)
    assert len(WRONG_CONSUMERS) >= 20


def alarms(target: str, runs: list[Run]) -> dict[str, list[str]]:
    """The failures of a consumer in some runs, by rule."""
    consumer = load_consumer(target)
    judged = Judged(JUDGED)
    is_async = ready(consumer).is_async
    for run in runs:
        judged.take(run, meet(consumer, run.asked, is_async=is_async), "test")
    found: dict[str, list[str]] = {}
    for failure in judged.journal.failures:
        found.setdefault(failure.rule, []).append(f"{failure.kind} {failure.text}: {failure.actual}")
    return found


@right
def test_a_right_consumer_causes_no_alarm(entry: RightConsumer) -> None:
    """Whatever it is built of, in the first situations, and in some that are stretched around its calls."""
    about = ready(load_consumer(entry.target))
    plan = [*points_first(about), *list(situations(about, STANDARD, quick=True))[:: 2 if about.is_async else EVERY]]
    assert alarms(entry.target, [*plan, *list(stretched(about, STANDARD, 3))[:: 2 * EVERY]]) == {}
