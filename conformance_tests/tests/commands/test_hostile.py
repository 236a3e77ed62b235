"""Some rows of the table of hostile cases; the table as a whole is ``benchmarks/hostile.py``."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

FEW = (
    "import ends its process, check",
    "import hangs with the interpreter's lock",
    "import forks and goes on twice",
    "import clears the environment of a daemon",
    "worker wants what the host holds",
    "driver: a stray line beside each answer, smoke",
    "driver: dies of a real-time signal, smoke",
    "driver: does not read a long word",
    "driver: an orphan, smoke",
    "every name in the folder, a subject",
    "surface: its file is full",
    "each look raises KeyboardInterrupt",
    "SIGINT, check, word in a worker with the lock held",
    "SIGTERM, smoke a driver, word with a grandchild",
    "SIGHUP twice, check",
    "SIGINT, selftest",
    "SIGTERM, check on a terminal",
)


@pytest.fixture(scope="module")
def hostile() -> ModuleType:
    """The script that runs the rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        from benchmarks import hostile

        return hostile


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says whose descendants are whose")
@pytest.mark.parametrize("name", FEW)
def test_a_hostile_case_ends_in_order(hostile: ModuleType, name: str) -> None:
    """Its exit code, its reports and its complaint are right, and no process is left."""
    (row,) = (row for row in hostile.ROWS if row.name == name)
    came = hostile.ran(row)
    assert came.wrong == [], came.output


def test_the_table_has_its_rows(hostile: ModuleType) -> None:
    """Each has a name of its own."""
    names = [row.name for row in hostile.ROWS]
    assert len(set(names)) == len(names) > 150


def test_a_row_that_is_wrong_is_bad(hostile: ModuleType) -> None:
    """The table can fail: of a command that ends with 0, and leaves a process, where 3 is due."""
    row = hostile.Row("wrong", ("list", "rules"), (3,), says="no such words", never="FIRE-ONCE")
    assert hostile.ran(row).wrong == ["exit 3 was due", "it does not say 'no such words'", "it says 'FIRE-ONCE'"]
