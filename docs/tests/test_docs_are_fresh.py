"""The generated pages say what the specification says."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

import generate
import pages

DOCS: Final = Path(__file__).parents[1]
ROOT: Final = DOCS.parent
PAGES: Final = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")))
PICTURE: Final = "reference/atlas/wrl.svg"
_CODE: Final = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    """The links of a page to files and headings."""
    found = re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", text))
    return [target for target in found if not target.startswith(("http:", "https:"))]


def test_the_generated_pages_are_fresh() -> None:
    """``python docs/generate.py`` would change nothing."""
    run = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, check=False, text=True
    )
    assert (run.stderr, run.returncode) == ("", 0)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pages and a drawing, as they lie in docs; nothing else is asked for."""
    names = ("reference/rules.md", "reference/families.md")
    monkeypatch.setattr(pages, "PAGES", {name: pages.PAGES[name] for name in names})
    monkeypatch.setattr(pages, "DRAWINGS", {PICTURE: pages.DRAWINGS[PICTURE]})
    for name in (*names, PICTURE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(DOCS / name, tmp_path / name)
    return tmp_path


def test_a_stale_page_is_named(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page or drawing that was edited, one that is missing and one too many are each found."""
    assert generate.main(["--check", "--into", str(copied)]) == 0
    reference = copied / "reference"
    reference.joinpath("rules.md").write_text("edited", encoding="utf-8")
    reference.joinpath("families.md").unlink()
    redraw(copied / PICTURE)
    reference.joinpath("more.md").write_text("", encoding="utf-8")
    assert generate.main(["--check", "--into", str(copied)]) == 1
    assert [line.split()[1].rstrip(";") for line in capsys.readouterr().err.splitlines()] == [
        "reference/rules.md",
        "reference/families.md",
        "reference/atlas/wrl.svg",
        "reference/more.md",
    ]


def test_pages_are_written_where_no_picture_has_to_be_drawn(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphviz is needed by whoever changes a machine, and by nobody else."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    (copied / "reference" / "rules.md").unlink()
    assert generate.main(["--into", str(copied)]) == 0
    assert generate.main(["--check", "--into", str(copied)]) == 0


def test_whoever_changes_a_machine_is_told_what_draws_it(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Graphviz: one line, and exit code 1."""
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    redraw(copied / PICTURE)
    with pytest.raises(SystemExit) as end:
        generate.main(["--into", str(copied)])
    assert (end.value.code, "needs Graphviz" in capsys.readouterr().err) == (1, True)


@pytest.mark.skipif(find_spec("pygraphviz") is None, reason="drawing needs Graphviz, which the extra 'docs' brings")
def test_a_stale_drawing_is_drawn_anew(copied: Path) -> None:
    """With Graphviz it says again what its machine does."""
    redraw(copied / PICTURE)
    assert generate.main(["--into", str(copied)]) == 0
    assert generate.main(["--check", "--into", str(copied)]) == 0


def redraw(picture: Path) -> None:
    """Have a drawing say something else."""
    picture.write_text(picture.read_text(encoding="utf-8").replace(">cancel<", ">abort<"), encoding="utf-8")


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
