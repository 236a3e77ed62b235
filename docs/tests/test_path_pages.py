"""The pages of docs/paths: their files are saved and their commands run as printed, and come to what is printed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PATHS: Final = Path(__file__).parents[1] / "paths"
PAGES: Final = sorted(path.name for path in PATHS.glob("*.md"))
NEEDED: Final = {"node": "node", "cpp": "g++", "rust": "rustc"}
"""What a page needs beside Python, by how its name begins."""
_BLOCK: Final = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
_SAVED: Final = re.compile(r"[Ss]ave\s(?:this|it|both)\sas\s`([\w.]+)`")


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each block: its language, what it holds, and the text since the one before."""
    end = 0
    for found in _BLOCK.finditer(text):
        yield found[1], found[2], text[end : found.start()]
        end = found.end()


def run(command: str, folder: Path) -> str:
    """Run lines of a shell as a reader would, in an environment that is active; return all that they print."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # readline sets it, for pytest
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env={**plain, "PATH": path}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def is_shown(printed: str, came: str) -> bool:
    """Whether each line that a page shows came, in this order; its last may have been longer."""
    lines = iter(came.splitlines())
    return all(any(line.startswith(shown) for line in lines) for shown in printed.splitlines())


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_come_to_what_the_page_says(page: str, tmp_path: Path) -> None:
    """From an empty folder to the end of the page."""
    tool = NEEDED.get(page.partition("-")[0])
    if tool is not None and shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    came = ""
    for language, held, before in blocks((PATHS / page).read_text(encoding="utf-8")):
        if language == "sh":
            came = run(held, tmp_path)
        elif language == "text":
            assert is_shown(held, came), came
        else:
            (tmp_path / _SAVED.findall(before)[-1]).write_text(held, encoding="utf-8")


def test_there_is_a_path_for_each_stranger() -> None:
    """Who has a fake in Python, who has another language, and who has an application."""
    assert PAGES == ["application.md", "cpp-driver.md", "node-driver.md", "python-fake.md", "rust-driver.md"]
