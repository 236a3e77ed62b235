"""The counterexamples are complete and are what they say: right ones answer as they have to, wrong ones do not."""

import json
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES, Correct, Counterexample
from iasyncinfo_conformance.counterexamples.reports import REPORTS, Report
from iasyncinfo_conformance.judging.linearizability import judged
from iasyncinfo_conformance.model.race import race_of
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import Result, needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.loading import load_start
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.product import Product
from iasyncinfo_spec.rules import RULES, Level, Observed, Party, Rule
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import parse_word, to_json

PLAIN = "iasyncinfo_conformance.counterexamples.plain:start"

WITHOUT: dict[str, str] = {}
"""Rules that no counterexample breaks, each with the reason."""

CALLED = {"handler": "h1", "sender": True, "status": 1}
ANSWERS: dict[str, list[Result]] = {
    "status error_code get_completed": [{"ok": 0}, {"ok": 0}, {"ok": None}],
    "put_completed(h1) complete(5) status": [{"ok": None}, {"ok": None, "events": [CALLED]}, {"ok": 1}],
    "complete(5) put_completed(h1) error_code": [{"ok": None}, {"ok": None, "events": [CALLED]}, {"ok": 0}],
    "put_completed(h1{status}) complete(5)": [
        {"ok": None},
        {"ok": None, "events": [{**CALLED, "results": [{"ok": 1}]}]},
    ],
    "put_completed(h1) put_completed(h2)": [{"ok": None}, {"hr": 0x80000018}],
    "fail(0x80070057) status error_code get_results": [
        {"ok": None},
        {"ok": 3},
        {"ok": 0x80070057},
        {"hr": 0x80070057},
    ],
    "cancel status": [{"ok": None}, {"ok": 2}],
    "complete(5) close close": [{"ok": None}, {"ok": None}, {"ok": None}],
    "put_completed(h1{raise(0x80010108)}) complete(5) status": [
        {"ok": None},
        {"ok": None, "events": [{**CALLED, "results": []}]},
        {"ok": 1},
    ],
}
PROGRESS_ANSWERS: dict[str, list[Result]] = {
    "report_progress(1) put_progress(p1) get_progress report_progress(2)": [
        {"ok": None},
        {"ok": None},
        {"ok": "p1"},
        {"ok": None, "events": [{"handler": "p1", "sender": True, "value": 2}]},
    ],
}


def run(start: str, kind: Kind, text: str) -> list[Result]:
    """Return what a target answers to a word, both given as text."""
    return InProcess(load_start(start), start, explores=False).run(kind, to_json(parse_word(text)))


def promptly(results: list[Result]) -> list[Result]:
    """Return the results as if every handler had been called before its call returned."""
    for result in results:
        for event in result.get("events", ()):
            event.pop("late", None)
    return results


def needs_one(rule: Rule) -> bool:
    """Whether a breach of the rule can be shown by an implementation."""
    obliges = rule.obliges is Party.IMPLEMENTATION and rule.level is not Level.MAY
    return obliges and rule.observed is not Observed.NEVER


wrong = pytest.mark.parametrize("entry", COUNTEREXAMPLES, ids=lambda entry: entry.name)
right = pytest.mark.parametrize("entry", CORRECT, ids=lambda entry: entry.name)


def test_every_rule_has_a_counterexample_or_a_reason() -> None:
    """A rule that nobody breaks has not been seen to catch anything."""
    needed = {rule.id for rule in RULES.values() if needs_one(rule)}
    assert {entry.breaks for entry in COUNTEREXAMPLES} | set(WITHOUT) == needed


def test_no_rule_has_both_a_counterexample_and_a_reason() -> None:
    """A reason is struck out when its counterexample comes."""
    assert not {entry.breaks for entry in COUNTEREXAMPLES} & set(WITHOUT)


def test_names_and_targets_are_unique() -> None:
    """A name means one implementation."""
    entries: list[Counterexample | Correct] = [*COUNTEREXAMPLES, *CORRECT]
    assert len({entry.name for entry in entries}) == len({entry.start for entry in entries}) == len(entries)


@wrong
def test_entry_is_complete(entry: Counterexample) -> None:
    """An entry names existing rules and says in one sentence what is wrong."""
    assert {entry.breaks, *entry.also} <= set(RULES)
    assert entry.breaks not in entry.also
    assert entry.about.endswith(".")
    assert entry.message
    assert entry.kind in RULES[entry.breaks].kinds


@wrong
@pytest.mark.parametrize("kind", Kind)
def test_wrong_ones_start_every_kind(entry: Counterexample, kind: Kind) -> None:
    """A start function returns a fresh subject at every call; races need only two kinds."""
    if entry.raced and kind.has_progress:
        with pytest.raises(NotImplementedError):
            load_start(entry.start)(kind)
        return
    first, second = (load_start(entry.start)(kind) for _ in range(2))
    assert isinstance(first, Subject)
    assert first.operation is not second.operation


@wrong
def test_word_shows_the_fault(entry: Counterexample) -> None:
    """On its word a wrong implementation answers otherwise than the plain right one."""
    if entry.hangs:
        pytest.skip("its word never ends, and this process could not be stopped")
    if entry.raced:
        explored = InProcess(load_start(entry.start), entry.name).explore_word(entry.kind, parse_word(entry.word), 2)
        right = race_of(Product(FAMILIES["reference"], entry.kind), parse_word(entry.word))
        assert any(judged(right, outcome) for outcome in explored.outcomes)
        return
    came, wanted = (run(start, entry.kind, entry.word) for start in (entry.start, PLAIN))
    assert json.dumps(came) != json.dumps(wanted)  # true is not 1


@wrong
def test_plain_ends_every_word(entry: Counterexample) -> None:
    """What hangs a wrong implementation does not hang the right one."""
    assert len(run(PLAIN, entry.kind, entry.word)) == len(parse_word(entry.word))


@right
@pytest.mark.parametrize("kind", Kind)
def test_right_ones_answer_as_they_have_to(entry: Correct, kind: Kind) -> None:
    """Whatever their manners, right implementations agree on what the rules say."""
    target = InProcess(load_start(entry.start), entry.name, explores=False)
    if kind not in target.kinds:
        pytest.skip("the implementation does not declare this kind")
    if kind in target.born:
        pytest.skip("its operations are handed out ended, and most of the words cannot be run on them")
    words = {**ANSWERS, **PROGRESS_ANSWERS} if kind.has_progress else ANSWERS
    for text, expected in words.items():
        if needs_of(parse_word(text)) <= target.supports(kind):
            assert promptly(target.run(kind, to_json(parse_word(text)))) == expected, text


@right
def test_right_ones_return_the_result(entry: Correct) -> None:
    """The first GetResults returns the worker's result."""
    target = InProcess(load_start(entry.start), entry.name, explores=False)
    kind = target.kinds[-1]
    if kind in target.born:
        pytest.skip("its worker has ended before anybody holds the operation")
    results: list[Any] = run(entry.start, kind, 'complete("text") get_results')
    assert results[1] == {"ok": "text" if kind.has_result else None}


# -- what others have reported --------------------------------------------------------------------


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.where}: {report.says}")
def test_something_stands_for_every_report_or_it_says_why_nothing_can(report: Report) -> None:
    """Its models are counterexamples, its point is one; only a report without either is beyond the suite."""
    assert set(report.models) <= {entry.name for entry in COUNTEREXAMPLES}
    assert report.point in ("", *VARIATIONS)
    assert bool(report.models or report.point) is not bool(report.beyond)


def test_no_report_is_listed_twice() -> None:
    """A report is where it stands and what it says."""
    assert len({(report.where, report.says) for report in REPORTS}) == len(REPORTS)
