"""Races on real threads of this process."""

import threading
from functools import partial

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import needs_of
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_conformance.targets.reference import start as start_reference
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

DONE = {"ok": None}


def test_each_thread_has_its_own_results() -> None:
    """In the order of the threads."""
    target = InProcess(start_reference, "reference")
    results = target.run(
        Kind.OPERATION, parse_word("complete(5) [get_results status | error_code | close close] close")
    )
    assert [len(thread) for thread in results[1]["threads"]] == [2, 1, 2]
    assert results[1]["threads"][2] == [DONE, DONE]
    assert results[2] == DONE


def test_events_belong_to_the_step_of_the_thread_that_called() -> None:
    """Whoever makes the handler due calls it, once."""
    target = InProcess(start_reference, "reference")
    word = parse_word("[put_completed(h1{status}) | complete(5)]")
    for results in target.run_many(Kind.OPERATION, [word] * 50):
        assert isinstance(results, list)
        (put,), (end,) = results[0]["threads"]
        (event,) = put.get("events", []) + end.get("events", [])
        assert event == {"handler": "h1", "sender": True, "status": 1, "results": [{"ok": 1}]}


def test_threads_run_at_the_same_time() -> None:
    """A barrier inside the subject lets all of them through."""
    barrier = threading.Barrier(3)

    def start(kind: Kind) -> Subject:
        return Subject(plain.start(kind).operation, complete=lambda _result: barrier.wait(30))

    word = parse_word("[complete(1) | complete(2) | complete(3)]")
    assert run_word(partial(start, Kind.ACTION), word, projects=False) == [{"ok": None, "threads": [[DONE]] * 3}]


def test_a_missing_lever_is_the_adapters_fault_on_any_thread() -> None:
    """As in a word without a race."""
    target = InProcess(lambda kind: Subject(plain.start(kind).operation, complete=lambda _result: None), "subject")
    with pytest.raises(HarnessFault, match="has no fail"):
        target.run(Kind.ACTION, parse_word("[cancel | fail(0x80004005)]"))


def test_a_race_needs_threads_and_what_its_steps_need() -> None:
    """But its steps are not inside a handler."""
    assert needs_of(parse_word("[cancel | complete(5)]")) == {"threads"}
    assert needs_of(parse_word("[acknowledge_cancel | put_completed(h1{status})]")) == {
        "threads",
        "acknowledge_cancel",
        "reentrancy",
    }
