"""The generated pages say what the specification says."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

DOCS: Final = Path(__file__).parents[1]
PAGES: Final = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), *arguments], capture_output=True, check=False, text=True
    )


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
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, heading = target.partition("#")
        if name.startswith(("http:", "https:")):
            continue
        path = (DOCS / page).parent / name if name else DOCS / page
        assert path.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-") for text in headings}
