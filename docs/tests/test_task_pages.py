"""The pages of docs/tasks, and that on logs, show programs that run and print what the page says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

TASKS: Final = Path(__file__).parents[1] / "tasks"
PROGRAM: Final = re.compile(r"```python\n((?:(?!```).)*)```\n+```text\n(.*?)```", re.DOTALL)
PAGES: Final = sorted(path.name for path in TASKS.glob("*.md"))
RUNNING: Final = (*PAGES, "../traces.md")
SLOW: Final = re.compile(r"^Executing <.*> took [0-9.]+ seconds\n", re.MULTILINE)
"""What asyncio in its debug mode says of a machine that is busy."""


def programs(page: str) -> list[tuple[str, str]]:
    """Return the programs of a page, each with what it prints."""
    return PROGRAM.findall((TASKS / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", RUNNING)
def test_the_programs_print_what_the_page_says(page: str, tmp_path: Path) -> None:
    """Under ``-X dev -W error``, and nothing else is written anywhere."""
    for program, printed in programs(page):
        (tmp_path / "example.py").write_text(program, encoding="utf-8")
        command = [sys.executable, "-X", "dev", "-W", "error", "example.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.stdout, SLOW.sub("", done.stderr)) == (printed, "")


def test_the_programs_type_check(tmp_path: Path) -> None:
    """mypy --strict accepts each, in one run."""
    for page in RUNNING:
        for number, (program, _) in enumerate(programs(page)):
            (tmp_path / f"{Path(page).stem}_{number}.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", *sorted(map(str, tmp_path.glob("*.py")))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_program(page: str) -> None:
    """A task is shown, not only told; and each block of Python says what it prints."""
    text = (TASKS / page).read_text(encoding="utf-8")
    assert len(programs(page)) == text.count("```python") >= 1
