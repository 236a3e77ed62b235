"""Hand-written runs against the machines: what is allowed, and which rule or point decides what is not."""

from typing import Any

import pytest

from iasyncinfo_conformance.judging.comparison import Ids
from iasyncinfo_conformance.judging.following import Finding, allowed_by
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.judging.wording import describe
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import (
    E_FAIL,
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    signed,
)
from iasyncinfo_spec.values import same
from iasyncinfo_spec.words import parse_word

STARTED, COMPLETED, CANCELED, ERROR = range(4)
DONE: Result = {"ok": None}
REFERENCE = FAMILIES["reference"]
HEARD: Result = {"handler": "h1", "sender": True, "status": COMPLETED, "results": [{"hr": E_FAIL}]}
AFTER_CLOSE = "put_completed(h1) cancel close fail(0x80004005)"


def ok(value: Any = None, *events: Result) -> Result:
    """A step that succeeds."""
    return {"ok": value, "events": list(events)} if events else {"ok": value}


def hr(code: int) -> Result:
    """A step that is refused."""
    return {"hr": code}


def told(status: Any, *met: Result, label: str = "h1", sender: bool = True) -> Result:
    """A call of a Completed handler."""
    event: Result = {"handler": label, "sender": sender, "status": status}
    return {**event, "results": list(met)} if met else event


def reported(value: Any, label: str = "p1", **more: Any) -> Result:
    """A call of a Progress handler."""
    return {"handler": label, "sender": True, "value": value, **more}


def judged(text: str, *results: Result, kind: Kind = Kind.OPERATION_WITH_PROGRESS, row: Family = REFERENCE) -> Finding:
    """The finding about a run that is not allowed, or contradicts the row."""
    finding = Judge(kind, row, {}).judge(parse_word(text), results)
    assert finding is not None
    return finding


def is_allowed(text: str, *results: Result, kind: Kind = Kind.OPERATION_WITH_PROGRESS) -> bool:
    """Whether some answers to the points allow a run."""
    return allowed_by(kind, {}, (), parse_word(text), results) is None


# ---- runs that are allowed


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("status", [ok(STARTED)]),
        ("complete(5) status get_results", [DONE, ok(COMPLETED), ok(5)]),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(COMPLETED))]),
        ("put_completed(h1) complete(5)", [DONE, ok(None, {**told(COMPLETED), "late": True})]),
        ("complete(5) put_completed(h1{status})", [DONE, ok(None, told(COMPLETED, ok(COMPLETED)))]),
        ("put_completed(h1) put_completed(h2)", [DONE, hr(E_ILLEGAL_DELEGATE_ASSIGNMENT)]),
        ("put_completed(h1) put_completed(h2)", [DONE, hr(signed(E_ILLEGAL_DELEGATE_ASSIGNMENT))]),
        ("fail(0x80004005) error_code", [DONE, ok(E_FAIL)]),
        ("fail(0x80004005) error_code", [DONE, ok(signed(E_FAIL))]),
        ("fail(0x80004005) get_results", [DONE, hr(E_FAIL)]),
        ("id id", [ok(7), ok(7)]),
        ("put_progress(p1) report_progress(0.5)", [DONE, ok(None, reported(0.5))]),
        ("complete(5)", [ok("whatever a lever returns")]),
        ("put_completed(h1{raise(0x80070005)}) complete(5)", [DONE, {**ok(None, told(COMPLETED))}]),
        ("put_completed(h1{raise(0x80070005)}) complete(5)", [DONE, {**hr(0x80070005), "events": [told(COMPLETED)]}]),
        ("cancel put_completed(h1)", [DONE, DONE]),
        ("cancel put_completed(h1)", [DONE, ok(None, told(CANCELED))]),
        ("complete(5) get_results get_results", [DONE, ok(5), ok(None)]),
        ("put_progress(p1{raise(0x80010108)}) report_progress(1)", [DONE, {**hr(0x80010108), "events": [reported(1)]}]),
        (
            "put_progress(p1{put_completed(h1)}) cancel report_progress(1)",
            [DONE, DONE, ok(None, reported(1, results=[DONE], late=True), {**told(CANCELED), "late": True})],
        ),
    ],
)
def test_a_run_that_is_allowed_has_no_finding(text: str, results: list[Result]) -> None:
    """Some answers to the variation points predict it."""
    assert is_allowed(text, *results)


# ---- runs that are not, and the rule that decides


@pytest.mark.parametrize(
    ("text", "results", "step", "rule"),
    [
        ("status", [ok(COMPLETED)], 1, "STATUS"),
        ("status", [ok(4)], 1, "STATUS-VALUES"),
        ("status", [ok("Started")], 1, "STATUS-VALUES"),
        ("status", [ok(None)], 1, "STATUS-VALUES"),
        ("status", [hr(0x80000019)], 1, "HOT"),
        ("id", [hr(0x80000019)], 1, "HOT"),
        ("id", [ok(0)], 1, "ID-NONZERO"),
        ("id id", [ok(7), ok(8)], 2, "ID-STABLE"),
        ("id", [{"raised": "AttributeError"}], 1, "IFACE"),
        ("get_results", [{"raised": "AttributeError"}], 1, "IFACE"),
        ("complete(5) get_results", [DONE, ok(6)], 2, "RESULTS"),
        ("complete(1) get_results", [DONE, ok(True)], 2, "RESULTS"),
        ("complete(true) get_results", [DONE, ok(1)], 2, "RESULTS"),
        ("complete(5) get_results", [DONE, hr(E_FAIL)], 2, "RESULTS"),
        ("complete(5) get_results", [DONE, {"raised": "KeyError"}], 2, "RESULTS"),
        ("id", [hr(E_ILLEGAL_METHOD_CALL)], 1, "ID-STABLE"),
        ("fail(0x80004005) error_code", [DONE, ok(0)], 2, "ERR"),
        ("fail(0x80004005) error_code", [DONE, ok("E_FAIL")], 2, "ERR"),
        ("fail(0x80004005) error_code", [DONE, ok(E_FAIL + 2**32)], 2, "WIDTH"),
        ("fail(0x80004005) get_results", [DONE, hr(E_FAIL + 2**32)], 2, "WIDTH"),
        ("cancel status", [DONE, ok(STARTED)], 2, "CANCEL-VISIBLE"),
        ("cancel cancel", [DONE, hr(E_ILLEGAL_METHOD_CALL)], 2, "CANCEL-OK"),
        ("complete(5) cancel", [DONE, hr(E_FAIL)], 2, "CANCEL-OK"),
        ("complete(5) close", [DONE, hr(E_ILLEGAL_STATE_CHANGE)], 2, "CLOSE-TERMINAL"),
        ("put_completed(h1) put_completed(h2)", [DONE, DONE], 2, "SECOND"),
        ("put_completed(h1) put_completed(h2)", [DONE, hr(E_ILLEGAL_METHOD_CALL)], 2, "SECOND"),
        ("put_completed(h1) complete(5)", [DONE, DONE], 2, "FIRE-ONCE"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(COMPLETED), told(COMPLETED))], 2, "FIRE-ONCE"),
        ("put_completed(h1) complete(5) status", [DONE, ok(None, told(1)), ok(1, told(1))], 3, "FIRE-ONCE"),
        ("put_completed(h1) cancel", [DONE, ok(None, told(CANCELED))], 2, "CANCEL-NOFIRE"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(COMPLETED, sender=False))], 2, "FIRE-ARGS"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(ERROR))], 2, "FIRE-ARGS"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(4))], 2, "STATUS-VALUES"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told("<Status>"))], 2, "STATUS-VALUES"),
        ("put_completed(h1) complete(5)", [DONE, ok(None, told(COMPLETED, label="h2"))], 2, "SET-ONCE"),
        ("put_completed(h1{status}) complete(5)", [DONE, ok(None, told(1, ok(STARTED)))], 2, "FIRE-ORDER"),
        ("put_completed(h1{get_results}) complete(5)", [DONE, ok(None, told(1, ok(None)))], 2, "FIRE-ORDER"),
        ("put_completed(h1{status cancel}) complete(5)", [DONE, ok(None, told(1, ok(1)))], 2, "FIRE-NOLOCK"),
        ("put_completed(h1{cancel}) complete(5)", [DONE, ok(None, told(1, hr(E_FAIL)))], 2, "CANCEL-OK"),
        ("complete(5) put_completed(h1)", [DONE, DONE], 2, "LATE-SET"),
        ("put_progress(p1) report_progress(1)", [DONE, DONE], 2, "PROG-ONCE"),
        ("put_progress(p1) report_progress(1)", [DONE, ok(None, reported(2))], 2, "PROG-ONCE"),
        ("put_progress(p1) report_progress(1)", [DONE, ok(None, reported(True))], 2, "PROG-ONCE"),
        ("put_progress(p1) report_progress(1)", [DONE, ok(None, reported(1, sender=False))], 2, "PROG-ONCE"),
        ("put_progress(p1) report_progress(1)", [DONE, ok(None, reported(1), reported(1))], 2, "PROG-ONCE"),
        ("put_progress(p1) get_progress", [DONE, ok(None)], 2, "PROG-REPLACE"),
        ("complete(5) get_results get_results", [DONE, ok(5), ok(6)], 3, "RESULTS"),
        ("cancel put_completed(h1)", [DONE, ok(None, told(CANCELED), told(CANCELED))], 2, "FIRE-ONCE"),
        (AFTER_CLOSE, [DONE, DONE, DONE, ok(None, told(CANCELED), told(CANCELED))], 4, "FIRE-ONCE"),
        (AFTER_CLOSE, [DONE, DONE, DONE, ok(None, told(STARTED))], 4, "FIRE-ARGS"),
        (
            "cancel put_completed(h1) close complete(5)",
            [DONE, ok(None, told(CANCELED)), DONE, ok(None, told(CANCELED))],
            4,
            "FIRE-ONCE",
        ),
        (AFTER_CLOSE, [DONE, DONE, DONE, ok(None, told(COMPLETED))], 4, "FIRE-ARGS"),
        (AFTER_CLOSE, [DONE, DONE, DONE, ok(None, told(7))], 4, "STATUS-VALUES"),
        (
            "put_completed(h1{raise(0x80010108)}) complete(5)",
            [DONE, {**hr(0x80010108), "events": [told(COMPLETED)]}],
            2,
            "DISCONNECT",
        ),
    ],
)
def test_a_breach_cites_its_rule(text: str, results: list[Result], step: int, rule: str) -> None:
    """Of the first step that no answers allow."""
    finding = judged(text, *results)
    assert (finding.step, finding.cites) == (step, rule)
    assert finding.breaks_rule
    assert not finding.mixed


def test_what_is_told_after_close_may_be_the_outcome() -> None:
    """No family tells Error there: it is remarked, and what comes after it is not judged by another close."""
    results = [DONE, DONE, DONE, ok(None, told(ERROR)), hr(E_ILLEGAL_METHOD_CALL)]
    finding = judged(f"{AFTER_CLOSE} id", *results)
    assert (finding.step, finding.cites, finding.breaks_rule) == (4, "Z-FIRE", False)


def test_a_finding_keeps_the_step_that_shows_it() -> None:
    """A call that some answer would explain, and a status that then speaks against that answer."""
    finding = judged("put_completed(h1) acknowledge_cancel status", DONE, ok(None, told(CANCELED)), ok(STARTED))
    assert (finding.step, finding.length, finding.cites) == (2, 3, "CANCEL-NOFIRE")
    assert is_allowed("put_completed(h1) acknowledge_cancel", DONE, ok(None, told(CANCELED)))


def test_a_step_after_an_unexpected_end_is_not_judged() -> None:
    """What came ended the work, as some answer has it; the next step of the worker is nobody's to take."""
    results = [DONE, ok(None, told(CANCELED)), ok(None)]
    finding = judged("put_completed(h1) acknowledge_cancel complete(5)", *results)
    assert (finding.step, finding.cites, finding.mixed) == (2, "SPONT-CANCEL", True)


def test_only_the_first_difference_is_found() -> None:
    """What follows from it is not counted again."""
    finding = judged("complete(5) status status", DONE, ok(STARTED), ok(STARTED))
    assert finding.step == 2


def test_an_odd_answer_to_a_point_is_a_remark() -> None:
    """An answer that no family gives cites its point, and breaks no rule."""
    finding = judged("close", hr(E_FAIL))
    assert finding.cites == "CLOSE_S"
    assert not finding.breaks_rule


def test_an_answer_unlike_the_rows_is_mixed() -> None:
    """Other answers would allow it: the finding names the point that has to be given up."""
    finding = judged("cancel put_completed(h1)", DONE, DONE)
    assert (finding.step, finding.cites, finding.mixed, finding.breaks_rule) == (2, "LATE_R", True, False)


def test_answers_that_contradict_each_other_break_no_rule() -> None:
    """A point is answered one way here and another there, in one run."""
    word = "put_completed(h1) get_completed complete(5) get_completed"
    assert is_allowed(word, DONE, ok(None), ok(None, told(COMPLETED)), ok("h1"))
    finding = judged(word, DONE, ok(None), ok(None, told(COMPLETED)), ok("h1"))
    assert finding.mixed
    assert finding.cites == "GETH"


def test_a_demanded_answer_is_not_open() -> None:
    """A profile's judge cites the point."""
    row = FAMILIES["cswinrt"]
    judge = Judge(Kind.ACTION, row, {"GETH": row.answer("GETH")})
    word = parse_word("put_completed(h1) complete(5) get_completed")
    finding = judge.judge(word, [DONE, ok(None, told(COMPLETED)), ok(None)])
    assert finding is not None
    assert (finding.step, finding.cites, finding.mixed) == (3, "GETH", False)


@pytest.mark.parametrize(
    ("profile", "word", "results", "point"),
    [
        ("wrl", "put_completed(h1{raise(0x80004005)}) complete(5)", [DONE, {"hr": E_FAIL, "events": [HEARD]}], "HEXC"),
        ("wrl", "cancel complete(5) status", [DONE, DONE, ok(COMPLETED)], "CAC"),
        ("cppwinrt", "acknowledge_cancel close", [DONE, hr(E_ILLEGAL_STATE_CHANGE)], "SPONT-CANCEL"),
        ("wrl", "put_completed(null) put_completed(h1) status", [DONE, DONE, ok(STARTED)], "NULLSLOT"),
    ],
)
def test_what_only_a_demanded_answer_forbids_breaks_no_rule(
    profile: str, word: str, results: list[Result], point: str
) -> None:
    """The first point is named but for which the run would be allowed."""
    family = FAMILIES[profile]
    found = Judge(Kind.OPERATION, family, family.answers).judge(parse_word(word), results)
    assert found is not None
    assert found.cites == point


def test_a_breach_after_a_demanded_answer_that_is_not_given_is_one() -> None:
    """It does not hide behind the point."""
    family = FAMILIES["wrl"]
    word = parse_word("put_completed(null) put_completed(h1) status")
    found = Judge(Kind.OPERATION, family, family.answers).judge(word, [DONE, DONE, ok(COMPLETED)])
    assert found is not None
    assert (found.cites, found.step) == ("STATUS", 3)


def test_a_word_that_nobody_can_take_is_not_drivable() -> None:
    """A worker ends once."""
    judge = Judge(Kind.ACTION, REFERENCE, {})
    assert judge.drivable(parse_word("complete(5) cancel"))
    assert not judge.drivable(parse_word("complete(5) complete(5)"))
    assert not judge.drivable(parse_word("report_progress(1)"))


def test_kinds_without_results_return_null() -> None:
    """Whatever the worker ended with."""
    assert is_allowed("complete(5) get_results", DONE, ok(None), kind=Kind.ACTION)
    assert judged("complete(5) get_results", DONE, ok(5), kind=Kind.ACTION).cites == "RESULTS"


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_is_allowed_what_its_row_predicts(name: str) -> None:
    """Judged by itself, with its breaches in place of the rules."""
    family = FAMILIES[name]
    judge = Judge(Kind.OPERATION, family, family.answers)
    for text in ("put_completed(h1) cancel complete(5) status", "complete(5) close status", "cancel get_results"):
        word = parse_word(text)
        results: list[Result] = []
        for prediction in judge.product.predict(word):
            key = "hr" if "hr" in prediction else "ok"
            value: Any = dict(prediction)[key]
            result: Result = {key: E_FAIL if key == "hr" and not isinstance(value, int) else value}
            events: list[Any] = list(prediction.get("events", []))
            results.append({**result, "events": events} if events else result)
        assert judge.judge(word, results) is None, text


# ---- values


@pytest.mark.parametrize(
    ("left", "right"), [(1, 1), (0.5, 0.5), (True, True), (None, None), ((1, ()), [1, []]), ("a", "a")]
)
def test_equal_values_are_the_same(left: object, right: object) -> None:
    """A list is a tuple within a word."""
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [(1, True), (1, 1.0), ((1,), [1.0]), (0, False), ("", None), ("1", 1), ([1], [2])]
)
def test_other_values_are_not(left: object, right: object) -> None:
    """True is not 1, nor is 1.0."""
    assert not same(left, right)


@pytest.mark.parametrize("number", [1, 7, 2**32 - 8])
def test_an_id_is_any_uint32_that_stays(number: int) -> None:
    """Two objects may have different ones."""
    ids = Ids()
    assert ids.accept(number)
    assert ids.accept(number)
    assert not ids.accept(number + 7)
    assert Ids().accept(number + 7)


@pytest.mark.parametrize("number", [0, -1, 2**32, 2**40, True, 1.0, "1"])
def test_what_is_no_uint32_is_no_id(number: object) -> None:
    """Nor is zero."""
    assert not Ids().accept(number)


@pytest.mark.parametrize("value", [0, None, "7", 7.0, True])
def test_what_is_no_id_is_not_accepted(value: object) -> None:
    """An id is a number other than zero."""
    assert not Ids().accept(value)


# ---- words


@pytest.mark.parametrize(
    ("step", "result", "text"),
    [
        ("status", ok(CANCELED), "returns Canceled"),
        ("status", ok(4), "returns 4, no AsyncStatus"),
        ("status", ok("<str>"), "returns '<str>'"),
        ("error_code", ok(0), "returns S_OK"),
        ("error_code", ok(E_FAIL), "returns 0x80004005 E_FAIL"),
        ("get_completed", ok(None), "returns null"),
        ("get_completed", ok("h1"), "returns 'h1'"),
        ("get_results", ok(5), "returns 5"),
        ("cancel", DONE, "succeeds; calls nobody"),
        ("cancel", hr(signed(E_ILLEGAL_METHOD_CALL)), "fails with 0x8000000E E_ILLEGAL_METHOD_CALL; calls nobody"),
        ("cancel", {"raised": "KeyError"}, "raises KeyError, which carries no HRESULT; calls nobody"),
        ("complete(5)", ok(None, told(COMPLETED)), "succeeds; calls h1(Completed)"),
        ("complete(5)", ok(None, told(1, sender=False)), "succeeds; calls h1(not the operation, Completed)"),
        (
            "complete(5)",
            ok(None, told(1, ok(1), hr(E_FAIL), {"raised": "KeyError"})),
            "succeeds; calls h1(Completed) which meets [1, 0x80004005 E_FAIL, KeyError]",
        ),
        ("report_progress(1)", ok(None, reported(0.5), reported(1)), "succeeds; calls p1(0.5), then p1(1)"),
    ],
)
def test_results_are_told_in_words(step: str, result: Result, text: str) -> None:
    """A card and a replay say it alike."""
    assert describe(parse_word(step)[0], result) == text


def test_predictions_are_told_as_results_are() -> None:
    """So that what was allowed and what came can be compared by eye."""
    judge = Judge(Kind.OPERATION, REFERENCE, {})
    word = parse_word("put_completed(h1{status cancel}) complete(5)")
    assert (
        describe(word[1], judge.product.predict(word)[1])
        == "succeeds; calls h1(Completed) which meets [status returns Completed, cancel succeeds]"
    )


def test_a_number_is_shown_whole_as_far_as_words_hold_it() -> None:
    """Of longer ones a driver's answer may consist, and a report has room for their beginning."""
    assert describe(("get_results",), {"ok": 2**1024 - 1}) == f"returns {2**1024 - 1}"
    assert describe(("get_results",), {"ok": 10**4000}) == f"returns 1{'0' * 309}... (4001 characters)"
