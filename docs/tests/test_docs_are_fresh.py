"""The generated pages say what the specification says."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

DOCS: Final = Path(__file__).parents[1]
ROOT: Final = DOCS.parent
PAGES: Final = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")))
_CODE: Final = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), *arguments], capture_output=True, check=False, text=True
    )


def links(text: str) -> list[str]:
    """The links of a page to files and headings."""
    found = re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", text))
    return [target for target in found if not target.startswith(("http:", "https:"))]


def test_the_generated_pages_are_fresh() -> None:
    """``python docs/generate.py`` would change nothing."""
    run = generate("--check")
    assert (run.stderr, run.returncode) == ("", 0)


@pytest.mark.skipif(find_spec("pygraphviz") is None, reason="drawing needs Graphviz, which the extra 'docs' brings")
def test_a_stale_page_is_named(tmp_path: Path) -> None:
    """A page or drawing that was edited, one that is missing and one too many are each found."""
    assert generate("--into", str(tmp_path)).returncode == 0
    assert generate("--check", "--into", str(tmp_path)).returncode == 0
    reference = tmp_path / "reference"
    reference.joinpath("rules.md").write_text("edited", encoding="utf-8")
    reference.joinpath("families.md").unlink()
    picture = reference / "atlas" / "wrl.svg"
    picture.write_text(picture.read_text(encoding="utf-8").replace(">cancel<", ">abort<"), encoding="utf-8")
    reference.joinpath("more.md").write_text("", encoding="utf-8")
    run = generate("--check", "--into", str(tmp_path))
    assert run.returncode == 1
    assert [line.split()[1].rstrip(";") for line in run.stderr.splitlines()] == [
        "reference/rules.md",
        "reference/families.md",
        "reference/atlas/wrl.svg",
        "reference/more.md",
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    """Every relative link names a file, and every link to a heading a heading."""
    for target in links((ROOT / page).read_text(encoding="utf-8")):
        name, _, heading = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        assert path.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-") for text in headings}


def test_the_readme_ends_with_every_page_of_docs() -> None:
    """What lies in docs itself is linked from "Read on"."""
    read_on = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Read on")[2]
    assert {f"docs/{path.name}" for path in DOCS.glob("*.md")} - set(links(read_on)) == set()


def test_no_page_is_found_by_nobody() -> None:
    """From the README links lead to every page of docs, from page to page."""
    found, todo = set[Path](), [ROOT / "README.md"]
    while todo:
        page = todo.pop().resolve()
        if page.suffix == ".md" and page not in found:
            found.add(page)
            targets = links(page.read_text(encoding="utf-8"))
            todo += [page.parent / name for target in targets if (name := target.partition("#")[0])]
    assert {path.resolve() for path in DOCS.rglob("*.md")} - found == set()
