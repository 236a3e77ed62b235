"""Markdown for a pull request: what is somebody else's stays in its code span."""

import re
from dataclasses import replace

import pytest

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, Outcome, RuleVerdict, Source
from iasyncinfo_conformance.record.record import EngineRun, Named, Record
from iasyncinfo_conformance.report.markdown.one import of_one
from iasyncinfo_conformance.report.markdown.several import of_several
from iasyncinfo_conformance.report.markdown.spans import cell, span
from iasyncinfo_conformance.report.text import report
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

RACE = parse_word("[close | close]")
RECORD = Record(
    Named("mine:start", kinds=(Kind.ACTION,)),
    verdicts=(RuleVerdict("CLOSE-IDEMP", Outcome.FAILED), RuleVerdict("IFACE", Outcome.PASSED)),
    points={"CAC": "keep"},
    failures=(Failure("CLOSE-IDEMP", Kind.ACTION, RACE, 1, "succeeds", "fails", "races", schedule="A4B"),),
    engines=(EngineRun("races", Kind.ACTION, 1200, 3000),),
)


@pytest.mark.parametrize("text", ["`", "``", "a``b`", " `x", "@everyone #1 [a](javascript:b) <img>", "x" * 5000])
def test_no_text_leaves_its_code_span(text: str) -> None:
    """The fence is longer than every row of ticks within."""
    shown = span(text)
    fence = re.match("`+", shown)
    assert fence is not None
    assert shown.endswith(fence[0])
    assert fence[0] not in shown[len(fence[0]) : -len(fence[0])].strip()
    assert len(shown) < 400


def test_a_bar_ends_no_cell() -> None:
    """It is escaped in tables, and nowhere else."""
    assert cell("[a | b]") == "`[a \\| b]`"
    assert span("[a | b]") == "`[a | b]`"
    assert cell("") == span("") == ""


def test_one_record_says_its_verdict_its_numbers_and_how_to_see_a_failure_again() -> None:
    """In a few lines."""
    text = of_one(RECORD)
    assert text.startswith("### ❌ `mine:start`: does-not-conform\n")
    assert "✅ 1 passed, ❌ 1 failed; 1,200 words, profile `standard`" in text
    assert "- **`CLOSE-IDEMP`** on action: `[close | close]`\n" in text
    assert "`iasyncinfo replay mine:start '[close | close]' --kind action --schedule A4B`" in text


def test_a_long_list_says_how_much_is_left_out() -> None:
    """The record has the rest."""
    hazards = tuple(Hazard(f"POINT-{number}", "cancel", "why", Source.NOVEL) for number in range(30))
    assert "- and 10 more, which the record has\n" in of_one(replace(RECORD, hazards=hazards))


def test_a_consumer_has_a_table_of_what_it_did_not_keep() -> None:
    """Families that it met alike share a column, and each cell has a word beside its sign."""
    met = [Met("completes", family, "legal", Fared.KEPT) for family in ("wrl", "ppl", "wine")]
    met += [Met("called twice", family, "rude", Fared.HAZARD, ("CONSUME-VALUE",)) for family in ("wrl", "ppl")]
    met += [Met("has completed", family, "legal", Fared.BROKEN) for family in ("wrl", "ppl", "wine")]
    record = replace(RECORD, points={}, consumed=Consumed("synchronous", {"CONSUME-CLOSE": "never"}, 0, tuple(met)))
    text = of_one(record)
    assert "1,200 situations" in text
    assert "| situation | `wrl, ppl` | `wine` |\n" in text
    assert "| `called twice` | ⚠️ hazard |  |\n| `has completed` | ❌ broken | ❌ broken |\n" in text
    assert "| `completes`" not in text
    beside = of_several([record, replace(record, subject=Named("yours:wait"))])
    assert "| consumer | `mine:start` | `yours:wait` |" in beside
    assert "| `called twice` | ⚠️ hazard | ⚠️ hazard |" in beside
    assert "| `CONSUME-CLOSE` | `never` | `never` |" in beside
    mixed = of_several([record, RECORD])
    assert "### Rules of implementations: 0 differ, 2 do not" in mixed
    assert "### Situations of consumers: 0 differ, 3 do not" in mixed


def test_several_records_have_what_differs_first() -> None:
    """What does not is folded away."""
    other = replace(RECORD, subject=Named("yours:start"), verdicts=tuple(
        replace(each, outcome=Outcome.PASSED) for each in RECORD.verdicts
    ))  # fmt: skip
    text = of_several([RECORD, other])
    assert "| implementation | `mine:start` | `yours:start` |" in text
    assert "### Rules: 1 differ, 1 do not" in text
    assert text.index("| `CLOSE-IDEMP` | ❌ failed | ✅ passed |") < text.index("<details>")
    assert text.index("<details>") < text.index("| `IFACE` | ✅ passed | ✅ passed |")
    assert "What changed" not in text


def test_what_was_broken_off_has_passed_nothing_for_good() -> None:
    """By a signal, or because the adapter broke."""
    broken = Fault("", "why", Whose.ADAPTER, final=True)
    for record in (replace(RECORD, stopped="SIGINT"), replace(RECORD, faults=(broken,))):
        assert "⏳ 1 passed so far, ❌ 1 failed; 1,200 words" in of_one(record)
        assert "| `IFACE` | ⏳ passed so far |" in of_several([record])
        assert "\nrules    1 passed so far, 1 failed; 2 expected\n" in report(record)


def test_two_records_of_one_subject_say_what_changed() -> None:
    """Rules, points, words and the verdict; or nothing."""
    mended = replace(RECORD, verdicts=RECORD.verdicts[1:], failures=(), points={"CAC": "complete"})
    text = of_several([RECORD, mended])
    assert text.startswith("### What changed of `mine:start`\n")
    assert "| `CLOSE-IDEMP` | `failed` |  |" in text
    assert "| `CAC` | `keep` | `complete` |" in text
    assert "| `word of CLOSE-IDEMP` | `action [close \\| close]` |  |" in text
    assert "\nNothing.\n" in of_several([RECORD, RECORD])
