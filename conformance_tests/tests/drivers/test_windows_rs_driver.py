"""What the objects of windows-rs answer, word by word."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from iasyncinfo_conformance.drivers import windows_rs as drivers
from iasyncinfo_conformance.target import Result, Target, Trouble
from iasyncinfo_spec import hresults as hr
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

Load = Callable[[str], Target]
OK: Result = {"ok": None}
TWICE = {"hr": hr.E_ILLEGAL_DELEGATE_ASSIGNMENT & 0xFFFFFFFF}
NULL = {"hr": hr.E_POINTER & 0xFFFFFFFF}
WITH_PROGRESS = (Kind.ACTION_WITH_PROGRESS, Kind.OPERATION_WITH_PROGRESS)
PATIENCE = 60.0
"""Seconds until a driver that does not answer is killed: it only turns a hang into a failure."""


@pytest.fixture(scope="module", params=drivers.VERSIONS)
def spawned(request: pytest.FixtureRequest, windows_rs: Load) -> Target:
    """Objects of spawn, in one of the versions."""
    return windows_rs(f"windows-rs@{request.param}")


@pytest.fixture(scope="module")
def newest(windows_rs: Load) -> Target:
    """Objects of spawn, in the newest version."""
    return windows_rs("windows-rs")


@pytest.fixture(scope="module")
def ready(windows_rs: Load) -> Target:
    """Objects of ready, in the newest version."""
    return windows_rs("windows-rs-ready")


def last(target: Target, text: str, kind: Kind = Kind.OPERATION) -> Result:
    """What the last step of a word answers."""
    return target.run(kind, parse_word(text))[-1]


def told(status: int, *results: Result) -> Result:
    """A step during which the Completed handler ran, and what its program answered."""
    event = {"handler": "h1", "sender": True, "status": status}
    return {"ok": None, "events": [{**event, "results": list(results)} if results else event]}


def test_it_declares_what_the_crate_has(spawned: Target) -> None:
    """No lever of a cancel and none of progress, which the crate's workers do not have."""
    assert spawned.kinds == tuple(Kind)
    assert spawned.values == ("int", "string")
    levers = frozenset({"fail", "reentrancy", "raise", "threads", "release", "alive"})
    assert {spawned.supports(kind) for kind in Kind} == {levers}


@pytest.mark.parametrize("version", drivers.VERSIONS)
def test_the_version_is_that_which_was_built(windows_rs: Load, version: str) -> None:
    """It comes from the lock file that cargo held to."""
    target = windows_rs(f"windows-rs@{version}")
    assert getattr(target, "about", None) == f"windows-future, spawn {version}"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("way", "status"), [("complete(5)", 1), ("fail(0x80070005)", 3)])
def test_the_handler_is_told_how_the_worker_ended(spawned: Target, kind: Kind, way: str, status: int) -> None:
    """Once, whether it was there before or comes late."""
    assert last(spawned, f"put_completed(h1) {way}", kind) == told(status)
    assert last(spawned, f"{way} put_completed(h1)", kind) == told(status)
    assert last(spawned, f"{way} put_completed(h1) put_completed(h2)", kind) == TWICE


def test_results_are_integers_or_strings(newest: Target) -> None:
    """Handed out again and again; the first that a word names decides of which type the object is."""
    assert last(newest, "complete(9007199254740993) get_results get_results") == {"ok": 9007199254740993}
    text = 'a"\\\u00e9\U0001f600\n'
    word = f"complete({json.dumps(text)}) get_results get_results"
    assert last(newest, word) == {"ok": text}
    assert last(newest, word, Kind.OPERATION_WITH_PROGRESS) == {"ok": text}
    assert last(newest, "complete(5) get_results", Kind.ACTION) == OK


def test_a_handler_runs_steps_of_its_own(spawned: Target) -> None:
    """The new status and the result are there; a getter of handlers answers null; a second handler is refused."""
    found = last(spawned, "put_completed(h1{status get_results get_completed put_completed(h2)}) complete(5)")
    assert found == told(1, {"ok": 1}, {"ok": 5}, OK, TWICE)


def test_a_handler_that_fails_changes_nothing(spawned: Target) -> None:
    """Neither for the worker nor for whoever puts it late."""
    assert last(spawned, "put_completed(h1{status raise(0x80004005)}) complete(5)") == told(1, {"ok": 1})
    assert last(spawned, "complete(5) put_completed(h1{status raise(0x80004005)})") == told(1, {"ok": 1})


def test_a_null_that_is_refused_uses_the_slot_up(spawned: Target) -> None:
    """Before the end and after it."""
    for way in ("", "complete(5) "):
        assert spawned.run(Kind.OPERATION, parse_word(f"{way}put_completed(null) put_completed(h1)"))[-2:] == [
            NULL,
            TWICE,
        ]


def test_cancel_and_close_do_nothing(spawned: Target) -> None:
    """At any time."""
    word = parse_word("cancel close status put_completed(h1) complete(5) cancel close status get_results")
    found = spawned.run(Kind.OPERATION, word)
    assert found == [OK, OK, {"ok": 0}, OK, told(1), OK, OK, {"ok": 1}, {"ok": 5}]


@pytest.mark.parametrize("kind", Kind)
def test_an_operation_that_its_caller_drops_ends_all_the_same(spawned: Target, kind: Kind) -> None:
    """The pool holds it until then; the sender is the operation itself."""
    assert last(spawned, "put_completed(h1) release complete(5)", kind) == told(1)


def test_a_handler_that_was_called_is_let_go(spawned: Target) -> None:
    """As is one that was refused, and one of Progress."""
    assert last(spawned, "put_completed(h1) alive(h1)") == {"ok": True}
    assert last(spawned, "put_completed(h1) complete(5) alive(h1)") == {"ok": False}
    assert last(spawned, "put_completed(h1) put_completed(h2) alive(h2)") == {"ok": False}
    assert last(spawned, "put_progress(p1) alive(p1)", Kind.ACTION_WITH_PROGRESS) == {"ok": False}


@pytest.mark.parametrize("kind", WITH_PROGRESS)
def test_a_progress_handler_is_forgotten(spawned: Target, kind: Kind) -> None:
    """It is accepted, and the getter answers null."""
    assert spawned.run(kind, parse_word("put_progress(p1) get_progress put_progress(null)")) == [OK, OK, OK]


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("cancel acknowledge_cancel", Kind.ACTION, "never hears of a cancel"),
        ("cancel_notifications", Kind.ACTION, "never hears of a cancel"),
        ("report_progress(1)", Kind.ACTION_WITH_PROGRESS, "nothing to report progress with"),
        ("put_progress(p1)", Kind.ACTION, "action has no progress"),
        ("put_completed(h1{get_progress})", Kind.OPERATION, "operation has no progress"),
    ],
)
def test_what_the_crate_has_not_is_skipped(newest: Target, text: str, kind: Kind, why: str) -> None:
    """With the reason; nothing of the word is run."""
    with pytest.raises(Trouble, match=why) as caught:
        newest.run(kind, parse_word(text))
    assert caught.value.what == "skipped"


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([["sleep"]], "unknown step sleep"),
        ([["put_completed", "h1", [["sleep"]]]], "unknown step sleep"),
        ([["raise", 1]], "unknown step raise"),
        ([["cancel", 1]], "wrong number of arguments to step cancel"),
        ([["put_completed", 1]], "a handler is neither a label nor null"),
        ([["put_completed", "h1", "status"]], "a handler's program is no list of steps"),
        ([["fail", "E_FAIL"]], "an HRESULT is no integer"),
        ([["complete"]], "complete without a result"),
        ([["complete", True]], "a result is neither an integer nor a string"),
        ([["put_completed", "h1", [["complete", "a"]]], ["complete", 1]], "a result is no string"),
        ([["release"], ["status"]], "the object has been released"),
        ([["put_completed", "h1", [["release"]]]], "an object is released by the word itself"),
        ([["complete", 1], ["complete", 1]], "the worker has already ended"),
        ([["put_completed", "h1", [["fail", 1]]], ["complete", 1]], "the worker has already ended"),
        ([["race", [["id"]]]], "a race has two to 8 threads, and not 1"),
        ([["race", [["id"]], []]], "a thread of a race is no list of one step or more"),
        ([["put_completed", "h1", [["race", [["id"]], [["id"]]]]]], "a race is a step of the word itself"),
        ([["race", [["complete", 1]], [["complete", 2]]]], "the worker has already ended"),
        ([["race", [["complete", True]], [["id"]]]], "a result is neither an integer nor a string"),
    ],
    ids=str,
)
def test_a_word_that_cannot_be_run_is_errored(newest: Target, steps: list[Any], why: str) -> None:
    """The fault is named, wherever it was met, and the driver goes on."""
    with pytest.raises(Trouble) as caught:
        newest.run(Kind.OPERATION, steps)
    assert caught.value.what == "errored"
    assert caught.value.why.startswith(why)
    assert last(newest, "id") == {"ok": 1}


def test_an_object_that_is_ready_had_ended_before(ready: Target) -> None:
    """The end with which a word begins is given, not taken."""
    assert {kind: word[0][0] for kind, word in ready.born.items()} == {
        Kind.ACTION: "complete",
        Kind.ACTION_WITH_PROGRESS: "fail",
        Kind.OPERATION: "complete",
        Kind.OPERATION_WITH_PROGRESS: "fail",
    }
    assert last(ready, 'complete("text") status get_results') == {"ok": "text"}
    assert last(ready, "fail(0x80070005) put_completed(h1{error_code})") == told(3, {"ok": 0x80070005})
    assert ready.run(Kind.ACTION, parse_word("complete(5) put_completed(null) put_completed(h1)"))[1:] == [NULL, TWICE]


def test_a_worker_may_race(newest: Target) -> None:
    """Whoever calls the handler, it is called once, and its thread has the event."""
    word = parse_word("[complete(5) | put_completed(h1{status})] status")
    for race, status in newest.run_many(Kind.OPERATION, [word] * 200):  # type: ignore[misc]
        events = [step.get("events") for thread in race["threads"] for step in thread if "events" in step]
        assert events == [told(1, {"ok": 1})["events"]]
        assert status == {"ok": 1}


@pytest.mark.parametrize(
    "line", ["{", '{"cmd":"start","version":2}', '{"cmd":"sleep"}', '{"cmd":"run","seq":1}', "[1]x"]
)
def test_a_line_that_is_no_command_ends_the_driver(newest: Target, line: str) -> None:
    """With the reason on standard error; what came before is answered."""
    assert newest.kinds
    done = subprocess.run(
        drivers.command(drivers.NEWEST),
        input='{"cmd":"run","seq":1,"kind":"action","steps":[["id"]]}\n' + line + "\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"seq": 1, "results": [{"ok": 1}]}
    assert json.loads(done.stderr)["errored"]
