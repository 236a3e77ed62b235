"""Logs of live programs are explained by a linearization, and by steps of a worker that nobody saw."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.predictions import Configuration, Handler, Wild
from iasyncinfo_spec.product import Atoms, Product, Run
from iasyncinfo_spec.trace import linearizing, trace_files
from iasyncinfo_spec.trace.formats import Source, read
from iasyncinfo_spec.trace.logs import histories
from iasyncinfo_spec.words import Step, parse_word

HIDDEN: Final = {"log": 1, "worker": "hidden", "subject": "a program"}
SEEN: Final = {**HIDDEN, "worker": "seen"}
OK: Final = {"ok": None}
IMC: Final = {"hr": 0x8000000E}


def events(*entries: Any, kind: str = "operation") -> Iterator[dict[str, Any]]:
    """Yield the lines of a log of one object: a word and its results stand for calls that come back at once."""
    yield {"object": 1, "kind": kind}
    number = 0
    for entry in entries:
        number += 1
        if isinstance(entry, dict):
            yield {"n": number, "thread": "T", "object": 1, **entry}
            continue
        text, result = entry
        (step,) = parse_word(text)
        yield {"n": number, "thread": "T", "object": 1, "call": list(step)}
        yield {"n": number + 1, "of": number, **result}
        number += 1


def write(folder: Path, *entries: Any, header: dict[str, Any] = HIDDEN, kind: str = "operation") -> Path:
    path = folder / "log.jsonl"
    lines = [header, *events(*entries, kind=kind)]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def verdicts(path: Path) -> dict[str, bool]:
    """Return for each family whether it explains a log."""
    lines = trace_files([path])[0].splitlines()
    return {name: "impossible" not in line for line in lines for name in FAMILIES if line.startswith(f"  {name} ")}


def test_a_value_that_was_got_after_a_cancel_excludes_the_rows_that_stay_canceled(tmp_path: Path) -> None:
    """Cancel, Status Canceled, GetResults 5: the worker has ended between the last two, or the row is another."""
    path = write(tmp_path, ("cancel", OK), ("status", {"ok": 2}), ("get_results", {"ok": 5}))
    excluded = {name for name, fine in verdicts(path).items() if not fine}
    assert {"reference", "wrl", "cppwinrt", "windows-rs"} <= excluded
    assert not {"wrl-from-canceled", "ppl", "cswinrt", "wine", "kotlin"} & excluded
    text, code = trace_files([path])
    assert code == 0
    assert "profile standard: possible" in text
    text, code = trace_files([path], "wrl")
    assert code == 1
    assert "event 6: return of get_results: returns 5" in text
    assert "possible there: fails with 0x8000000E" in text
    assert "cancel pending" in text


def test_objects_that_are_handed_out_ended_are_never_seen_running(tmp_path: Path) -> None:
    """A Started, or a cancel that was in time, was none of theirs; an end that was there from the start may be."""
    rows = ("windows-rs", "windows-rs-ready")
    for status, fine in ((0, False), (1, True), (2, False), (3, True)):
        found = verdicts(write(tmp_path, ("cancel", OK), ("status", {"ok": status})))
        assert found["windows-rs-ready"] is fine
    found = verdicts(write(tmp_path, ("status", {"ok": 0}), ("status", {"ok": 1})))
    assert [found[name] for name in rows] == [True, False]


def test_a_status_that_goes_back_is_impossible_everywhere(tmp_path: Path) -> None:
    """Completed, then Started."""
    path = write(tmp_path, ("status", {"ok": 1}), ("status", {"ok": 0}))
    assert trace_files([path])[1] == 1
    assert not any(verdicts(path).values())


def test_a_worker_that_is_seen_ends_only_where_the_log_says_so(tmp_path: Path) -> None:
    """The same calls are impossible once the worker's silence is to be believed."""
    calls = (("status", {"ok": 0}), ("get_results", {"ok": 5}))
    assert trace_files([write(tmp_path, *calls)])[1] == 0
    assert trace_files([write(tmp_path, *calls, header=SEEN)])[1] == 1
    told = (calls[0], ("complete(5)", OK), calls[1])
    assert trace_files([write(tmp_path, *told, header=SEEN)])[1] == 0


def test_a_handler_may_run_before_its_setter_has_come_back(tmp_path: Path) -> None:
    """And what it calls itself meets the end; here the id stays, too."""
    path = write(
        tmp_path,
        ("id", {"ok": 7}),
        {"call": ["put_completed", "h1"]},
        {"enter": "h1", "status": 1},
        ("get_results", {"ok": "v1"}),
        {"leave": 4},
        {"of": 3, "ok": None},
        ("id", {"ok": 7}),
    )
    assert trace_files([path])[1] == 0
    assert verdicts(path)["wrl"]
    assert not verdicts(path)["cppwinrt"]


def test_an_id_that_changes_is_impossible(tmp_path: Path) -> None:
    """Whoever reads it."""
    assert trace_files([write(tmp_path, ("id", {"ok": 7}), ("id", {"ok": 8}))])[1] == 1


def test_a_handler_is_called_once(tmp_path: Path) -> None:
    """A second call is impossible, though the worker is hidden."""
    call = {"enter": "h1", "status": 1}
    path = write(tmp_path, ("put_completed(h1)", OK), call, {"leave": 3}, call)
    assert trace_files([path])[1] == 1


def test_a_call_that_never_came_back_may_have_had_its_effect_or_not(tmp_path: Path) -> None:
    """A cancel that hangs in the worker's callback is seen by other threads."""
    for status in (0, 2):
        path = write(tmp_path, {"call": ["cancel"]}, ("status", {"ok": status}))
        assert verdicts(path)["wrl"]
    path = write(tmp_path, {"call": ["cancel"]}, ("status", {"ok": 2}), ("status", {"ok": 0}))
    assert trace_files([path])[1] == 1


def test_calls_that_never_came_back_do_not_hide_the_others(tmp_path: Path) -> None:
    """Many are explained soon, and a wrong answer beside them is found."""
    never = [{"call": [name]} for name in ("status", "get_completed", "id", "error_code") * 10]
    ended = (("status", {"ok": 1}), ("get_results", {"ok": "v1"}))
    assert trace_files([write(tmp_path, *never, {"call": ["cancel"]}, *ended)], "wrl")[1] == 0
    path = write(tmp_path, *never, {"call": ["cancel"]}, *ended, ("status", {"ok": 0}))
    text, code = trace_files([path], "wrl")
    assert code == 1
    assert "return of status: returns Started" in text


def test_the_handler_of_a_waiter_runs_unseen(tmp_path: Path) -> None:
    """One that the program set does not: where it has to run before a call comes back, the log has to show it."""
    put = {"call": ["put_completed", "waiter"]}
    after = (("cancel", OK), ("status", {"ok": 2}))
    fine = verdicts(write(tmp_path, put, *after))
    assert fine["wrl"]
    assert fine["cppwinrt"]
    path = write(tmp_path, ("status", {"ok": 1}), ("put_completed(h1)", OK))
    assert not verdicts(path)["wrl"]
    path = write(tmp_path, ("status", {"ok": 1}), ("put_completed(waiter)", OK))
    assert verdicts(path)["wrl"]


def test_a_label_may_be_a_strings_or_a_numbers(tmp_path: Path) -> None:
    """C++/WinRT moves a string out and gives a number again; where values are seen, it is known which it was."""
    twice = (("get_results", {"ok": "v1"}), ("get_results", {"ok": "v1"}))
    moved = (("get_results", {"ok": "v1"}), ("get_results", {"ok": ""}))
    seen = {**HIDDEN, "values": "seen"}
    assert verdicts(write(tmp_path, *twice))["cppwinrt"]
    assert verdicts(write(tmp_path, *moved))["cppwinrt"]
    assert not verdicts(write(tmp_path, *moved))["reference"]
    assert not verdicts(write(tmp_path, *twice, header=seen))["cppwinrt"]
    assert verdicts(write(tmp_path, *moved, header=seen))["cppwinrt"]


def test_reports_of_a_hidden_worker_are_found_where_a_progress_handler_runs(tmp_path: Path) -> None:
    """With the value that it was told; a row without a Progress slot is excluded."""
    entries = (("put_progress(p1)", OK), {"enter": "p1", "value": 0.5}, {"leave": 3})
    path = write(tmp_path, *entries, kind="operation_with_progress")
    fine = verdicts(path)
    assert fine["wrl"]
    assert not fine["wine"]
    assert not fine["windows-rs"]


def test_handlers_of_a_worker_of_several_threads_run_beside_each_other_and_its_end(tmp_path: Path) -> None:
    """A report is told while an earlier one still is, and the worker ends meanwhile."""
    two = ({"enter": "p1", "value": 0.1}, {"enter": "p1", "value": 0.2})
    entries = (("put_progress(p1)", OK), *two, ("status", {"ok": 1}), {"leave": 4}, {"leave": 3})
    fine = verdicts(write(tmp_path, *entries, kind="operation_with_progress"))
    assert fine["wrl"]
    assert fine["cswinrt"]
    assert not fine["wine"]


def test_a_failure_without_a_code_comes_out_where_failures_do(tmp_path: Path) -> None:
    """A handler that is set late raises a ValueError: C#/WinRT's setter fails, with a code or without."""
    put = ({"call": ["put_completed", "h1"]}, {"enter": "h1", "status": 1}, {"leave": 4, "raised": "ValueError"})
    for came in ({"raised": "ValueError"}, {"hr": 0x80070057}):
        assert verdicts(write(tmp_path, ("status", {"ok": 1}), *put, {"of": 3, **came}))["cswinrt"]
    assert verdicts(write(tmp_path, ("status", {"ok": 1}), *put, {"of": 3, **OK}))["wrl"]
    handled = (*put[:2], {"leave": 4}, {"of": 3, "raised": "ValueError"})
    assert not any(verdicts(write(tmp_path, ("status", {"ok": 1}), *handled)).values())


def test_two_objects_are_judged_by_themselves(tmp_path: Path) -> None:
    """The one that is wrong is named."""
    lines = [
        HIDDEN,
        {"object": "a", "kind": "action"},
        {"object": "b", "kind": "action"},
        {"n": 1, "thread": "T", "object": "a", "call": ["status"]},
        {"n": 2, "thread": "U", "object": "b", "call": ["status"]},
        {"n": 3, "of": 1, "ok": 0},
        {"n": 4, "of": 2, "ok": 4},
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    text, code = trace_files([path])
    assert code == 1
    assert "object b, event 4: return of status: returns 4, no AsyncStatus" in text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"n": 1, "object": 9, "call": ["status"]}, 2),
        ({"n": 1, "object": 1, "call": ["jump"]}, 2),
        ({"n": 1, "of": 7, "ok": 0}, 2),
        ({"object": 2, "kind": "action"}, 3),
    ],
)
def test_a_line_that_is_no_event_is_named_and_an_empty_log_is_no_success(
    tmp_path: Path, line: dict[str, Any], code: int
) -> None:
    """Exit 2, with the number of the line; exit 3 where nothing happened."""
    path = tmp_path / "log.jsonl"
    lines = [HIDDEN, {"object": 1, "kind": "operation"}, line]
    path.write_text("".join(f"{json.dumps(one)}\n" for one in lines), encoding="utf-8")
    text, found = trace_files([path])
    assert found == code
    assert code == 3 or "line 3" in text


@pytest.mark.parametrize("bound", ["MOST_PLACES", "MOST_VISITED"])
def test_a_history_with_too_many_explanations_is_not_decided(
    bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it at one moment or in all; it is said, and is no success."""
    monkeypatch.setattr(linearizing, bound, 2)
    text, code = trace_files([write(tmp_path, ("status", {"ok": 0}))])
    assert code == 3
    assert "not decided: object 1 has more than 2 places" in text


def pending(calls: list[str], answers: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield events of calls that all begin before the first of them comes back."""
    yield from ({"call": [name]} for name in calls)
    yield from ({"of": number, **answers[name]} for number, name in enumerate(calls, 1))


@pytest.mark.parametrize("family", ["wrl", "ppl", "threadpool", "cppwinrt"])
def test_many_calls_at_once_have_few_explanations(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that can have no effect any more are taken as soon as they answer as they did."""
    monkeypatch.setattr(linearizing, "MOST_PLACES", 1_000)
    calls = ["status", "cancel", "error_code"] * 5
    answers: dict[str, dict[str, Any]] = {"status": {"ok": 2}, "cancel": OK, "error_code": {"ok": 0}}
    path = write(tmp_path, *pending(calls, answers))
    assert why_not(path, family) is None
    wrong = write(tmp_path, *pending(calls, {**answers, "status": {"ok": 7}}))
    assert why_not(wrong, family) is not None


def test_a_program_that_polls_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moment is worked out once, however often it comes."""
    searched: list[int] = []
    closure = linearizing.Search._closure

    def counted(search: linearizing.Search, *arguments: Any) -> Any:
        searched.append(1)
        return closure(search, *arguments)

    monkeypatch.setattr(linearizing.Search, "_closure", counted)
    polls = [("status", {"ok": 0})] * 1_000
    assert why_not(write(tmp_path, *polls, ("status", {"ok": 1}), ("get_results", {"ok": "v1"})), "wrl") is None
    assert len(searched) < 20


def test_what_was_possible_is_said_of_a_call_that_came_back_later(tmp_path: Path) -> None:
    """Though answers that did not come are not followed."""
    path = write(tmp_path, {"call": ["status"]}, {"call": ["id"]}, {"of": 2, "ok": 7}, {"of": 1, "ok": 4})
    text, code = trace_files([path], "wrl")
    assert code == 1
    assert "event 4: return of status: returns 4" in text
    assert "possible there: returns Canceled / returns Completed / returns Error / returns Started" in text


# -- logs of runs -----------------------------------------------------------------------------------


class LoggedRun(Run):
    """A run that writes what a recorder would notice: its handlers come and go, and call on their own thread."""

    lines: list[dict[str, Any]]

    def note(self, **event: Any) -> int:
        self.lines.append({"n": len(self.lines) + 1, **event})
        return len(self.lines)

    def run_handler(self, handler: Handler, told: dict[str, Any], events: list[Any]) -> Atoms[int | None]:  # noqa: ARG002
        entered = self.note(thread="any", object=1, enter=handler.label, **told)
        for step in handler.program:
            yield
            yield from self.call(step)
        yield
        self.note(leave=entered)
        return None

    def call(self, step: Step) -> Atoms[None]:
        """Take a step that a caller logs: the call, its atoms, and the return."""
        number = self.note(thread="any", object=1, call=list(step[:2]))
        yield
        prediction = yield from self.atoms(step)
        yield
        answer = {
            key: 1 if prediction[key] is Wild.ID else prediction[key] for key in ("ok", "hr") if key in prediction
        }
        self.note(of=number, **answer)


CALLERS: Final = (
    parse_word("status put_completed(h1{status get_results}) status cancel get_results close id"),
    parse_word("cancel status put_completed(h2) error_code close status get_completed"),
)
ENDS: Final = (("complete", 5), ("fail", 0x80070057), ("acknowledge_cancel",))


def logged(family: str, draw: random.Random) -> list[dict[str, Any]]:
    """Return the log of one run of two callers and a worker that is not seen, its threads in a drawn order."""
    run = LoggedRun(Product(FAMILIES[family], Kind.OPERATION), Configuration())
    run.lines = []
    threads = [_caller(run, draw.sample(word, 4)) for word in CALLERS]
    threads.append(_worker(run, draw.choice(ENDS)))
    while threads:
        thread = draw.choice(threads)
        if next(thread, True):
            threads.remove(thread)
    return run.lines


def _caller(run: LoggedRun, word: list[Step]) -> Atoms[None]:
    for step in word:
        yield from run.call(step)


def _worker(run: LoggedRun, step: Step) -> Atoms[None]:
    yield
    yield from run.atoms(step)


@pytest.mark.parametrize("family", ["reference", "wrl", "wrl-from-canceled", "cppwinrt", "cswinrt", "kotlin"])
def test_a_row_explains_every_log_of_its_own_runs(family: str, tmp_path: Path) -> None:
    """Whatever the order of its threads' atoms was, the search finds one."""
    draw = random.Random(family)
    path = tmp_path / "log.jsonl"
    for _ in range(8):
        lines = [{**HIDDEN, "profile": family}, {"object": 1, "kind": "operation"}, *logged(family, draw)]
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        assert why_not(path, family) is None, lines


def why_not(path: Path, family: str) -> object:
    """Return the first event of the one object of a log that a family does not explain, or None."""
    source = Source(path)
    _, lines = read(source)
    (history,) = histories(source, lines)
    return linearizing.Search(history, FAMILIES[family], hidden=True).first_impossible()
