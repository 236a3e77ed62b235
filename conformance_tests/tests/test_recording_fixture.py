"""The fixture that records a test: a log of its own, closed when the test ends, judged by ``iasyncinfo trace``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from iasyncinfo_spec.trace import trace_files

OWN = """
import iasyncinfo
import pytest


@pytest.mark.parametrize("value", [1, "a/b"])
def test_mine(iasyncinfo_log, value):
    operation, producer = iasyncinfo.AsyncOperation.create()
    operation = iasyncinfo.recording(operation, iasyncinfo_log)
    producer.complete(value)
    assert operation.get() == value


class Api:
    def start_async(self):
        return iasyncinfo.AsyncOperation.from_result(5)


def test_fails(iasyncinfo_log, tmp_path):
    with iasyncinfo.recording_calls(Api, file=iasyncinfo_log):
        assert Api().start_async().status == 3
"""


def test_each_test_has_a_log_that_traces(tmp_path: Path) -> None:
    """Also one that fails; the folder is the option's, and the name and the header say which test it was."""
    (tmp_path / "test_own.py").write_text(OWN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py", "--iasyncinfo-logs=logs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout
    logs = sorted((tmp_path / "logs").iterdir())
    assert [one.name for one in logs] == [
        "test_own.py-test_fails.jsonl",
        "test_own.py-test_mine-1.jsonl",
        "test_own.py-test_mine-a-b.jsonl",
    ]
    headers = [json.loads(one.read_text().splitlines()[0]) for one in logs]
    assert headers[0]["subject"] == "test_own.py::test_fails"
    text, found = trace_files(logs, "reference")
    assert found == 0, text


def test_without_the_option_the_log_lies_in_the_tests_own_folder(
    iasyncinfo_log: object, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It has a header before anything has happened."""
    (line,) = (tmp_path / "iasyncinfo-log.jsonl").read_text().splitlines()
    assert json.loads(line)["subject"] == request.node.nodeid
    assert iasyncinfo_log
