"""The site is built from the pages as they are, and needs nothing that it does not bring."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
HOME: Final = (DOCS / "index.md").read_text(encoding="utf-8")
TOOLS: Final = ("sphinx", "myst_parser", "furo")


BUILD: Final = """
import runpy, socket, sys

def refuse(*_):
    raise OSError("the site is built without a network")

socket.socket.connect = socket.getaddrinfo = refuse
sys.modules["pygraphviz"] = None
runpy.run_module("sphinx", run_name="__main__", alter_sys=True)
"""
"""Builds as the command does, where there is neither a network nor Graphviz."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once, warnings being errors, with no network and no Graphviz; return its folder."""
    missing = [name for name in TOOLS if find_spec(name) is None]
    if missing:
        pytest.skip(f"the site needs the extra 'docs': {', '.join(missing)} cannot be imported")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-c", BUILD, "-q", "-W", "-c", str(DOCS), str(ROOT), str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def listed() -> Iterator[Path]:
    """Yield the pages that the home page lists."""
    for target in re.findall(r"^- \[.+\]\((.+)\)$", HOME.partition("## All pages")[2], re.MULTILINE):
        yield (DOCS / target).resolve()


def test_the_home_page_lists_every_page() -> None:
    """Pages of one family are listed by a page of their own."""
    below = {path for folder in ("atlas", "tables") for path in (DOCS / "reference" / folder).glob("*.md")}
    pages = {*DOCS.rglob("*.md"), *ROOT.glob("*.md")} - below - {DOCS / "index.md"}
    assert sorted(listed()) == sorted(pages)


def test_the_failure_on_the_home_page_is_what_the_command_prints() -> None:
    """Word for word, but for the number of words that show it."""
    command, card = re.findall(r"```(?:sh|text)\n(.*?)```", HOME.partition("## A real failure")[2], re.DOTALL)[:2]
    arguments = [sys.executable, "-m", "iasyncinfo_conformance", *command.split()[1:]]
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # readline sets it, for pytest
    done = subprocess.run(arguments, capture_output=True, check=False, text=True, env=plain)
    assert uncounted(card) in uncounted(done.stdout)


def test_every_page_is_on_the_site(site: Path) -> None:
    """Each page is where it is in the repository, and the first page leads to the home page."""
    for page in (*listed(), DOCS / "index.md"):
        assert (site / page.relative_to(ROOT)).with_suffix(".html").exists(), page
    assert 'url=docs/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_every_rule_has_its_anchor(site: Path) -> None:
    """The anchor is the rule's permanent id in lower case."""
    page = (site / "docs" / "reference" / "rules.html").read_text(encoding="utf-8")
    rules = re.findall(r"^## (\S+)$", (DOCS / "reference" / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rules
    assert [rule for rule in rules if f'id="{rule.lower()}"' not in page] == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    """Scripts, styles, fonts and pictures are the site's own; so is the search."""
    pages = list(site.rglob("*.html"))
    foreign = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](?:https?:)?//""")
    assert [page.name for page in pages if foreign.search(page.read_text(encoding="utf-8"))] == []
    assert '"cancel"' in (site / "searchindex.js").read_text(encoding="utf-8")


def uncounted(text: str) -> str:
    """Return a card without its number of words."""
    return re.sub(r"\([\d,]+ words", "(N words", text)
