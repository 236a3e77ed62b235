"""What Microsoft's C++/WinRT coroutines answer, word by word."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from iasyncinfo_conformance.drivers import cppwinrt
from iasyncinfo_spec import hresults as hr

STARTED, COMPLETED, CANCELED, ERROR = range(4)
KINDS = ["action", "action_with_progress", "operation", "operation_with_progress"]
WITH_PROGRESS = ["action_with_progress", "operation_with_progress"]
PATIENCE = 60
"""Seconds until a driver that does not answer is killed: it only turns a hang into a failure."""

Step = list[Any]


class Peer:
    """A driver's process and the two ends of its pipe."""

    def __init__(self, argv: list[str]) -> None:
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.ready = self.ask({"cmd": "start", "version": 1})

    def ask(self, *messages: dict[str, Any]) -> Any:
        """Send all messages ahead and return the answer to the last."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        guard = threading.Timer(PATIENCE, self.process.kill)
        guard.start()
        try:
            self.process.stdin.write("".join(json.dumps(message) + "\n" for message in messages))
            self.process.stdin.flush()
            answers = [self.process.stdout.readline() for _ in messages]
        finally:
            guard.cancel()
        return json.loads(answers[-1])

    def answer(self, kind: str, *steps: object) -> Any:
        """Return the whole answer to one run."""
        return self.ask({"cmd": "run", "seq": 1, "kind": kind, "steps": steps})

    def results(self, kind: str, *steps: object) -> list[dict[str, Any]]:
        """Return the results of one run's steps."""
        answer = self.answer(kind, *steps)
        assert answer.keys() == {"seq", "results"}, answer
        results: list[dict[str, Any]] = answer["results"]
        assert len(results) == len(steps)
        return results

    def last(self, kind: str, *steps: object) -> dict[str, Any]:
        """Return the result of one run's last step."""
        return self.results(kind, *steps)[-1]

    def stop(self) -> int:
        """End the process as its peer does at the end, and return its exit code."""
        self.process.communicate(json.dumps({"cmd": "stop"}) + "\n", timeout=PATIENCE)
        return self.process.returncode


def built(version: str, cooperative: bool = False) -> list[str]:
    """The driver's command line; skips, though not in CI, where the machine cannot build it."""
    try:
        return cppwinrt.command(version, cooperative)
    except cppwinrt.MachineLacks as fault:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(fault))


@pytest.fixture(scope="module", params=list(cppwinrt.VERSIONS))
def version(request: pytest.FixtureRequest) -> str:
    """One of the versions of C++/WinRT."""
    return str(request.param)


@pytest.fixture(scope="module")
def peer(version: str) -> Iterator[Peer]:
    """A driver whose worker leaves a cancel pending."""
    peer = Peer(built(version))
    yield peer
    assert peer.stop() == 0


@pytest.fixture(scope="module")
def cooperative(version: str) -> Iterator[Peer]:
    """A driver whose worker ends inside Cancel."""
    peer = Peer(built(version, cooperative=True))
    yield peer
    assert peer.stop() == 0


def ok(value: Any = None) -> dict[str, Any]:
    """A step that succeeded and ran no handler."""
    return {"ok": value}


def refused(code: int) -> dict[str, Any]:
    """A step that failed with this code and ran no handler."""
    return {"hr": code}


def told(status: int, *results: dict[str, Any], label: str = "h1") -> dict[str, Any]:
    """A step during which the Completed handler ran, and what its program answered."""
    event = {"handler": label, "sender": True, "status": status}
    return {"ok": None, "events": [{**event, "results": list(results)} if results else event]}


# ---- the wire


def test_ready_names_the_version_of_the_headers(peer: Peer, version: str) -> None:
    """The version comes from CPPWINRT_VERSION, so it is that of the headers which were compiled."""
    assert peer.ready["ready"] is True
    assert peer.ready["name"] == "C++/WinRT"
    assert peer.ready["version"] == cppwinrt.VERSIONS[version].version
    assert peer.ready["language"] == "C++"
    assert peer.ready["kinds"] == KINDS
    assert peer.ready["values"] == ["int", "string"]


def test_a_worker_that_leaves_cancel_pending_can_acknowledge(peer: Peer) -> None:
    """The plain driver declares acknowledge_cancel and not cancel_ends_work."""
    assert set(peer.ready["supports"]) == {
        *("fail", "acknowledge_cancel", "report_progress", "cancel_notifications", "reentrancy", "raise", "threads")
    }


def test_a_worker_that_ends_inside_cancel_cannot_acknowledge(cooperative: Peer) -> None:
    """The cooperative driver declares cancel_ends_work and not acknowledge_cancel."""
    assert set(cooperative.ready["supports"]) == {
        *("fail", "cancel_ends_work", "report_progress", "cancel_notifications", "reentrancy", "raise", "threads")
    }


def test_runs_sent_ahead_are_answered_in_order(peer: Peer) -> None:
    """A batch that fills no pipe is answered completely, each run under its own number."""
    words = [
        {"cmd": "run", "seq": seq, "kind": "operation", "steps": [["complete", seq], ["get_results"]]}
        for seq in range(200)
    ]
    assert peer.ask(*words) == {"seq": 199, "results": [ok(), ok(199)]}


@pytest.mark.parametrize("step", [["put_progress", "p1"], ["get_progress"], ["report_progress", 1]])
def test_progress_on_a_kind_without_is_skipped(peer: Peer, step: Step) -> None:
    """Nothing of the word is run."""
    assert peer.answer("action", ["id"], step) == {"seq": 1, "skipped": "action has no progress"}


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([["sleep"]], "unknown step sleep"),
        ([["put_completed", "h1", [["sleep"]]]], "unknown step sleep"),
        ([["raise", hr.E_FAIL]], "unknown step raise"),
        ([["cancel", 1]], "wrong number of arguments to step cancel"),
        ([["put_completed", 1]], "a handler is neither a label nor null"),
        ([["put_completed", "h1", "status"]], "a handler's program is no list of steps"),
        ([["fail", "E_FAIL"]], "an HRESULT is no integer"),
        ([["complete"]], "complete without a result"),
        ([["complete", True]], "a result is neither an integer nor a string"),
        ([["complete", 1], ["complete", 1]], "the worker has already ended"),
        ([["put_completed", "h1", [["fail", hr.E_FAIL]]], ["complete", 1]], "the worker has already ended"),
        (["cancel"], "a step is no list that begins with its name"),
    ],
)
def test_a_word_that_cannot_be_run_is_errored(peer: Peer, steps: list[Step], why: str) -> None:
    """The fault is named, also where it was met inside a handler."""
    assert peer.answer("operation", *steps) == {"seq": 1, "errored": why}


def test_a_handler_that_reports_progress_to_itself_is_errored(peer: Peer) -> None:
    """Endless recursion ends the word and not the driver."""
    word = [["put_progress", "p1", [["report_progress", 1]]], ["report_progress", 1]]
    assert peer.answer("action_with_progress", *word) == {"seq": 1, "errored": "handlers nest without end"}
    assert peer.last("action", ["id"]) == ok(1)


def test_an_unknown_kind_is_errored(peer: Peer) -> None:
    """The four kinds are the only ones."""
    assert peer.answer("future") == {"seq": 1, "errored": "unknown kind future"}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "cancel",
        "[",
        '{"cmd":"run"}',
        '{"cmd":"jump"}',
        '{"cmd":"start","version":2}',
        '{"cmd":"stop"} x',
        '"\\q"',
        "nan",
    ],
)
def test_a_malformed_line_ends_the_driver(version: str, line: str) -> None:
    """Earlier answers have been written; the reason is one JSON line on stderr."""
    word = json.dumps({"cmd": "run", "seq": 3, "kind": "action", "steps": [["id"]]})
    ended = subprocess.run(
        built(version), input=f"{word}\n{line}\n", capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert json.loads(ended.stdout) == {"seq": 3, "results": [ok(1)]}
    assert json.loads(ended.stderr).keys() == {"errored"}
    assert ended.returncode == 1


def test_the_end_of_input_ends_the_driver(version: str) -> None:
    """It is as good as a stop."""
    ended = subprocess.run(
        built(version), input="", capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_message_that_is_cut_off_ends_the_driver(version: str) -> None:
    """It is malformed like any other, although no line end follows."""
    ended = subprocess.run(
        built(version), input='{"cmd":"st', capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert json.loads(ended.stderr).keys() == {"errored"}


# ---- the object, from start to end


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_object_is_started(peer: Peer, kind: str) -> None:
    """Its Id is 1, and nothing has failed."""
    assert peer.results(kind, ["id"], ["status"], ["error_code"]) == [ok(1), ok(STARTED), ok(hr.S_OK)]


@pytest.mark.parametrize("kind", KINDS)
def test_completion_tells_the_handler_once(peer: Peer, kind: str) -> None:
    """The handler is told Completed, with the object itself as the sender, before complete has returned."""
    word = [["put_completed", "h1"], ["complete", 5], ["status"], ["error_code"], ["cancel"], ["close"], ["status"]]
    assert peer.results(kind, *word) == [ok(), told(COMPLETED), ok(1), ok(0), ok(), ok(), ok(1)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("end", "status"),
    [
        (["complete", 5], COMPLETED),
        (["acknowledge_cancel"], CANCELED),
        (["fail", hr.E_FAIL], ERROR),
        (["cancel"], CANCELED),
    ],
)
def test_a_late_handler_runs_inside_put(peer: Peer, kind: str, end: Step, status: int) -> None:
    """So it does too while a cancel is pending, though the worker has not ended."""
    assert peer.results(kind, end, ["put_completed", "h1"], ["get_completed"])[1:] == [told(status), ok()]


@pytest.mark.parametrize("first", ["h1", None])
@pytest.mark.parametrize("end", [["status"], ["complete", 5], ["cancel"], ["fail", hr.E_FAIL], ["close"]])
def test_a_second_put_is_refused(peer: Peer, first: str | None, end: Step) -> None:
    """In every state, and also where null was put first."""
    word = [["put_completed", first], end, ["put_completed", "h2"], ["put_completed", None]]
    assert peer.results("operation", *word)[2:] == [refused(hr.E_ILLEGAL_DELEGATE_ASSIGNMENT)] * 2


def test_the_getter_returns_the_handler_that_was_put(peer: Peer) -> None:
    """Null before, null once it has been told, and null inside the handler too."""
    word = [
        ["get_completed"],
        ["put_completed", "h1", [["get_completed"]]],
        ["get_completed"],
        ["complete", 5],
        ["get_completed"],
    ]
    assert peer.results("operation", *word) == [ok(), ok(), ok("h1"), told(COMPLETED, ok()), ok()]


@pytest.mark.parametrize("kind", KINDS)
def test_close_does_nothing(peer: Peer, kind: str) -> None:
    """Started it is not refused, and afterwards the object answers as before."""
    word = [
        ["close"],
        ["status"],
        ["put_completed", "h1"],
        ["complete", 5],
        ["close"],
        ["id"],
        ["status"],
        ["error_code"],
    ]
    assert peer.results(kind, *word) == [ok(), ok(0), ok(), told(COMPLETED), ok(), ok(1), ok(1), ok(0)]


# ---- results


@pytest.mark.parametrize("kind", ["operation", "operation_with_progress"])
@pytest.mark.parametrize(
    "value", [0, -1, 2**63 - 1, -(2**63), "", "text", 'q"\\\n\x00', "h\u00e9llo \U0001f600", "\ud800"]
)
def test_the_result_comes_back(peer: Peer, kind: str, value: int | str) -> None:
    """The type of the result is that of the word's first one."""
    assert peer.last(kind, ["complete", value], ["get_results"]) == ok(value)


def test_the_type_of_a_result_is_found_inside_a_handler(peer: Peer) -> None:
    """A word whose only complete stands in a program gets an object of that type."""
    word = [["put_progress", "p1", [["complete", "x"]]], ["report_progress", 1], ["get_results"]]
    assert peer.last("operation_with_progress", *word) == ok("x")


def test_the_second_get_results_finds_the_string_moved_out(peer: Peer) -> None:
    """An operation without progress moves its result; an integer survives that."""
    assert peer.results("operation", ["complete", "x"], ["get_results"], ["get_results"])[1:] == [ok("x"), ok("")]
    assert peer.results("operation", ["complete", 5], ["get_results"], ["get_results"])[1:] == [ok(5), ok(5)]


def test_with_progress_the_result_is_copied(peer: Peer) -> None:
    """It can be had any number of times."""
    word = [["complete", "x"], ["get_results"], ["get_results"]]
    assert peer.results("operation_with_progress", *word)[1:] == [ok("x"), ok("x")]


@pytest.mark.parametrize("kind", ["action", "operation"])
def test_get_results_before_the_end_is_refused(peer: Peer, kind: str) -> None:
    """Without progress there are no partial results."""
    assert peer.last(kind, ["get_results"]) == refused(hr.E_ILLEGAL_METHOD_CALL)


def test_with_progress_get_results_before_the_end_is_empty(peer: Peer) -> None:
    """The partial result is the empty value of its type."""
    assert peer.last("action_with_progress", ["get_results"]) == ok()
    assert peer.results("operation_with_progress", ["get_results"], ["complete", 5])[0] == ok(0)
    assert peer.results("operation_with_progress", ["get_results"], ["complete", "x"])[0] == ok("")


@pytest.mark.parametrize("kind", KINDS)
def test_failure_is_what_get_results_and_error_code_answer(peer: Peer, kind: str) -> None:
    """An unsigned code, although C++/WinRT holds it signed."""
    word = [["put_completed", "h1"], ["fail", hr.E_FAIL], ["status"], ["error_code"], ["get_results"]]
    assert peer.results(kind, *word) == [ok(), told(ERROR), ok(ERROR), ok(hr.E_FAIL), refused(hr.E_FAIL)]


@pytest.mark.parametrize("code", [hr.E_INVALIDARG, hr.E_ACCESSDENIED, 0x8007000E, 0x8000000B, hr.E_ABORT])
def test_every_class_of_exception_keeps_its_code(peer: Peer, code: int) -> None:
    """throw_hresult picks a class for some codes, among them std::bad_alloc, which is no hresult_error."""
    assert peer.results("action", ["fail", code], ["status"], ["error_code"])[1:] == [ok(ERROR), ok(code)]


def test_failing_as_canceled_ends_canceled(peer: Peer) -> None:
    """ERROR_CANCELLED is thrown as hresult_canceled, which is how a worker ends canceled."""
    assert peer.results("action", ["fail", hr.ERROR_CANCELLED], ["status"])[1] == ok(CANCELED)


# ---- cancel


@pytest.mark.parametrize("kind", KINDS)
def test_a_pending_cancel_is_visible_and_tells_nobody(peer: Peer, kind: str) -> None:
    """Status, ErrorCode and GetResults say canceled; the handler waits for the worker."""
    word = [["put_completed", "h1"], ["cancel"], ["status"], ["error_code"], ["get_results"], ["get_completed"]]
    assert peer.results(kind, *word)[1:] == [
        *(ok(), ok(CANCELED), ok(hr.ERROR_CANCELLED), refused(hr.ERROR_CANCELLED), ok("h1"))
    ]


@pytest.mark.parametrize(
    ("end", "status", "code"),
    [
        (["acknowledge_cancel"], CANCELED, hr.ERROR_CANCELLED),
        (["complete", 5], CANCELED, hr.ERROR_CANCELLED),
        (["fail", hr.E_FAIL], ERROR, hr.E_FAIL),
    ],
)
def test_the_end_after_cancel(peer: Peer, end: Step, status: int, code: int) -> None:
    """Completion stays Canceled, failure becomes Error."""
    word = [["put_completed", "h1"], ["cancel"], end, ["status"], ["error_code"], ["get_results"]]
    assert peer.results("operation", *word)[2:] == [told(status), ok(status), ok(code), refused(code)]


def test_a_handler_told_canceled_too_early_may_see_error_later(peer: Peer) -> None:
    """Put while the cancel is pending it is told Canceled, and the worker's failure then changes Status."""
    word = [["cancel"], ["put_completed", "h1"], ["fail", hr.E_FAIL], ["status"]]
    assert peer.results("action", *word) == [ok(), told(CANCELED), ok(), ok(ERROR)]


def test_the_worker_is_notified_of_one_cancel(peer: Peer) -> None:
    """Of the first, and of none after the end."""
    count = ["cancel_notifications"]
    assert peer.results("action", count, ["cancel"], count, ["cancel"], count)[::2] == [ok(0), ok(1), ok(1)]
    assert peer.last("action", ["complete"], ["cancel"], count) == ok(0)


def test_a_worker_may_end_canceled_without_a_cancel(peer: Peer) -> None:
    """Throwing hresult_canceled is enough."""
    word = [["put_completed", "h1"], ["acknowledge_cancel"], ["status"], ["error_code"]]
    assert peer.results("action", *word)[1:] == [told(CANCELED), ok(CANCELED), ok(hr.ERROR_CANCELLED)]


# ---- progress


def progress(value: Any, *results: dict[str, Any], label: str = "p1") -> dict[str, Any]:
    """A step during which the Progress handler ran, and what its program answered."""
    event = {"handler": label, "sender": True, "value": value}
    return {"ok": None, "events": [{**event, "results": list(results)} if results else event]}


@pytest.mark.parametrize("kind", WITH_PROGRESS)
@pytest.mark.parametrize("value", [0, 1, -7, 0.5, 1e300, 2**40, "half"])
def test_a_progress_value_comes_back(peer: Peer, kind: str, value: Any) -> None:
    """Whole numbers come back whole."""
    results = peer.results(kind, ["report_progress", value], ["put_progress", "p1"], ["report_progress", value])
    assert [results[0], results[2]] == [ok(), progress(value)]
    assert type(results[2]["events"][0]["value"]) is type(value)


def test_progress_handlers_replace_each_other(peer: Peer) -> None:
    """Any number of times, with null between, and the getter tells two of them apart."""
    word = [["put_progress", "p1"], ["put_progress", "p2"], ["get_progress"], ["report_progress", 1]]
    word += [["put_progress", "p1"], ["get_progress"], ["put_progress", None], ["get_progress"], ["report_progress", 2]]
    results = peer.results("action_with_progress", *word)
    assert results == [ok(), ok(), ok("p2"), progress(1, label="p2"), ok(), ok("p1"), ok(), ok(), ok()]


@pytest.mark.parametrize("kind", WITH_PROGRESS)
@pytest.mark.parametrize("end", [["status"], ["cancel"], ["complete", 5], ["fail", hr.E_FAIL], ["close"]])
def test_progress_is_delivered_in_every_state(peer: Peer, kind: str, end: Step) -> None:
    """A progress token that outlives the worker still delivers."""
    assert peer.last(kind, ["put_progress", "p1"], end, ["report_progress", 1]) == progress(1)


@pytest.mark.parametrize("end", [["acknowledge_cancel"], ["complete", 5]])
def test_progress_while_a_cancel_is_pending_leaves_the_worker_waiting(peer: Peer, end: Step) -> None:
    """It ends afterwards as it would have."""
    word = [["put_progress", "p1"], ["cancel"], ["report_progress", 1], ["report_progress", 2], end, ["status"]]
    assert peer.results("operation_with_progress", *word)[2:] == [progress(1), progress(2), ok(), ok(CANCELED)]


# ---- handlers that act


def test_a_handler_of_progress_may_complete_the_worker(peer: Peer) -> None:
    """The Completed handler runs inside it, so its event belongs to the nested step."""
    word = [
        ["put_completed", "h1", [["get_results"]]],
        ["put_progress", "p1", [["complete", 5], ["status"]]],
        ["report_progress", 1],
    ]
    assert peer.last("operation_with_progress", *word) == progress(1, told(COMPLETED, ok(5)), ok(1))


def test_a_handler_may_use_every_member(peer: Peer) -> None:
    """No lock is held while a handler runs."""
    program = [["status"], ["error_code"], ["id"], ["cancel"], ["close"], ["put_completed", "h2"], ["get_results"]]
    answers = [ok(1), ok(0), ok(1), ok(), ok(), refused(hr.E_ILLEGAL_DELEGATE_ASSIGNMENT), ok(5)]
    assert peer.last("operation", ["put_completed", "h1", program], ["complete", 5]) == told(COMPLETED, *answers)
    assert peer.last("operation", ["complete", 5], ["put_completed", "h1", program]) == told(COMPLETED, *answers)


def test_a_late_handler_may_end_the_worker(peer: Peer) -> None:
    """Told Canceled inside put, it lets the worker fail: the handler is not told a second time."""
    word = [["cancel"], ["put_completed", "h1", [["fail", hr.E_FAIL], ["status"]]], ["status"]]
    assert peer.results("action", *word)[1:] == [told(CANCELED, ok(), ok(ERROR)), ok(ERROR)]


@pytest.mark.parametrize("code", [hr.E_FAIL, 0x8007000E, *hr.DISCONNECTED])
def test_what_a_handler_raises_is_swallowed(peer: Peer, code: int) -> None:
    """By completion, by a late put and by progress alike; its program ends there and answers no more."""
    program = [["status"], ["raise", code], ["id"]]
    for word in ([["put_completed", "h1", program], ["complete"]], [["complete"], ["put_completed", "h1", program]]):
        assert peer.results("action", *word, ["status"])[1:] == [told(COMPLETED, ok(1)), ok(COMPLETED)]
    word = [["put_progress", "p1", program], ["report_progress", 1], ["report_progress", 2], ["status"]]
    assert peer.results("action_with_progress", *word)[1:] == [progress(1, ok(0)), progress(2, ok(0)), ok(STARTED)]


def test_an_empty_program_answers_an_empty_list(peer: Peer) -> None:
    """Results are there where a program was given, and only there."""
    results = peer.results("action", ["put_completed", "h1", []], ["complete"])
    assert results[1]["events"] == [{"handler": "h1", "sender": True, "status": COMPLETED, "results": []}]


def test_an_unfinished_run_leaves_nothing_behind(peer: Peer) -> None:
    """Its coroutine is ended after the last answer, and its handlers' programs are not run for that."""
    for kind in KINDS:
        assert peer.results(kind, ["put_completed", "h1", [["cancel"], ["complete", 1]]], ["id"]) == [ok(), ok(1)]
    assert peer.last("action", ["status"]) == ok(STARTED)


# ---- a worker that ends inside Cancel


@pytest.mark.parametrize("kind", KINDS)
def test_a_cooperative_worker_ends_inside_cancel(cooperative: Peer, kind: str) -> None:
    """The handler has been told when cancel is answered."""
    word = [
        ["put_completed", "h1", [["cancel"], ["cancel_notifications"]]],
        ["cancel"],
        ["status"],
        ["error_code"],
        ["cancel"],
    ]
    assert cooperative.results(kind, *word)[1:] == [
        *(told(CANCELED, ok(), ok(1)), ok(CANCELED), ok(hr.ERROR_CANCELLED), ok())
    ]


def test_a_cooperative_worker_may_still_end_otherwise(cooperative: Peer) -> None:
    """Completing and failing are untouched, and a cancel afterwards finds nobody."""
    word = [["put_completed", "h1"], ["complete", 5], ["cancel"], ["status"], ["get_results"]]
    assert cooperative.results("operation", *word)[1:] == [told(COMPLETED), ok(), ok(COMPLETED), ok(5)]
    assert cooperative.last("action", ["fail", hr.E_FAIL], ["cancel"], ["status"]) == ok(ERROR)


def test_a_cooperative_worker_is_ended_by_a_cancel_from_its_progress(cooperative: Peer) -> None:
    """The whole end runs inside the handler."""
    word = [["put_completed", "h1"], ["put_progress", "p1", [["cancel"], ["status"]]], ["report_progress", 1]]
    assert cooperative.last("action_with_progress", *word) == progress(1, told(CANCELED), ok(CANCELED))
