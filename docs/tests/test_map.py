"""The map in CONTRIBUTING is the complete listing of folders."""

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]


def mapped() -> Iterator[PurePosixPath]:
    """Yield the folders that the map lists, each with a line that says something."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listing = text.partition("## Where things are")[2].partition("```text\n")[2].partition("```")[0]
    above: list[str] = []
    for line in listing.splitlines():
        name, _, about = line.strip().partition("/ ")
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [name.rstrip("/")]
        assert depth == 0 or about.strip(), line
        yield PurePosixPath(*above)


def folders() -> set[PurePosixPath]:
    """Return the folders of the repository, those below a tests folder excepted."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no checkout: git does not list its files")
    paths = [PurePosixPath(line) for line in done.stdout.splitlines()]
    found = {parent for path in paths for parent in path.parents if parent.parts}
    return {folder for folder in found if "tests" not in folder.parts[:-1]}


def test_the_map_lists_every_folder() -> None:
    """And none that is gone."""
    assert set(mapped()) == folders()
