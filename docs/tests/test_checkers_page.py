"""The page of what type checkers make of realistic snippets: two of them are asked again."""

import os
import sys
from pathlib import Path

import pytest

from checkers import AGREES, column, errors, snippets

PROGRAMS = Path(sys.executable).parent


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_page_says_what_a_checker_makes_of_the_snippets(checker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line by line: what has to be refused is, and nothing else, but where the page says so."""
    monkeypatch.setenv("PATH", os.pathsep.join((str(PROGRAMS), os.environ.get("PATH", ""))))
    monkeypatch.setenv("PYRIGHT_PYTHON_IGNORE_WARNINGS", "1")
    try:
        found = errors(checker, PROGRAMS)
    except SystemExit as fault:
        pytest.skip(str(fault))
    assert [snippet.judged(found) for snippet in snippets()] == column(checker)


def test_a_snippet_is_refused_where_it_says_so() -> None:
    """There are some forty, a third of them with a line that has to be refused, and no checker disagrees with many."""
    every = snippets()
    assert len(every) >= 40
    assert sum(bool(snippet.refused) for snippet in every) >= 12
    for checker in ("mypy", "pyright", "basedpyright", "ty", "pyrefly"):
        assert column(checker).count(AGREES) >= len(every) - 2
