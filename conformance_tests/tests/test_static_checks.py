"""mypy --strict and ruff are part of the tests, so that one command tells everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    [["mypy"], ["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"]],
    ids=["mypy", "ruff-check", "ruff-format"],
)
def test_the_code_is_clean(command: list[str]) -> None:
    """The checker has nothing to say; its configuration is in pyproject.toml."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
