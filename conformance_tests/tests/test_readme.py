"""What the README shows, runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in a folder and return what it printed."""
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("block", "printed"), [(BLOCKS[1], "done 1\n"), (BLOCKS[2], "50%\nDONE\n")])
def test_the_examples_print_what_they_promise(block: str, printed: str, tmp_path: Path) -> None:
    """The second and third examples are whole programs."""
    (tmp_path / "example.py").write_text(block, encoding="utf-8")
    done = run(["example.py"], tmp_path)
    assert (done.stdout, done.stderr) == (printed, "")


def test_the_third_example_type_checks(tmp_path: Path) -> None:
    """mypy --strict accepts it."""
    (tmp_path / "example.py").write_text(BLOCKS[2], encoding="utf-8")
    done = run(["-m", "mypy", "--strict", "--config-file=", "example.py"], tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_third_example_with_its_mistake_is_refused_as_shown(tmp_path: Path) -> None:
    """The complaint stands in the README word for word."""
    wrong = BLOCKS[2].replace("status: AsyncStatus", "status: str")
    (tmp_path / "example.py").write_text(wrong, encoding="utf-8")
    done = run(["-m", "mypy", "--config-file=", "--no-error-summary", "example.py"], tmp_path)
    assert [line for line in done.stdout.splitlines() if "note:" not in line][-1] in README


def test_the_adapter_example_is_incomplete_for_the_reason_given(tmp_path: Path) -> None:
    """The first example lacks one lever, and the report names the rule that needs it."""
    (tmp_path / "mine.py").write_text(BLOCKS[0], encoding="utf-8")
    done = run(["-m", "iasyncinfo_conformance.cli", "check", "mine:start", "--quick"], tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "CANCEL-ONCE" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("incomplete")


def test_the_examples_are_short() -> None:
    """Two of the three uses are shown in a dozen lines, the third in twenty, blank ones not counted."""
    lengths = [len([line for line in block.splitlines() if line.strip()]) for block in BLOCKS]
    assert len(lengths) == 3
    assert max(lengths[:2]) <= 12
    assert lengths[2] <= 20
