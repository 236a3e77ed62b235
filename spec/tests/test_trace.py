"""Traces are followed through the states that explain them, and the first impossible event is named."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_ILLEGAL_METHOD_CALL, E_NOTIMPL, RO_E_CLOSED, RPC_E_DISCONNECTED
from iasyncinfo_spec.trace import trace_files
from iasyncinfo_spec.trace.automaton import Automaton, follow
from iasyncinfo_spec.trace.formats import Trace
from iasyncinfo_spec.trace.judging import Judge, Verdict
from iasyncinfo_spec.trace.machine import RowMachine
from iasyncinfo_spec.trace.matching import one_id
from iasyncinfo_spec.words import parse_word, to_json

HEADER: Final = {"recording": 1, "subject": "mine", "version": "1", "provenance": "a test", "profile": "wrl"}
OK: Final = {"ok": None}
SHUT: Final = {"hr": E_ILLEGAL_METHOD_CALL}


def ok(value: object) -> dict[str, Any]:
    return {"ok": value}


def told(handler: str, status: int, *results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a call that one handler made."""
    event = {"handler": handler, "sender": True, "status": status, **more}
    return {"ok": None, "events": [{**event, "results": list(results)} if results else event]}


def trace(word: str, *results: dict[str, Any], kind: Kind = Kind.OPERATION) -> Trace:
    steps = parse_word(word)
    return Trace(2, kind, to_json(steps), list(one_id(steps, results)))


def judged(row: str | Family | None, word: str, *results: dict[str, Any], kind: Kind = Kind.OPERATION) -> Verdict:
    """Return the verdict on one trace against a row, or against standard."""
    return Judge(FAMILIES[row] if isinstance(row, str) else row).judge(trace(word, *results, kind=kind))


def possible(row: str | Family | None, word: str, *results: dict[str, Any], kind: Kind = Kind.OPERATION) -> bool:
    return judged(row, word, *results, kind=kind).wrong is None


def write(path: Path, *lines: object) -> Path:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def line_of(word: str, *results: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "operation", "steps": to_json(parse_word(word)), "results": list(results)}


# -- what is wrong --------------------------------------------------------------------------------


def test_the_first_impossible_event_is_named_with_what_was_possible_and_the_states_before() -> None:
    """A handler that is told Completed after a cancel, where the row keeps Canceled."""
    wrong = judged("wrl", "put_completed(h1) cancel complete(5) status", OK, OK, told("h1", 1), {"ok": 1}).wrong
    assert wrong is not None
    assert (wrong.number, wrong.step) == (3, "complete(5)")
    assert wrong.came == "succeeds; calls h1(Completed)"
    assert wrong.possible == ("succeeds; calls h1(Canceled)",)
    assert wrong.states == ("cancel pending, Completed held h1",)


def test_a_step_that_nobody_can_take_is_impossible() -> None:
    """A worker ends once."""
    wrong = judged("wrl", "complete(5) complete(6)", OK, OK).wrong
    assert wrong is not None
    assert wrong.possible == ("nobody can take this step here",)


def test_what_a_handler_met_is_part_of_the_event() -> None:
    """Its status was not yet published."""
    word = "put_completed(h1{status}) complete(5)"
    assert possible("wrl", word, OK, told("h1", 1, {"ok": 1}))
    assert not possible("wrl", word, OK, told("h1", 1, {"ok": 0}))


def test_a_code_may_be_signed_and_a_bool_is_no_number() -> None:
    """0x8000000E is spelled in two ways; True is not 1."""
    assert possible("wrl", "get_results", {"hr": E_ILLEGAL_METHOD_CALL - 2**32})
    assert not possible("wrl", "complete(1) get_results", OK, {"ok": True})


@pytest.mark.parametrize(("ids", "fine"), [((7, 7), True), ((7, 8), False), ((0, 0), False), ((1, 1), True)])
def test_an_id_is_any_number_but_zero_and_stays(ids: tuple[int, int], fine: bool) -> None:
    """Also where a handler reads it."""
    first, second = ids
    assert possible("cswinrt", "id complete(5) id", {"ok": first}, OK, {"ok": second}) is fine
    word = "put_completed(h1{id}) id complete(5)"
    assert possible("wrl", word, OK, {"ok": first}, told("h1", 1, {"ok": second})) is fine


def test_an_id_that_is_always_1_is_1() -> None:
    """As C++/WinRT's is."""
    assert possible("cppwinrt", "id id", {"ok": 1}, {"ok": 1})
    assert not possible("cppwinrt", "id id", {"ok": 7}, {"ok": 7})


def test_a_wild_card_stands_for_any_value() -> None:
    """Vectors hold one for each id."""
    assert possible("cswinrt", "id id", {"ok": {"any": "id"}}, {"ok": {"any": "id"}})
    assert not possible("cswinrt", "id", {"hr": {"any": "code"}})
    assert possible("cswinrt", "get_results", {"hr": {"any": "code"}})


def test_a_trace_with_fewer_results_than_steps_is_judged_as_far_as_it_goes() -> None:
    """The process may have died; that is said."""
    assert judged("wrl", "cancel status complete(5)", OK, {"ok": 2}) == Verdict(2, cut_off=True)
    assert judged("wrl", "cancel status complete(5)", OK, {"ok": 1}).wrong is not None


# -- values, exceptions and two objects -----------------------------------------------------------


@pytest.mark.parametrize("value", [True, False, 1, 0, 1.0, [], [1, [True]], "", None, {"object": 1}])
def test_a_value_comes_back_exactly_whatever_was_learned_of_values_like_it(value: Any) -> None:
    """One automaton sees them all; to Python true and 1.0 are 1, and false is 0."""
    judge = Judge(FAMILIES["reference"])
    for other in (1, True, 1.0, 0, False, value):
        judge.judge(Trace(2, Kind.OPERATION, [["complete", other], ["get_results"]], [OK, {"ok": other}]))
    word: list[list[Any]] = [["complete", value], ["get_results"]]
    assert judge.judge(Trace(2, Kind.OPERATION, word, [OK, {"ok": value}])).wrong is None
    assert judge.judge(Trace(2, Kind.OPERATION, word, [OK, {"ok": [value]}])).wrong is not None


def test_a_whole_float_may_have_come_without_its_point_and_no_other_way_round() -> None:
    """Some drivers write it so; 1.0 for 1 they do not."""
    assert possible("reference", "complete(1.0) get_results", OK, {"ok": 1})
    assert not possible("reference", "complete(1) get_results", OK, {"ok": 1.0})


def test_an_exception_without_a_code_may_come_out_or_not() -> None:
    """HEXC speaks of codes; of what a language raises beside them a row says nothing. The status is as ever."""
    word = 'put_completed(h1{raise("ValueError")}) complete(5) status'
    came = {"raised": "ValueError", "events": told("h1", 1)["events"]}
    for row in ("wrl", "cswinrt"):
        assert possible(row, word, OK, came, {"ok": 1})
        assert possible(row, word, OK, told("h1", 1), {"ok": 1})
        assert not possible(row, word, OK, came, {"ok": 3})
    assert not possible("wrl", "put_completed(h1{raise(0x80070005)}) complete(5)", OK, came)


def test_a_word_over_two_objects_is_a_trace_of_each(tmp_path: Path) -> None:
    """The one that is wrong is named; each has an id of its own."""
    fine = line_of("id b.id cancel b.complete(5) status b.status", *map(ok, (7, 8, None, None, 2, 1)))
    wrong = line_of("cancel b.status", OK, {"ok": 2})
    text, code = trace_files([write(tmp_path / "r.jsonl", {**HEADER, "profile": "cswinrt"}, fine, wrong)])
    assert code == 1
    assert "4 traces, 8 steps: 3 possible, 1 impossible" in text
    assert "line 3: operation status" in text


# -- open points ----------------------------------------------------------------------------------


def test_an_open_point_is_tried_in_every_way_and_answered_once_in_a_trace() -> None:
    """WRL's implementers decide whether a result is moved out, and decide once."""
    word = 'complete("text") get_results get_results get_results'
    assert possible("wrl", word, OK, {"ok": "text"}, {"ok": "text"}, {"ok": "text"})
    assert possible("wrl", word, OK, {"ok": "text"}, {"ok": ""}, {"ok": ""})
    assert not possible("wrl", word, OK, {"ok": "text"}, {"ok": "text"}, {"ok": ""})


@pytest.mark.parametrize("status", [2, 3])
def test_a_task_that_fails_as_canceled_ends_in_either_way(status: int) -> None:
    """FAIL-CANCELED is the worker's in both .NET adapters."""
    for row in ("cswinrt", "dotnet-uwp"):
        assert possible(row, "fail(0x800704C7) status", OK, {"ok": status})
    assert possible("wrl", "fail(0x800704C7) status", OK, {"ok": status}) is (status == 3)


def test_what_families_answer_differently_may_not_be_mixed_at_standard() -> None:
    """An ErrorCode that flickers, and a closed object that is refused in two ways."""
    canceled = {"ok": 0x800704C7}
    assert possible(None, "cancel error_code error_code", OK, canceled, canceled)
    assert not possible(None, "cancel error_code error_code", OK, canceled, {"ok": 0})
    closed = {"hr": RO_E_CLOSED}
    assert possible(None, "complete(5) close status id", OK, OK, closed, closed)
    assert not possible(None, "complete(5) close status put_completed(h1)", OK, OK, closed, SHUT)


def test_standard_does_not_admit_an_answer_that_breaks_a_rule() -> None:
    """A handler told 4 breaks STATUS-VALUES, whatever Z-FIRE says."""
    word = "put_completed(h1) cancel close complete(5)"
    assert possible("wrl", word, OK, OK, OK, told("h1", 4))
    assert not possible(None, word, OK, OK, OK, told("h1", 4))
    assert possible(None, word, OK, OK, OK, told("h1", 2))


def test_a_likely_row_only_saves_time_at_standard() -> None:
    """What it does not explain is tried with all others."""
    likely = Judge(None, FAMILIES["wrl"])
    for status in (1, 2):
        assert likely.judge(trace("cancel complete(5) status", OK, OK, {"ok": status})).wrong is None
    assert likely.judge(trace("put_completed(h1) cancel close complete(5)", OK, OK, OK, told("h1", 4))).wrong


# -- races ----------------------------------------------------------------------------------------


def race(*threads: list[dict[str, Any]]) -> dict[str, Any]:
    return {"ok": None, "threads": list(threads)}


def test_a_race_is_possible_if_an_interleaving_gives_what_came() -> None:
    """Either the end or the put calls the handler; both or neither never do."""
    word = "[complete(5) | put_completed(h1)] status"
    assert possible("wrl", word, race([told("h1", 1)], [OK]), {"ok": 1})
    assert possible("wrl", word, race([OK], [told("h1", 1)]), {"ok": 1})
    assert not possible("wrl", word, race([OK], [OK]), {"ok": 1})
    assert not possible("wrl", word, race([told("h1", 1)], [told("h1", 1)]), {"ok": 1})


def test_what_follows_a_race_has_to_fit_one_of_its_interleavings() -> None:
    """The cancel came second, so the result is there."""
    word = "[complete(5) | cancel] status get_results"
    assert possible("wrl", word, race([OK], [OK]), {"ok": 1}, {"ok": 5})
    assert possible("wrl", word, race([OK], [OK]), {"ok": 2}, SHUT)
    assert not possible("wrl", word, race([OK], [OK]), {"ok": 2}, {"ok": 5})


def test_a_close_between_the_end_and_the_call_makes_wrl_tell_4() -> None:
    """Without any cancel: the status is read when the handler is called."""
    came = race([OK], [told("h1", 4)])
    assert possible("wrl", "put_completed(h1) [close | complete(5)]", OK, came)
    assert not possible("reference", "put_completed(h1) [close | complete(5)]", OK, came)
    assert possible("wrl", "complete(5) [close | put_completed(h1)]", OK, came)


def test_a_race_that_a_row_lists_is_a_finding_and_no_fault() -> None:
    """WRL's GetResults of a failed operation beside a Close; not so in sequence, and not in another row."""
    word, came = "fail(0x80070005) [get_results | close]", race([{"ok": 0}], [OK])
    verdict = judged("wrl", word, OK, came)
    assert verdict.wrong is None
    assert verdict.found in FAMILIES["wrl"].findings
    assert judged("cppwinrt", word, OK, came).wrong is not None
    assert not possible("wrl", "fail(0x80070005) get_results", OK, {"ok": 0})


# -- handlers that run elsewhere ------------------------------------------------------------------


def test_a_late_call_is_one_that_a_row_makes_elsewhere() -> None:
    """Inline rows make none; where CTX is open, it is as it comes."""
    word = "put_completed(h1) complete(5)"
    for row, fine in (("wrl", False), ("dotnet-uwp", True), (None, True)):
        assert possible(row, word, OK, told("h1", 1, late=True)) is fine
    assert possible("dotnet-uwp", word, OK, told("h1", 1))


def test_mixed_is_late_for_the_worker_and_inline_for_a_late_put() -> None:
    """As .NET UWP's adapter under a context that was captured at the start."""
    row = FAMILIES["dotnet-uwp"].answering("posting", {"CTX": "mixed"})
    assert possible(row, "put_completed(h1) complete(5)", OK, told("h1", 1, late=True))
    assert not possible(row, "put_completed(h1) complete(5)", OK, told("h1", 1))
    assert possible(row, "complete(5) put_completed(h1)", OK, told("h1", 1))
    assert not possible(row, "complete(5) put_completed(h1)", OK, told("h1", 1, late=True))


def test_the_failure_of_a_handler_that_runs_elsewhere_reaches_no_caller() -> None:
    """The worker reports without harm though PEXC is propagate; a late put lets the failure out."""
    late = {"handler": "p1", "sender": True, "value": 1, "results": [], "late": True}
    word = "put_progress(p1{raise(0x80070005)}) report_progress(1)"
    kind = Kind.OPERATION_WITH_PROGRESS
    assert possible("dotnet-uwp", word, OK, {"ok": None, "events": [late]}, kind=kind)
    assert not possible("cswinrt", word, OK, {"ok": None, "events": [late]}, kind=kind)
    failed = {"hr": E_ACCESSDENIED, "events": told("h1", 1)["events"]}
    assert possible("dotnet-uwp", "complete(5) put_completed(h1{raise(0x80070005)})", OK, failed)


# -- the rows' earlier errors ---------------------------------------------------------------------

PROGRESS: Final = Kind.OPERATION_WITH_PROGRESS


def test_wrl_empties_the_progress_slot_after_the_completed_handler() -> None:
    """Inside it Progress reads what was set, and what is set there is emptied when it returns."""
    read = "put_progress(p1) put_completed(h1{get_progress}) complete(5) get_progress"
    assert possible("wrl", read, OK, OK, told("h1", 1, {"ok": "p1"}), OK, kind=PROGRESS)
    assert not possible("wrl", read, OK, OK, told("h1", 1, OK), OK, kind=PROGRESS)
    put = "put_completed(h1{put_progress(p1)}) complete(5) get_progress"
    assert possible("wrl", put, OK, told("h1", 1, OK), OK, kind=PROGRESS)
    assert not possible("wrl", put, OK, told("h1", 1, OK), {"ok": "p1"}, kind=PROGRESS)


def test_a_null_that_windows_rs_refuses_uses_the_slot_up_as_published_and_not_on_master() -> None:
    """E_POINTER, then 0x80000018."""
    word = "put_completed(null) put_completed(h1)"
    assert possible("windows-rs", word, {"hr": 0x80004003}, {"hr": 0x80000018})
    assert possible("windows-rs-master", word, {"hr": 0x80004003}, OK)
    assert not possible("windows-rs-master", word, {"hr": 0x80004003}, {"hr": 0x80000018})


def test_wine_has_no_progress_slot_in_any_state() -> None:
    """E_NOTIMPL, after Close too."""
    refused = {"hr": E_NOTIMPL}
    word = "put_progress(p1) complete(5) close get_progress put_progress(null)"
    assert possible("wine", word, refused, OK, OK, refused, refused, kind=PROGRESS)
    assert not possible("wine", "complete(5) close get_progress", OK, OK, SHUT, kind=PROGRESS)


def test_wine_8_has_no_id_and_gives_its_result_once() -> None:
    """Id is E_NOTIMPL, a second GetResults E_UNEXPECTED."""
    word = "id complete(5) get_results get_results close id"
    results = ({"hr": E_NOTIMPL}, OK, {"ok": 5}, {"hr": 0x8000FFFF}, OK, {"hr": E_NOTIMPL})
    assert possible("wine-8.0", word, *results)
    assert not possible("wine", word, *results)


def test_the_disconnected_codes_come_out_of_a_late_put_where_dotnet_and_kotlin_do_not_filter() -> None:
    """WRL and C++/WinRT keep them in."""
    word = "complete(5) put_completed(h1{raise(0x80010108)})"
    failed = {"hr": RPC_E_DISCONNECTED, "events": told("h1", 1)["events"]}
    for row, fine in (("cswinrt", True), ("dotnet-uwp", True), ("kotlin", True), ("wrl", False), ("cppwinrt", False)):
        assert possible(row, word, OK, failed) is fine, row


def test_the_failure_of_a_cancel_callback_comes_out_of_cancel_once_in_dotnet() -> None:
    """The cancel is pending all the same."""
    word, failed = "cancel status cancel", {"hr": 0x80131500}
    assert possible("cswinrt", word, failed, {"ok": 2}, OK)
    assert not possible("cswinrt", word, failed, {"ok": 2}, failed)
    assert not possible("wrl-from-canceled", "cancel cancel", OK, failed)
    assert not possible(None, word, failed, {"ok": 2}, OK)


def test_multiple_results_can_be_had_before_the_end_and_of_a_canceled_operation() -> None:
    """Started, pending and Canceled, with every kind."""
    word = "get_results cancel get_results complete(5) get_results"
    results = ({"ok": 0}, OK, {"ok": 0}, OK, {"ok": 5})
    assert possible("wrl-multiple-results", word, *results)
    assert not possible("wrl", word, *results)


def test_propagated_failures_reach_the_worker_and_never_a_late_put() -> None:
    """And the disconnected codes reach nobody."""
    failing = {"hr": E_ACCESSDENIED, "events": told("h1", 1)["events"]}
    assert possible("wrl-propagate", "put_completed(h1{raise(0x80070005)}) complete(5)", OK, failing)
    assert possible("wrl-propagate", "complete(5) put_completed(h1{raise(0x80070005)})", OK, told("h1", 1))
    assert not possible("wrl-propagate", "complete(5) put_completed(h1{raise(0x80070005)})", OK, failing)


# -- the learned automaton ------------------------------------------------------------------------


def test_what_is_learned_is_bounded_and_changes_no_verdict() -> None:
    """An automaton that forgets after every few entries follows the same traces as far."""
    words = [f"{'status ' * n}cancel{' status' * n} complete({n}) get_results" for n in range(1, 6)]
    found = [trace(word, *[{"ok": 0}] * n, OK, *[{"ok": 2}] * n, OK, SHUT) for n, word in enumerate(words, 1)]
    small, large = (Automaton(RowMachine(Kind.OPERATION, FAMILIES["wrl"]), most) for most in (3, 1_000))
    for one in found:
        lengths = [follow(automaton, one.steps, one.results)[0] for automaton in (small, large)]
        assert lengths == [len(one.steps)] * 2
    assert small.entries <= 3 < large.entries


def test_what_is_kept_of_a_row_that_leaves_much_open_is_counted_by_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a row can be in hundreds of states at once, and a step of it can end in as many ways: both take memory."""
    monkeypatch.setattr("iasyncinfo_spec.trace.machine.MOST_KEPT", 100)
    automaton = Automaton(RowMachine(Kind.OPERATION, FAMILIES["ppl"]), most=300)
    most_states = most_outcomes = 0
    for n in range(1, 40):
        word = f"put_completed(h1) {'status ' * n}cancel complete({n}) error_code get_results close status"
        told = {"ok": None, "events": [{"handler": "h1", "sender": True, "status": 1}]}
        one = trace(word, OK, *[{"ok": 0}] * n, OK, told, {"ok": 0}, {"ok": n}, OK, SHUT)
        assert follow(automaton, one.steps, one.results)[0] == len(one.steps)
        most_states = max(most_states, sum(len(node.states) for node in automaton._nodes.values()))
        most_outcomes = max(most_outcomes, sum(len(found) for found, _ in automaton.machine._kept.values()))
    assert 100 < most_states <= 300
    assert 50 < most_outcomes <= 100


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["r.jsonl", "r.jsonl.gz"])
def test_a_recording_is_held_against_the_row_of_its_header_or_the_profile_that_is_asked_for(
    tmp_path: Path, suffix: str
) -> None:
    """Exit 0 with its own row, 1 with another."""
    path = write(tmp_path / suffix, HEADER, line_of("cancel complete(5) status", OK, OK, {"ok": 2}))
    text, code = trace_files([path])
    assert code == 0
    assert "profile wrl: 1 traces, 3 steps: 1 possible, 0 impossible" in text
    text, code = trace_files([path], "wrl-from-canceled")
    assert code == 1
    assert "line 2: operation cancel complete(5) status" in text
    assert "step 3, status: returns Canceled" in text
    assert "possible there: returns Completed" in text
    assert "states before it: completed, result 5" in text


def test_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    """A last line without its end, a compressed file without its, and a trace without all of its results."""
    path = write(tmp_path / "r.jsonl", HEADER, line_of("cancel status", OK))
    path.write_text(path.read_text(encoding="utf-8") + '{"kind":"opera', encoding="utf-8")
    text, code = trace_files([path])
    assert code == 0
    assert "line 2 is cut off" in text
    assert "the file is cut off" in text
    lines = [line_of(f"complete({n})", OK) for n in range(5_000)]
    whole = write(tmp_path / "whole.jsonl.gz", HEADER, *lines).read_bytes()
    (tmp_path / "half.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    text, code = trace_files([tmp_path / "half.jsonl.gz"])
    assert code == 0
    assert "the file is cut off" in text


@pytest.mark.parametrize(
    ("lines", "code", "why"),
    [
        (["[]"], 2, "it is no object"),
        (["{", "{}"], 2, "it is no JSON"),
        ([{"kind": "operation"}], 2, "neither"),
        ([HEADER, {"kind": "future", "steps": [], "results": []}], 2, "line 2: it is no trace"),
        ([HEADER, {"kind": "action", "steps": [["id"]], "results": [{"of": 1}]}], 2, "line 2: it is no trace"),
        (
            [HEADER, {"kind": "action", "steps": [["put_progress", "p", [["report_progress", 1]]]], "results": []}],
            2,
            "line 2: it is no trace: a Progress handler that reports",
        ),
        ([HEADER], 3, "0 traces"),
    ],
)
def test_a_file_that_is_no_recording_names_the_line(tmp_path: Path, lines: list[Any], code: int, why: str) -> None:
    """And one that holds nothing is no success."""
    text, found = trace_files([write(tmp_path / "r.jsonl", *lines)])
    assert found == code
    assert why in text


def test_a_file_or_a_profile_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """Both are named."""
    text, code = trace_files([tmp_path / "none.jsonl"])
    assert code == 2
    assert "none.jsonl" in text
    path = write(tmp_path / "r.jsonl", HEADER, line_of("id", {"ok": 1}))
    text, code = trace_files([path], "wlr")
    assert code == 2
    assert "there is no profile 'wlr'" in text


def test_of_several_files_the_most_serious_code_counts(tmp_path: Path) -> None:
    """All of them are printed."""
    good = write(tmp_path / "good.jsonl", HEADER, line_of("id", {"ok": 1}))
    bad = write(tmp_path / "bad.jsonl", HEADER, line_of("status", {"ok": 1}))
    text, code = trace_files([good, bad])
    assert code == 1
    assert "good.jsonl" in text
    assert "bad.jsonl" in text


def test_wrong_traces_that_end_alike_are_printed_once(tmp_path: Path) -> None:
    """With the lines of all of them, and the shortest word."""
    lines = [line_of("id status", {"ok": 1}, {"ok": 1}), line_of("status", {"ok": 1})]
    text, code = trace_files([write(tmp_path / "r.jsonl", HEADER, *lines)])
    assert code == 1
    assert "line 2, 3: operation status" in text
    assert text.count("states before it") == 1
