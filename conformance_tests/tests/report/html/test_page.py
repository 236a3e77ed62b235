"""The page of a record holds together, needs nothing else, and lets nothing of somebody else's out of its place."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo_conformance.errors import Whose
from iasyncinfo_conformance.record.consumed import Consumed, Fared, Met
from iasyncinfo_conformance.record.extent import Extent, Raced, RaceMode, SuiteRun
from iasyncinfo_conformance.record.findings import Failure, Fault, Hazard, NotRun, Outcome, RuleVerdict, Source
from iasyncinfo_conformance.record.known import Deviation, Noted
from iasyncinfo_conformance.record.moves import Move, WrongMove
from iasyncinfo_conformance.record.record import EngineRun, Named, Record
from iasyncinfo_conformance.record.static.mistyped import Mistyped, TypesRun
from iasyncinfo_conformance.report.html.page import LARGEST, matrix, page
from iasyncinfo_conformance.report.html.sections.failures import SECTION as FAILURES
from iasyncinfo_conformance.target import Line, Moment
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

Apart = Callable[[str], Any]

HOSTILE: Final = (
    """</style></script><script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7 * 7 }}\u202e\u0639\u0000&amp;"""
)


def hostile(text: str, many: int = 1) -> Record:
    """A record whose every text is this one, as far as it is somebody else's, and whose every list is so long."""
    race = parse_word("[complete(5) | cancel]")
    moments = (Moment(0, text, text, 1, text), Moment(1, text, text, 2, text)) * many
    failure = Failure(
        text, Kind.OPERATION, race, 1, text, text, text, {f"{text}{n}": 2 for n in range(many)}, 2, "A1", moments,
        lines=(Line(text, 1, text),) * many,
    )  # fmt: skip
    alike = replace(failure, cells={}, trace=(), lines=())
    wrong = WrongMove(text, text, "started", "cancel", "cancel_pending", ("error",), text, text, race, 3)
    died = WrongMove(text, text, "started", "close", "closed", ("died",), text, text, race, 3, inside=True)
    suite = SuiteRun(1, 1, 1, 1, 1, 1, 1, 1, passed=False)
    moves = tuple(Move("started", "status", "started", (text,), 9) for _ in range(many))
    extent = Extent(suite, 1, Raced(RaceMode.NONE, why=text), {}, moves, (wrong, died) * many)
    deviation = Deviation(text, Kind.OPERATION, race, text, "javascript:alert(3)")
    return Record(
        Named(text, text, tuple(Kind)),
        verdicts=tuple(RuleVerdict(text, outcome, text) for outcome in Outcome) * many,
        points={f"{text}{n}": text for n in range(many)},
        failures=(failure, *(alike, replace(alike, wake_of=text)) * many),
        mistyped=(Mistyped(text, Kind.ACTION, text, text, text, text, Path("a" + text.replace("\0", "")), 1),) * many,
        hazards=(Hazard(text, text, text, Source.NOVEL),) * many,
        faults=(Fault(text, text, Whose.DRIVER),) * many,
        notes=(text,) * many,
        engines=(EngineRun(text, Kind.OPERATION, 1, 1, (text,)),) * many,
        extents=dict.fromkeys(Kind, extent),
        types=TypesRun(text, 1),
        used=(deviation,) * many,
        stale=(deviation,) * many,
        noted=(Noted(text, text),) * many,
        suite=text,
    )


def hostile_consumer(text: str, many: int = 1) -> Record:
    """The same of a consumer."""
    met = (Met(f"{text}{n}", f"{text}{n % 40}", text, Fared.BROKEN, (text,)) for n in range(many))
    consumed = Consumed(text, {f"{text}{n}": text for n in range(many)}, 1, tuple(met))
    return replace(hostile(text, many), points={}, extents={}, consumed=consumed)


SORTS: Final = ("passing", "failing", "ignoring", "consuming", "hostile", "hostile consumer", "unfinished")


@pytest.fixture(params=[*SORTS, "beside", "consumers", "changed"])
def source(request: pytest.FixtureRequest) -> str:
    """A page of each sort."""
    if request.param == "beside":
        return matrix([request.getfixturevalue("passing"), request.getfixturevalue("failing"), hostile(HOSTILE)])
    if request.param == "consumers":
        return matrix([request.getfixturevalue("consuming"), hostile_consumer(HOSTILE, 2), hostile(HOSTILE)])
    if request.param == "changed":
        return matrix([hostile(HOSTILE), hostile(HOSTILE, 2)])
    made = {
        "hostile": lambda: hostile(HOSTILE, 2),
        "hostile consumer": lambda: hostile_consumer(HOSTILE, 2),
        "unfinished": lambda: Record(Named("subject")),
    }
    return page(made[request.param]() if request.param in made else request.getfixturevalue(request.param))


def test_a_page_holds_together(source: str, apart: Apart) -> None:
    """No two elements have one id, every link and every label leads to one, and each element is closed."""
    taken = apart(source)
    ids = Counter(taken.values("id"))
    assert {name for name, times in ids.items() if times > 1} == set()
    linked = {href.removeprefix("#") for href in taken.values("href")}
    labels = (each for name in ("aria-labelledby", "aria-describedby") for each in taken.values(name))
    named = {name for each in labels for name in each.split()}
    assert (linked | named) - set(ids) == set()
    assert taken.unclosed == []


def test_a_page_needs_nothing_else(source: str, apart: Apart) -> None:
    """It asks no network, runs no script, and is small."""
    taken = apart(source)
    assert len(source.encode()) < LARGEST
    assert {tag for tag, _ in taken.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    } == set()
    assert all(href.startswith("#") for href in taken.values("href"))
    assert taken.values("src") == taken.values("srcset") == taken.values("action") == []
    assert not any(name.startswith("on") for _, attributes in taken.elements for name in attributes)
    assert re.findall(r"url\((?!#)|@import", source) == []
    assert "default-src 'none'" in taken.values("content")[2]


def test_a_page_can_be_heard(source: str, apart: Apart) -> None:
    """It has a language, a title, one first heading and no level left out; drawings and tables are named."""
    taken = apart(source)
    levels = [int(tag[1]) for tag, _ in taken.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(later - sooner <= 1 for sooner, later in pairwise(levels))
    assert ("html", {"lang": "en"}) in taken.elements
    assert all("aria-labelledby" in attributes for tag, attributes in taken.elements if tag == "svg")
    assert all("scope" in attributes for tag, attributes in taken.elements if tag == "th")


def test_what_is_hostile_stays_in_its_place(apart: Apart) -> None:
    """It is said, and is no markup; what cannot be seen is an escape."""
    for record in (hostile(HOSTILE), hostile_consumer(HOSTILE)):
        taken = apart(page(record))
        assert "<script>alert(1)</script>" in taken.text
        assert "{{ 7 * 7 }}" in taken.text
        assert "\\u202e" in taken.text
        assert "\u202e" not in taken.source
        assert "javascript:alert(3)" in taken.text


@pytest.mark.parametrize(("length", "many"), [(500_000, 1), (2_500, 60), (1, 700)])
def test_what_is_too_large_is_cut_with_a_sentence(apart: Apart, length: int, many: int) -> None:
    """Megabytes in one text, in many, in lists without end: the page says what it leaves out, and its links lead on."""
    one, consumer = hostile("<" * length, many), hostile_consumer("<" * length, many)
    for source in (page(one), page(consumer), matrix([one, one, consumer])):
        taken = apart(source)
        assert len(source.encode()) < LARGEST
        assert "more characters)" in taken.text or "in the record, and not on this page" in taken.text
        assert {href.removeprefix("#") for href in taken.values("href")} <= set(taken.values("id"))


def test_a_page_of_everything_says_when_it_was_shortened(apart: Apart) -> None:
    """At its top, in one sentence."""
    assert "This page is shortened" in apart(page(hostile("x" * 2_500, 100))).text
    assert "This page is shortened" not in apart(page(hostile("x"))).text


def test_a_situation_says_how_it_went_in_front_of_each_family(consuming: Record, apart: Apart) -> None:
    """In words, not by colour alone; what was kept everywhere is folded away, and what cannot be says so."""
    taken = apart(page(consuming))
    assert "1 of 3 situations were kept in front of every family" in taken.text
    assert "completes with null CONSUME-VALUE ✗ broken ▲ hazard" in taken.text
    assert "told Started first CONSUME-STARTED ▲ hazard – not met" in taken.text
    assert "Kept in front of every family completes" in taken.text
    assert "wine: hazard (CONSUME-VALUE)" in taken.values("title")
    assert "when the work has ended; at once, after it has asked the operation to cancel" in taken.text


def test_the_page_of_a_consumer_has_nothing_of_an_implementations(consuming: Record, apart: Apart) -> None:
    """Neither life cycle nor races, neither family nor levers; its cards have their replay lines."""
    taken = apart(page(consuming))
    sections = [attributes["id"] for tag, attributes in taken.elements if tag == "section"]
    assert sections == ["verdict", "failures", "situations", "answers", "rules", "about"]
    assert "iasyncinfo replay mine:wait 'reference: wait complete(null)' --kind operation" in taken.text
    assert "40 situations, 120 steps" in taken.text
    assert "Conformance of a consumer" in taken.text
    assert "left alone" not in taken.text


def test_consumers_stand_beside_each_other_by_rules_situations_and_answers(consuming: Record, apart: Apart) -> None:
    """Those first that differ; a change of one consumer tells of its situations, too."""
    names = ("completes", "completes with null", "told Started first")
    kept = tuple(Met(name, "wrl", "legal", Fared.KEPT) for name in names)
    right = replace(consuming, failures=(), verdicts=consuming.verdicts[:1], consumed=Consumed("", situations=kept))
    taken = apart(matrix([consuming, replace(right, subject=Named("yours:wait", kinds=(Kind.OPERATION,)))]))
    assert "2 consumers" in taken.text
    assert "They differ 2 mine: wait yours: wait completes with null ✗ broken ✓ kept" in taken.text
    assert "CONSUME-VALUE in front of wrl, wine" in taken.values("title")
    assert "situation told Started first hazard kept" in apart(matrix([consuming, right])).text


def test_the_verdict_comes_with_what_it_guarantees(passing: Record, failing: Record, apart: Apart) -> None:
    """Or with why it guarantees nothing."""
    assert "✓ conforms Guaranteed: if the subject is deterministic" in apart(page(passing)).text
    assert "✗ does not conform No guarantee: rules are broken." in apart(page(failing)).text


def test_a_wrong_arrow_is_drawn_and_marked_by_more_than_colour(failing: Record, apart: Apart) -> None:
    """In both pictures; with what was expected, what came, its word, and a link to the failure."""
    taken = apart(page(failing))
    assert len(taken.having("path", "wrong")) == 2
    assert "✗1 cancel" in taken.text
    assert (
        "✓ expected stays; returns Completed ✗ came leads to canceled; returns Canceled word complete(5) cancel status"
        in taken.text
    )
    assert "completed → canceled: ✗1 cancel (wrong)" in taken.text
    assert taken.having("td", "failed") != []


def test_what_was_expected_stands_beside_it_and_what_is_never_reached_says_so(ignoring: Record, apart: Apart) -> None:
    """A Cancel that does nothing leads back to where it was called."""
    taken = apart(page(ignoring))
    assert len(taken.having("path", "expected")) == 2
    assert "started → cancel pending: cancel expected" in taken.text
    assert "started → started: ✗1 cancel (wrong)" in taken.text
    assert "cancel pending never reached" in taken.text


def test_a_step_that_did_not_come_back_leads_to_no_state(passing: Record, apart: Apart) -> None:
    """Drawn otherwise than any other, in both pictures, and told in words: also one that is no step of the tables."""
    (kind, extent), word = next(iter(passing.extents.items())), parse_word("complete(5) cancel")
    died = WrongMove("R", "", "completed", "cancel", "completed", ("died",), "an answer", "ends it", word, 1)
    hung = replace(died, state="started", step="wait", expected="started", there=("hung",), inside=True)
    taken = apart(page(replace(passing, extents={kind: replace(extent, wrong=(died, hung))})))
    assert len(taken.having("path", "fatal")) == len(taken.having("g", "dead-end")) == 4
    assert taken.having("path", "wrong") == []
    assert "✗ died" in taken.text
    assert "did not come back: the subject died or hung" in taken.text
    assert "started → hung: ✗2 wait, in a handler (did not come back)" in taken.text
    assert "✗ came the subject died; ends it word complete(5) cancel" in taken.text


def test_a_picture_without_a_fault_has_no_wrong_arrow(passing: Record, apart: Apart) -> None:
    """Its legend speaks of none either."""
    taken = apart(page(passing))
    assert taken.having("path", "wrong") == taken.having("path", "expected") == taken.having("td", "failed") == []
    assert "where it really leads" not in taken.text
    assert "started → completed: complete" in taken.text


def test_every_rule_and_every_failure_has_an_address(failing: Record, apart: Apart) -> None:
    """Made of its name, so that a link lasts."""
    ids = set(apart(page(failing)).values("id"))
    assert {f"rule-{verdict.id}" for verdict in failing.verdicts} <= ids
    assert {f"failure-{failure.rule}" for failure in failing.own} <= ids


def test_no_step_is_drawn_from_a_state_to_which_the_subject_never_comes(ignoring: Record, apart: Apart) -> None:
    """Its answers were heard when it should have been there, and it was not."""
    text = apart(page(ignoring)).text
    assert "cancel pending never reached" in text
    assert "started → cancel pending: cancel expected" in text
    assert "cancel pending →" not in text


def test_a_card_has_what_replays_it(failing: Record, apart: Apart) -> None:
    """And its word, what was allowed and what came."""
    text = apart(page(failing)).text
    for failure in failing.own:
        assert f"iasyncinfo replay {failing.subject.target} '{failure.text}' --kind operation" in text
        assert all(" ".join(part.split()) in text for part in (failure.allowed, failure.actual))


def test_a_race_is_drawn_as_columns_of_threads_with_its_switches(apart: Apart) -> None:
    """Each switch is a row that says who goes on."""
    text = apart(page(hostile("then"))).text
    assert "A complete(5)" in text
    assert "B cancel" in text
    assert "switch to B" in text


def test_rules_and_points_are_beside_each_other_those_that_differ_first(
    passing: Record, failing: Record, apart: Apart
) -> None:
    """What each says of a rule, and its sentence where somebody points at it."""
    taken = apart(matrix([passing, failing]))
    differing, same = taken.text.index("They differ"), taken.text.index("They do not differ")
    assert differing < taken.text.index("TERMINAL-CANCEL") < same < taken.text.index("IFACE")
    assert "Cancel after the end changes nothing: status, result and error stay." in taken.values("title")


def test_two_records_of_one_subject_show_what_changed(failing: Record, passing: Record, apart: Apart) -> None:
    """Its verdict, its rules, its words."""
    mended = replace(passing, subject=failing.subject)
    text = apart(matrix([failing, mended])).text
    assert "verdict does-not-conform conforms" in text
    assert "TERMINAL-CANCEL failed passed" in text
    assert "Nothing: both records say the same." in apart(matrix([failing, failing])).text


def test_what_a_check_that_was_stopped_has_not_seen_is_neither_passed_nor_gone(passing: Record, apart: Apart) -> None:
    """Nothing that differs, and nothing that is right for good."""
    halted = RuleVerdict("HOT", Outcome.UNTESTABLE, NotRun.HALTED)
    verdicts = tuple(halted if each.id == "HOT" else each for each in passing.verdicts)
    stopped = replace(passing, verdicts=verdicts, hazards=(), stopped="SIGTERM")
    met = replace(passing, hazards=(Hazard("HEXC", "complete(5)", "why", Source.NOVEL),))
    alone, beside = apart(page(stopped)).text, apart(matrix([met, stopped])).text
    assert "… passed so far" in alone
    early = apart(page(replace(stopped, extents={}))).text
    assert "No guarantee: the complete suites were not run to their end." in early
    assert "? not run 1" in alone
    assert "✓ passed" not in alone
    assert "hazard HEXC complete(5) nothing so far" in beside
    assert "incomplete: stopped by SIGTERM; the rest was not run" in beside
    assert "HOT passed not run" in beside
    assert "They differ" not in beside


def test_text_stands_out_from_what_is_behind_it() -> None:
    """By a contrast of 4.5 at least, in light and in dark: success criterion 1.4.3 of WCAG 2.2."""
    from iasyncinfo_conformance.report.html.page import style

    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in palettes(style()))
    for palette in (light, dark):
        for ink, papers in READ_ON.items():
            for paper in papers:
                assert contrast(palette[ink], palette[paper]) >= 4.5, (ink, paper)


READ_ON: Final = {
    "ink": ("paper", "card", "code", "good-bg", "bad-bg", "warn-bg", "dim-bg"),
    "soft": ("paper", "card", "code", "good-bg", "bad-bg"),
    "link": ("paper", "card"),
    "good": ("paper", "card", "good-bg"),
    "bad": ("paper", "card", "bad-bg"),
    "warn": ("paper", "card", "warn-bg"),
    "dim": ("paper", "dim-bg"),
    "paper": ("bad",),
}  # fmt: skip


def palettes(sheet: str) -> Iterator[str]:
    """The colours of a light page, and those of a dark one."""
    yield sheet[: sheet.index("@media (prefers-color-scheme: dark)")]
    yield sheet[sheet.index("@media (prefers-color-scheme: dark)") : sheet.index("* { box-sizing")]


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, as WCAG defines it."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour is."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_section_is_one_module(failing: Record) -> None:
    """With a template and a view; a record that has nothing for it has no such section."""
    assert FAILURES.view is not None
    assert 'id="failures"' in page(failing)
    assert 'id="failures"' not in page(Record(Named("subject")))


def test_implementations_and_consumers_stand_in_tables_of_their_own(
    passing: Record, consuming: Record, apart: Apart
) -> None:
    """Nothing is asked of the ones that is asked of the others."""
    taken = apart(matrix([consuming, passing]))
    assert "2 records" in taken.text
    assert "Where implementations do not differ" in taken.text
    assert "Where consumers do not differ 2 mine: wait CONSUME-ENDS" in taken.text
    assert "not asked" not in taken.text
