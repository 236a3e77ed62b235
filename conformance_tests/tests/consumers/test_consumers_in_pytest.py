"""Consumers in somebody's own pytest run, without a conftest."""

import subprocess
import sys
from pathlib import Path

OWN = """
import asyncio
from iasyncinfo_conformance import Kind, consumer_conformance
from iasyncinfo_conformance.counterexamples.consumers import right, wrong_outcomes

TestRight = consumer_conformance(right.future, quick=True)
TestWrong = consumer_conformance(wrong_outcomes.asserts_a_result, quick=True)


def test_family(iasyncinfo_family):
    operation, producer = iasyncinfo_family.create(Kind.OPERATION)
    assert producer.complete(5)
    assert operation.status == 1


def test_situation(iasyncinfo_situation):
    async def main():
        try:
            await right.future(iasyncinfo_situation.begin("read_async", Kind.OPERATION))
        except (OSError, asyncio.CancelledError):
            pass

    asyncio.run(main())


def test_misuse(iasyncinfo_situation):
    try:
        iasyncinfo_situation.begin("read_async", Kind.OPERATION).get_results()
    except OSError:
        pass
"""


def run_own(tmp_path: Path, chosen: str) -> str:
    """The last line of a run of some of these tests."""
    (tmp_path / "test_own.py").write_text(OWN)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_own.py", "-k", chosen]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    return done.stdout.strip().splitlines()[-1]


def test_right_ones_pass(tmp_path: Path) -> None:
    """An item a rule, a test a family, and a test a situation."""
    last = run_own(tmp_path, "TestRight or test_family or test_situation")
    assert "failed" not in last
    assert "error" not in last
    assert "passed" in last


def test_wrong_ones_fail(tmp_path: Path) -> None:
    """By the item of the rule, and where the test of a situation ends."""
    assert "1 failed" in run_own(tmp_path, "TestWrong")
    assert "error" in run_own(tmp_path, "test_misuse and completes")
