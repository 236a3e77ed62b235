"""Every command that a page shows is understood, and run by a test, or it is said why not."""

import gzip
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import implementations
from iasyncinfo_conformance.cli import main
from iasyncinfo_conformance.commands.parser import parser
from iasyncinfo_conformance.errors import UsageFault

DOCS: Final = Path(__file__).parents[1]
ROOT: Final = DOCS.parent
PAGES: Final = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *DOCS.rglob("*.md")))

RUN_BY: Final = {
    "README.md": "conformance_tests/tests/test_readme.py; the targets by the tests of the drivers; selftest by its own",
    "docs/index.md": "docs/tests/test_site.py",
    "docs/tutorial.md": "docs/tests/test_tutorial.py",
    "docs/consumers.md": "docs/tests/test_consumer_page.py",
    "docs/drivers.md": "docs/tests/test_driver_page.py",
    "docs/adapters.md": "docs/tests/test_commands_shown.py; TARGET is whoever reads it",
    "docs/traces.md": "docs/tests/test_commands_shown.py; program.jsonl is the log of a program on Windows",
    "docs/ci.md": "on subjects of their own: conformance_tests/tests/report/test_report_files_written.py, "
    "conformance_tests/tests/commands/test_known_write.py, conformance_tests/tests/consumers/test_consume_command.py",
    "docs/types.md": "conformance_tests/tests/static/test_types.py; mine and mypackage are whoever reads it",
    "docs/vectors.md": "conformance_tests/tests/vectors/test_runner.py",
    **dict.fromkeys(
        [f"docs/paths/{path.name}" for path in (DOCS / "paths").glob("*.md")], "docs/tests/test_path_pages.py"
    ),
    "docs/reference/command-line.md": "examples; the tests of conformance_tests/tests/commands run each command",
    "docs/reference/findings.md": "on the stand-ins, docs/tests/test_findings_page.py; the objects have to be built",
}
"""What runs the commands of each page that shows any, and where it runs none the reason."""
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_NAMED: Final = re.compile(r"line [\d, ]+:")


def commands(page: str) -> Iterator[list[str]]:
    """Yield the arguments of each command in a block of a page; what cards quote are commands, too."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [line for _, body in _FENCE.findall(text) for line in body.splitlines()]
    lines += [line for line in _FENCE.sub("", text).splitlines() if line.startswith("    ")]
    for line in lines:
        if re.match(r"\s*(\$ |replay +|again +)?(.*&& )?(\.venv/bin/)?iasyncinfo [a-z]", line):
            yield one(line[line.index("iasyncinfo ") :])


def one(line: str) -> list[str]:
    """Return the arguments of the first command of a line of a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&")
    lexer.whitespace_split = True
    words = list(lexer)
    ends = [at for at, word in enumerate(words) if set(word) <= set("|;&")]
    return words[1 : ends[0] if ends else None]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_commands_that_the_command_line_understands(page: str) -> None:
    """No option is gone, none is misspelled."""
    for arguments in commands(page):
        try:
            parser(arguments).parse_args(arguments)
        except UsageFault as fault:
            pytest.fail(f"{page}: iasyncinfo {shlex.join(arguments)}: {fault}")


def test_what_runs_the_commands_of_a_page_is_said() -> None:
    """Or why nothing does; the tests are there, and no page is listed that shows none."""
    assert {page for page in PAGES if any(commands(page))} == set(RUN_BY)
    for how in RUN_BY.values():
        assert all((ROOT / name).exists() for name in re.findall(r"\b[\w/]+/[\w/]+\.py", how)), how


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the reports that the pages speak of, of what was checked and kept."""
    named = {"r": "reference", "a": "reference", "b": "javascript", "before": "javascript", "after": "javascript"}
    for name, target in named.items():
        kept = json.loads(gzip.decompress((implementations.RECORDS / f"{target}.json.gz").read_bytes()))
        (tmp_path / f"{name}.json").write_text(json.dumps(kept["record"]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_that_print_reports_print_them(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the page of adapters, each as it stands there."""
    shown = [arguments for arguments in commands("docs/adapters.md") if arguments[0] == "report"]
    assert len(shown) == 3
    assert [main(arguments) for arguments in shown] == [0, 0, 0]
    assert (reports / "matrix.html").exists()
    assert "### What changed of `javascript`" in capsys.readouterr().out


def test_the_commands_about_recordings_come_to_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row of Kotlin is recorded, explains its recording, and that of WRL does not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # readline sets it, for pytest
    page = (DOCS / "traces.md").read_text(encoding="utf-8")
    recorded, own, foreign = list(commands("docs/traces.md"))[:3]
    assert [main(recorded), main(own), main(foreign)] == [0, 0, 1]
    [shown] = [body for language, body in _FENCE.findall(page) if language == "text" and "possible there" in body]
    assert _NAMED.sub("line N:", shown) in _NAMED.sub("line N:", capsys.readouterr().out)
