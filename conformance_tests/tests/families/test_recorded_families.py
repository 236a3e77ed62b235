"""Programs over the families, recorded: each log is a behaviour of its own row, and tells rows apart."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from iasyncinfo_conformance import families
from iasyncinfo_conformance.families import FamilyOperation, FamilyProducer
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.recorder import Log, recording, recording_calls
from iasyncinfo_spec.trace import trace_files

STAY_CANCELED = {"reference", "wrl", "cppwinrt", "windows-rs"}
COMPLETE_ALL_THE_SAME = {"wrl-from-canceled", "ppl", "cswinrt", "wine", "kotlin"}


class Service:
    """An API of operations whose producers the test keeps."""

    def __init__(self, family: str) -> None:
        self._family = family
        self.producers: list[FamilyProducer] = []

    def load_async(self) -> FamilyOperation:
        operation, producer = families.create(self._family, Kind.OPERATION)
        self.producers.append(producer)
        return operation


def excluded(text: str) -> set[str]:
    """Return the rows that do not explain a log."""
    lines = [line.split() for line in text.splitlines() if "impossible" in line]
    return {line[0] for line in lines if line[0] in FAMILIES}


async def program(service: Service) -> list[Any]:
    """Await a result, give one up, look at one with a handler, and cancel one that completes all the same."""
    found: list[Any] = []
    operation = service.load_async()
    threading.Timer(0.001, service.producers[-1].complete, ["done"]).start()
    found.append(await operation)
    task = asyncio.ensure_future(service.load_async())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)  # the task hears of it, and the operation from the task
    service.producers[-1].acknowledge_cancel()
    await asyncio.wait([task])
    operation = service.load_async()
    operation.completed = lambda _, status: found.append(int(status))
    service.producers[-1].fail(0x80070057)
    operation = service.load_async()
    operation.cancel()
    found.append(int(operation.status))
    service.producers[-1].complete(5)
    try:
        found.append(operation.get_results())
    except OSError as error:
        found.append(error)
    return found


@pytest.mark.parametrize("family", ["wrl", "cswinrt", "cppwinrt", "kotlin"])
def test_an_asyncio_program_over_a_family_is_a_behaviour_of_its_row(family: str, tmp_path: Path) -> None:
    """It does what it does without a recorder."""
    log = tmp_path / "log.jsonl"
    plain = asyncio.run(program(Service(family)))
    with recording_calls(Service, file=log):
        found = asyncio.run(program(Service(family)))
    assert [type(one) for one in found] == [type(one) for one in plain]
    assert found[:-1] == plain[:-1]
    text, code = trace_files([log], family)
    assert code == 0, text
    gone = excluded(text)
    assert family not in gone
    if found[-1] == 5:
        assert gone >= STAY_CANCELED
        assert trace_files([log], "wrl")[1] == 1


def test_a_value_after_a_cancel_excludes_the_rows_that_stay_canceled(tmp_path: Path) -> None:
    """Three calls of a program on Windows: cancel, status, get_results; the worker is not seen."""
    log = tmp_path / "log.jsonl"
    operation, producer = families.create("cswinrt", Kind.OPERATION)
    recorded = recording(operation, log)
    recorded.cancel()
    assert recorded.status == 2
    producer.complete(5)
    assert recorded.get_results() == 5
    text, code = trace_files([log])
    assert code == 0
    assert excluded(text) >= STAY_CANCELED
    assert not excluded(text) & COMPLETE_ALL_THE_SAME
    text, code = trace_files([log], "wrl")
    assert code == 1
    assert "object 1, event 6: return of get_results: returns 'v1'" in text


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("family", ["wrl", "windows-rs", "wine", "cppwinrt"])
def test_threads_that_race_are_explained_by_the_row(family: str, kind: Kind, tmp_path: Path) -> None:
    """Two callers and a worker, one member each."""
    log = tmp_path / "log.jsonl"
    operation, producer = families.create(family, kind)
    recorded = recording(operation, log)
    start = threading.Barrier(3)

    def canceling() -> None:
        start.wait()
        recorded.cancel()

    def setting() -> None:
        start.wait()
        recorded.completed = lambda sender, _: sender.status

    threads = [threading.Thread(target=target) for target in (canceling, setting)]
    for thread in threads:
        thread.start()
    start.wait()
    producer.complete("done" if kind.has_result else None)
    for thread in threads:
        thread.join()
    text, code = trace_files([log], family)
    assert code == 0, text


def test_a_result_that_is_moved_out_is_seen_though_values_are_labels(tmp_path: Path) -> None:
    """C++/WinRT gives a string once; a number it gives again."""
    log = tmp_path / "log.jsonl"
    with Log(log) as shared:
        for value in ("done", 5):
            operation, producer = families.create("cppwinrt", Kind.OPERATION)
            recorded = recording(operation, shared)
            producer.complete(value)
            recorded.get_results()
            recorded.get_results()
    text, code = trace_files([log], "cppwinrt")
    assert code == 0, text
    assert "reference" in excluded(text)
