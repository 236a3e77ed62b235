"""The rules and points of consumers are well formed, and in use once."""

import re

import pytest

from iasyncinfo_spec.consumer_rules import CONSUMER_POINTS, CONSUMER_RULES, JUDGED
from iasyncinfo_spec.rendering import explain
from iasyncinfo_spec.rules import RULES, Party, Rule
from iasyncinfo_spec.situations import parse_situation
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE, STATIC_RULES
from iasyncinfo_spec.variations import VARIATIONS, Variation

every_rule = pytest.mark.parametrize("rule", CONSUMER_RULES.values(), ids=list(CONSUMER_RULES))
every_point = pytest.mark.parametrize("point", CONSUMER_POINTS.values(), ids=list(CONSUMER_POINTS))


def test_no_name_is_taken_twice() -> None:
    """Rules of consumers are none of implementations', and neither are points."""
    assert len(EVERY_RULE) == len(RULES) + len(STATIC_RULES) + len(CONSUMER_RULES)
    assert len(EVERY_POINT) == len(VARIATIONS) + len(CONSUMER_POINTS)
    assert len(set(JUDGED)) == len(JUDGED)


@every_rule
def test_a_consumers_rule_is_well_formed(rule: Rule) -> None:
    """It obliges the caller, and has one sentence, a reason and a source."""
    assert re.fullmatch(r"CONSUME(-[A-Z]+)+", rule.id)
    assert rule.obliges is Party.CALLER
    assert rule.sentence.endswith(".")
    assert rule.intent.endswith(".")
    assert rule.source
    assert not rule.source.endswith(".")
    assert rule.sentence in " ".join(explain(rule.id).split())


@every_point
def test_a_consumers_point_is_well_formed(point: Variation) -> None:
    """It asks a question, has two options or more, and situations that ask it."""
    assert point.question.endswith("?")
    assert len(set(point.names)) == len(point.options) >= 2
    assert all(not text.endswith(".") for option in point.options for text in (option.meaning, option.hazard))
    assert all(parse_situation(word) for word in point.words)
    assert point.words
    assert "taken by" not in explain(point.name)
