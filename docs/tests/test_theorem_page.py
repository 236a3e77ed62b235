"""The page of the theorems is read from the tests."""

from pathlib import Path
from typing import Final

import pytest

from theorems import STATUS, theorems

PROVED: Final = '''"""Some theorems."""

OVER: Final = "everything"


@pytest.mark.theorem("{name}", over=OVER, how="{how}")
def test_it() -> None:
    """It holds."""
'''


def written(folder: Path, name: str, how: str = "proved") -> Path:
    (folder / "test_some.py").write_text(PROVED.format(name=name, how=how), encoding="utf-8")
    return folder


def test_a_theorem_is_read_from_its_test(tmp_path: Path) -> None:
    """The name and what it speaks of come from the mark, the statement from the docstring."""
    (theorem,) = theorems(written(tmp_path, "IT-HOLDS"))
    assert (theorem.name, theorem.statement, theorem.over) == ("IT-HOLDS", "It holds.", "everything")
    assert theorem.test == "test_some.py::test_it"


@pytest.mark.parametrize(("name", "how"), [("STATUS", "proved"), ("lower", "proved"), ("IT-HOLDS", "believed")])
def test_a_name_or_a_status_that_cannot_be_is_refused(tmp_path: Path, name: str, how: str) -> None:
    """A rule's name is taken, and what is not known in one of four ways is no theorem."""
    with pytest.raises(ValueError, match="test_it"):
        theorems(written(tmp_path, name, how))


def test_every_theorem_has_a_statement_and_is_known_somehow() -> None:
    """Some theorem of each status is on the page, and each says what it speaks of."""
    found = theorems()
    assert {theorem.how for theorem in found} == STATUS.keys()
    assert all(theorem.statement and theorem.over for theorem in found)
