"""The tutorial does what it says, from its first block to its last, as printed."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "tutorial.md"
BLOCK: Final = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
SAVED: Final = re.compile(r"# (\w+\.py)\n")
REPLACED: Final = re.compile(r"# (\w+\.py), (\w+)\(\)\n")


def save(text: str, folder: Path) -> None:
    """Save a block under the name in its first line, or put it in the place of the function that is named there."""
    replaced = REPLACED.match(text)
    if replaced is None:
        saved = SAVED.match(text)
        assert saved is not None
        (folder / saved[1]).write_text(text, encoding="utf-8")
        return
    file, name = folder / replaced[1], replaced[2]
    function = re.compile(rf"(?:async )?def {name}\(.*?(?=\n\n\n)", re.DOTALL)
    text = text[replaced.end() :].rstrip("\n")
    whole, times = function.subn(lambda _: text, file.read_text(encoding="utf-8"), count=1)
    assert times == 1
    file.write_text(whole, encoding="utf-8")


def run(command: str, folder: Path) -> str:
    """Run a line of the page in a folder, with this interpreter's commands first, and return all that it writes.

    Of the environment only the path is kept: pytest writes otherwise under `CI`, `COLUMNS` or `FORCE_COLOR`.
    """
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1; {command}"],
        cwd=folder,
        env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.stdout


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """Its files are saved, its commands run, and what they print stands below them, the times of test runs left out."""
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert [sort for sort, _ in blocks].count("sh") == [sort for sort, _ in blocks].count("text") == 3
    printed = ""
    for sort, text in blocks:
        match sort:
            case "python":
                save(text, tmp_path)
            case "sh":
                printed = run(text, tmp_path)
            case _:
                assert printed == text


def test_its_application_has_some_forty_lines() -> None:
    """What can be read at one look."""
    application = BLOCK.search(PAGE.read_text(encoding="utf-8"))
    assert application is not None
    assert 30 <= application[2].count("\n") <= 41
