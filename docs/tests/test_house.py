"""The numbers of the house are those of a house that is small enough to be counted by hand."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

SCRIPT: Final = Path(__file__).parents[1] / "house.py"


def counted(*arguments: str) -> dict[str, str]:
    """Run the script; return each number by what it counts."""
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, check=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    return {line[2:42].strip(): line[42:] for line in lines}


def house(folder: Path, modules: Mapping[str, str]) -> dict[str, str]:
    """Write a package of these modules; return its numbers."""
    for name, text in modules.items():
        path = folder / "source" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return counted(str(folder), "--package", "tiny")


def test_modules_and_lines_are_counted(tmp_path: Path) -> None:
    """A folder has its own modules, not those of folders in it; 350 lines are not yet many."""
    found = house(
        tmp_path,
        {
            "__init__.py": "",
            "a.py": "\n" * 350,
            "parts/__init__.py": "",
            "parts/b.py": "\n" * 351,
            "parts/c.py": "",
            "parts/deep/__init__.py": "",
        },
    )
    assert found["modules at the root"] == "2"
    assert found["largest folder"] == "3 modules in parts"
    assert found["files above 350 lines"] == "1: parts.b 351"


@pytest.mark.parametrize(
    "text",
    [
        "from tiny.low import name",
        "from tiny import low",
        "from . import low",
        "from .low import name",
        "import tiny.low",
        "import tiny.low as below",
        "def f():\n    from tiny.low import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tiny.low import name",
    ],
)
def test_an_import_counts_wherever_and_however_it_is_written(tmp_path: Path, text: str) -> None:
    """The module above is one floor above; a module that is named twice is imported once."""
    found = house(tmp_path, {"__init__.py": "", "low.py": "", "high.py": f"{text}\n{text}\n"})
    assert found["floors"] == found["longest chain of imports"] == "2"
    assert found["imports inside one folder"] == "0% (0 of 1)"


def test_imports_of_other_packages_count_nothing(tmp_path: Path) -> None:
    """A package whose name merely begins alike is another."""
    found = house(tmp_path, {"__init__.py": "", "low.py": "", "high.py": "import tinylow\nfrom tiny_more import low\n"})
    assert found["imports inside one folder"] == "0% (0 of 0)"


def test_a_name_that_is_passed_on_comes_from_its_own_module(tmp_path: Path) -> None:
    """Else every module that takes a name from the door would import, through the door, all that the door shows."""
    found = house(
        tmp_path,
        {
            "__init__.py": "from tiny.high import High\nfrom tiny.parts import Low\n__all__ = ['High', 'Low']\n",
            "high.py": "from tiny import Low\n",
            "parts/__init__.py": "from tiny.parts.low import Low as Low\nfrom tiny.high import High as High\n",
            "parts/low.py": "",
        },
    )
    assert found["circles of rooms"] == found["circles of modules"] == "0"
    assert found["imports inside one folder"] == "0% (0 of 1)"


def test_a_name_that_an_init_uses_itself_is_an_import(tmp_path: Path) -> None:
    """It stays one when others take it from there as well."""
    found = house(
        tmp_path,
        {
            "__init__.py": "",
            "parts/__init__.py": "from tiny.parts.low import LOW\nALL = (*LOW,)\n",
            "parts/low.py": "",
            "high.py": "from tiny.parts import ALL, LOW\n",
        },
    )
    assert found["longest chain of imports"] == "3"
    assert found["imports inside one folder"] == "33% (1 of 3)"


def test_rooms_may_stand_in_a_circle_of_which_no_module_knows(tmp_path: Path) -> None:
    """A pair is a circle of two; a circle counts as many floors as it has members."""
    found = house(
        tmp_path,
        {
            "__init__.py": "",
            "a.py": "from tiny.parts import low\n",
            "parts/__init__.py": "",
            "parts/low.py": "",
            "parts/high.py": "import tiny.a\n",
            "top.py": "import tiny.parts.high\n",
        },
    )
    assert found["pairs of rooms that import each other"] == "1: a <-> parts"
    assert found["circles of rooms"] == "1: a parts"
    assert found["circles of modules"] == "0"
    assert found["floors"] == "3"
    assert found["longest chain of imports"] == "4"


def test_a_circle_of_three_has_no_pair(tmp_path: Path) -> None:
    """It is found all the same, among modules and among rooms."""
    found = house(
        tmp_path,
        {"__init__.py": "", "a.py": "import tiny.b\n", "b.py": "import tiny.c\n", "c.py": "import tiny.a\n"},
    )
    assert found["pairs of modules that import each other"] == "0"
    assert found["circles of modules"] == found["circles of rooms"] == "1: a b c"


@pytest.mark.parametrize(("name", "module"), [("check.py", "check"), ("checking/check.py", "checking.check")])
def test_a_start_is_found_by_the_name_it_has(tmp_path: Path, name: str, module: str) -> None:
    """A start of which there is no module is left out."""
    found = house(tmp_path, {"__init__.py": "", "low.py": "", name: "import tiny.low\n", "top.py": "import tiny.low\n"})
    assert found["longest chain below the check"] == f"2 ({module})"
    assert "longest chain below replay" not in found


def test_the_packages_of_this_project_are_counted_unless_others_are_named() -> None:
    """Each start is found in the suite, wherever its module lies."""
    found = counted()
    assert {what for what in found if what.startswith("longest chain below")} == {
        "longest chain below the check",
        "longest chain below the text report",
        "longest chain below replay",
        "longest chain below identify",
    }
