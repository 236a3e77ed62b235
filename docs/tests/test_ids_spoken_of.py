"""Pages speak of no rule and no point that there is not."""

import pytest

import generate
import spoken
from iasyncinfo_spec.static_rules import EVERY_RULE


def test_pages_speak_of_rules_and_points_that_there_are() -> None:
    """Those that are written by hand, too."""
    assert list(spoken.unknown()) == []


def test_the_pages_that_speak_of_a_rule_that_is_gone_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one by hand that explains it, and the generated ones, also where the suite cannot be loaded without it."""
    left = {name: rule for name, rule in EVERY_RULE.items() if name not in ("FIRE-ONCE", "HOT")}
    monkeypatch.setattr(spoken, "EVERY_RULE", left)
    assert {("docs/drivers.md", "FIRE-ONCE"), ("docs/reference/rules.md", "HOT")} <= set(spoken.unknown())
    assert generate.main(["--check"]) == 1
    assert "docs/reference/rules.md speaks of FIRE-ONCE, which is no rule and no point" in capsys.readouterr().err
