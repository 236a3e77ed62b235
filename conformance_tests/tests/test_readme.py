"""What the README shows, runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in a folder and return what it printed.

    The environment is Python's own: readline, which pytest loads, adds COLUMNS to that of the system.
    """
    command, environment = [sys.executable, *arguments], dict(os.environ)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


ADAPTER, CONSUMER, APPLICATION, REFERENCE, TYPED = BLOCKS


@pytest.mark.parametrize(
    ("block", "printed"),
    [
        (APPLICATION, "unknown: this AsyncOperation failed [0x80070005 E_ACCESSDENIED]\n"),
        (REFERENCE, "done 1\n"),
        (TYPED, "50%\nDONE\n"),
    ],
)
def test_the_examples_print_what_they_promise(block: str, printed: str, tmp_path: Path) -> None:
    """They are whole programs."""
    (tmp_path / "example.py").write_text(block, encoding="utf-8")
    done = run(["example.py"], tmp_path)
    assert (done.stdout, done.stderr) == (printed, "")
    assert block is not APPLICATION or printed in README.replace("`", "\n")


def test_the_examples_type_check(tmp_path: Path) -> None:
    """mypy --strict accepts each, the adapter, too."""
    for number, block in enumerate(BLOCKS):
        (tmp_path / f"example_{number}.py").write_text(block, encoding="utf-8")
    done = run(["-m", "mypy", "--strict", "--config-file=", *(path.name for path in tmp_path.glob("*.py"))], tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_typed_example_with_its_mistake_is_refused_as_shown(tmp_path: Path) -> None:
    """The complaint stands in the README word for word."""
    wrong = TYPED.replace("status: AsyncStatus", "status: str")
    (tmp_path / "example.py").write_text(wrong, encoding="utf-8")
    done = run(["-m", "mypy", "--config-file=", "--no-error-summary", "example.py"], tmp_path)
    assert [line for line in done.stdout.splitlines() if "note:" not in line][-1] in README


def test_the_adapter_of_the_readers_own_conforms(tmp_path: Path) -> None:
    """All four kinds, and no lever is missing."""
    (tmp_path / "mine.py").write_text(ADAPTER, encoding="utf-8")
    done = run(["-m", "iasyncinfo_conformance", "check", "./mine.py:start", "--quick"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0].endswith("action, action_with_progress, operation, operation_with_progress")
    assert done.stdout.splitlines()[-1] == "conforms"


def test_the_adapter_with_its_mistake_gets_the_card_shown(tmp_path: Path) -> None:
    """The card stands in the README word for word, but for the numbers of words, which a full check has more of."""
    wrong = "".join(line for line in ADAPTER.splitlines(True) if "self.status = AsyncStatus.CANCELED" not in line)
    (tmp_path / "mine.py").write_text(wrong, encoding="utf-8")
    arguments = ["check", "./mine.py:start", "--quick", "--rule", "CANCEL-VISIBLE"]
    done = run(["-m", "iasyncinfo_conformance", *arguments], tmp_path)
    card = done.stdout.partition("FAILED")[2].partition("\n\n")[0]
    assert card.splitlines()[-1].startswith("    replay   iasyncinfo replay ./mine.py:start")
    assert card in README


def test_the_consumer_with_its_mistake_gets_the_card_shown(tmp_path: Path) -> None:
    """The card stands in the README word for word, but for the number of words, of which a quick run has fewer."""
    (tmp_path / "mine.py").write_text(CONSUMER, encoding="utf-8")
    done = run(["-m", "iasyncinfo_conformance", "consume", "./mine.py:wait", "--quick"], tmp_path)
    head, _, card = done.stdout.partition("FAILED")[2].partition("\n\n")[0].partition("  (")
    assert f"FAILED{head}  (" in README
    assert card.partition("\n")[2] in README
    assert done.stdout.count("FAILED") == 1


def test_the_consumer_without_its_mistake_conforms(tmp_path: Path) -> None:
    """What is dangerous in it is told, and changes no verdict."""
    right = CONSUMER.replace('    if result == 0:\n        raise RuntimeError("no result")\n', "")
    assert right != CONSUMER
    (tmp_path / "mine.py").write_text(right, encoding="utf-8")
    done = run(["-m", "iasyncinfo_conformance", "consume", "./mine.py:wait", "--quick"], tmp_path)
    assert done.stdout.splitlines()[-1] == "conforms", done.stdout
    assert "Hazards" in done.stdout


def test_no_term_of_this_project_stands_before_it_is_explained() -> None:
    """The first screen shows what comes out before it says what its words mean."""
    first, told, _ = README.partition("Now the words that stand above.")
    assert told
    assert first.index("conforms") < first.index("CANCEL-VISIBLE")
    for term in ("lever", "manners", "variation point", "adapter", "profile"):
        assert term not in first
