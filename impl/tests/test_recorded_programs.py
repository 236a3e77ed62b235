"""Recorded programs over the reference implementation do what they did, and their logs are behaviours of its row."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import iasyncinfo
from iasyncinfo import (
    AsyncOperation,
    AsyncOperationWithProgress,
    IllegalDelegateAssignment,
    OperationCanceled,
    OperationFailed,
    OperationProducer,
)
from iasyncinfo_spec.trace import trace_files

E_INVALIDARG = 0x80070057


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The path of a log, which is judged when the test is over."""
    path = tmp_path / "log.jsonl"
    yield path
    text, code = trace_files([path], "reference")
    assert code == 0, text


def recorded(log: Path) -> tuple[AsyncOperation[str], OperationProducer[str]]:
    """Return a running operation whose caller's side is recorded."""
    operation, producer = AsyncOperation[str].create()
    return iasyncinfo.recording(operation, log), producer


def calls(log: Path) -> list[str]:
    """Return the members of a log's calls."""
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    return [line["call"][0] for line in lines if "call" in line]


def test_an_awaited_operation_gives_its_result(log: Path) -> None:
    """Of the wait the log has what it may have called; the members afterwards are in it as always."""

    async def program() -> tuple[str, str, int]:
        operation, producer = recorded(log)
        threading.Timer(0.001, producer.complete, ["done"]).start()
        return await operation, operation.get_results(), operation.status

    assert asyncio.run(program()) == ("done", "done", 1)
    assert calls(log) == ["put_completed", "get_results", "get_results", "status"]


def test_awaiting_what_failed_or_was_canceled_raises_what_it_did(log: Path) -> None:
    """The very classes of the implementation."""

    async def program() -> None:
        operation, producer = recorded(log)
        producer.fail(E_INVALIDARG)
        with pytest.raises(OperationFailed):
            await operation
        operation, producer = recorded(log)
        operation.cancel()
        producer.acknowledge_cancel()
        with pytest.raises(OperationCanceled):
            await operation

    asyncio.run(program())


def test_canceling_a_task_is_a_cancel_that_may_have_been_made(log: Path) -> None:
    """It is in the log before the operation hears of it."""

    async def program() -> int:
        operation, producer = recorded(log)
        producer.on_cancel(producer.acknowledge_cancel)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(operation, 0.001)
        return operation.status

    assert asyncio.run(program()) == 2
    assert calls(log) == ["put_completed", "get_results", "cancel", "status"]


def test_a_program_that_polls_does_not_fill_its_log(log: Path) -> None:
    """The calls that its waits may have made are there once, though the second wait finds the slot taken."""
    operation, producer = recorded(log)
    assert operation.wait(0) == 0
    for _ in range(30):
        with pytest.raises(IllegalDelegateAssignment):
            operation.wait(0)
    producer.complete("done")
    assert operation.wait(0) == 1
    assert operation.get() == "done"
    assert calls(log) == ["put_completed", "status", "get_results"]


def test_get_on_the_thread_of_a_loop_is_refused_as_before(log: Path) -> None:
    """And leaves the slot to others."""

    async def program() -> str:
        operation, producer = recorded(log)
        with pytest.raises(RuntimeError, match="use await"):
            operation.get()
        operation.completed = lambda *_: None
        producer.complete("done")
        return operation.get_results()

    assert asyncio.run(program()) == "done"


def test_two_threads_share_an_operation(log: Path) -> None:
    """Their calls overlap, and some interleaving explains all."""
    for _ in range(5):
        operation, producer = recorded(log)
        start = threading.Barrier(3)

        def ask(operation: AsyncOperation[str] = operation, start: threading.Barrier = start) -> None:
            start.wait()
            for _ in range(3):
                _ = operation.status
            operation.cancel()

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        start.wait()
        producer.complete("done")
        for thread in threads:
            thread.join()
    assert {json.loads(line).get("thread") for line in log.read_text().splitlines()} >= {"T1", "T2"}


def test_reports_and_replaced_handlers_are_recorded(log: Path) -> None:
    """The values that a Progress handler is told are labels, too."""
    operation, producer = AsyncOperationWithProgress[str, float].create()
    seen: list[float] = []
    shown = iasyncinfo.recording(operation, log)
    for _ in range(2):
        shown.progress = lambda _, value: seen.append(value)
        producer.report_progress(0.5)
    producer.complete("done")
    assert seen == [0.5, 0.5]
    told = [line["value"] for line in map(json.loads, log.read_text().splitlines()) if "value" in line]
    assert told == ["v1", "v1"]


def test_a_failing_handler_is_logged_as_before(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The file goes on to hold one JSON object a line."""

    def fails(*_: object) -> None:
        raise ValueError("no \u2028 line")

    operation, producer = recorded(log)
    operation.completed = fails
    producer.complete("done")
    assert operation.get_results() == "done"
    assert "no \u2028 line" in caplog.text
    assert calls(log) == ["put_completed", "get_results"]


def test_a_recorded_operation_lives_no_longer(log: Path) -> None:
    """Neither the log nor its handler holds an operation that the program has dropped."""
    import weakref

    operation, producer = AsyncOperation[str].create()
    gone = weakref.ref(operation)
    shown = iasyncinfo.recording(operation, log)
    shown.completed = lambda *_: None
    producer.complete("done")
    del operation, producer, shown
    assert gone() is None


def test_a_whole_program_is_recorded(log: Path) -> None:
    """Whatever a module's functions hand out; afterwards they are what they were."""
    api: Any = ModuleType("api")
    api.load_async = lambda: AsyncOperation.from_result("done")
    before = dict(vars(api))

    async def program() -> str:
        return str(await api.load_async())

    with iasyncinfo.recording_calls(api, file=log):
        assert asyncio.run(program()) == "done"
    assert vars(api) == before
    assert asyncio.run(program()) == "done"
    assert calls(log) == ["put_completed", "get_results"]


def test_a_program_that_is_killed_leaves_a_log(log: Path) -> None:
    """Every line is written when it is noticed; the last call is open."""
    code = f"""if True:
        import os, iasyncinfo
        operation, producer = iasyncinfo.AsyncOperation.create()
        operation = iasyncinfo.recording(operation, {str(log)!r})
        producer.on_cancel(lambda: os._exit(9))
        operation.status
        operation.cancel()
    """
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert calls(log) == ["status", "cancel"]


def test_the_recorder_loads_no_loop_and_no_logging() -> None:
    """Nor is it loaded before it is asked for."""
    code = """if True:
        import io, sys, iasyncinfo
        assert not [name for name in sys.modules if "recorder" in name]
        before = set(sys.modules)
        operation, producer = iasyncinfo.AsyncOperation.create()
        producer.complete(5)
        assert iasyncinfo.recording(operation, io.StringIO()).get() == 5
        print(sorted({"asyncio", "logging", "concurrent.futures", "transitions"} & set(sys.modules)))
    """
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"
