"""Write the page of what five type checkers make of realistic snippets: ``python docs/checkers.py BIN``.

BIN is the folder of programs of an environment that has this distribution and the checkers:
``pip install . mypy pyright basedpyright ty pyrefly``.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SNIPPETS: Final = ROOT / "spec" / "tests" / "typed" / "snippets" / "realistic.py"
PAGE: Final = ROOT / "docs" / "checkers.md"
AGREES: Final = "as meant"
_HEAD: Final = """# What type checkers make of it

Each snippet of `spec/tests/typed/snippets/realistic.py` is what somebody would write; the lines that have to be
refused are marked there. *As meant*: a checker refuses these lines and no other. *Refuses*: a line that is right;
*takes*: a line that is wrong. All are in their strict modes. `python docs/checkers.py BIN` writes this page anew; the
tests ask mypy and pyright.
"""


@dataclass(frozen=True)
class Snippet:
    """A sentence, the lines of its code, and those that have to be refused."""

    sentence: str
    lines: range
    refused: frozenset[int]

    def judged(self, errors: frozenset[int]) -> str:
        """Return what a checker makes of it that has errors on these lines of the file."""
        here = errors.intersection(self.lines)
        if here == self.refused:
            return AGREES
        return "refuses" if here - self.refused else "takes"


def snippets() -> list[Snippet]:
    """Return the snippets in their order."""
    lines = SNIPPETS.read_text(encoding="utf-8").splitlines()
    begins = [number for number, line in enumerate(lines, 1) if re.match(r"# [A-Za-z]", line)]
    ends = [*begins[1:], len(lines) + 1]
    return [
        Snippet(
            lines[begin - 1].removeprefix("# "),
            range(begin, end),
            frozenset(number for number in range(begin, end) if lines[number - 1].endswith("# refused")),
        )
        for begin, end in zip(begins, ends, strict=True)
    ]


def errors(checker: str, programs: Path) -> frozenset[int]:
    """Return the lines of the snippets of which a checker complains."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SNIPPETS.name
        path.write_text(SNIPPETS.read_text(encoding="utf-8"), encoding="utf-8")
        (path.parent / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}), encoding="utf-8")
        command = [str(programs / checker), *_ARGUMENTS[checker](str(programs / "python")), path.name]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
    found = re.findall(rf"{path.name}:(\d+):(?=.*\berror\b|\d+-\d+: )", done.stdout, re.IGNORECASE)
    if not found:
        raise SystemExit(f"{checker} says nothing: {done.stdout[-400:]} {done.stderr[-400:]}")
    return frozenset(map(int, found))


_ARGUMENTS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    "mypy": lambda _python: ["--strict", "--config-file=", "--no-error-summary", "--cache-dir=.mypy"],
    "pyright": lambda python: ["--pythonpath", python],
    "basedpyright": lambda python: ["--pythonpath", python],
    "ty": lambda python: ["check", "--python", python, "--output-format", "concise"],
    "pyrefly": lambda python: [
        "check", "--python-interpreter-path", python, "--output-format", "min-text", "--preset", "strict",
    ],
}  # fmt: skip


def page(found: Mapping[str, frozenset[int]], versions: Mapping[str, str]) -> str:
    """Return the page for what each checker complains of."""
    return "\n".join([_HEAD, *_table(found, versions), ""])


def _table(found: Mapping[str, frozenset[int]], versions: Mapping[str, str]) -> Iterator[str]:
    every = snippets()
    yield f"| snippet | {' | '.join(f'{checker} {versions[checker]}' for checker in found)} |"
    yield f"| --- |{' --- |' * len(found)}"
    for snippet in every:
        yield f"| {snippet.sentence} | {' | '.join(map(snippet.judged, found.values()))} |"
    counts = (sum(snippet.judged(lines) == AGREES for snippet in every) for lines in found.values())
    yield f"| **as meant, of {len(every)}** | {' | '.join(map(str, counts))} |"


def column(checker: str) -> list[str]:
    """Return what the page says a checker makes of the snippets, in their order."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    number = next(number for number, head in enumerate(rows[0]) if head.startswith(f"{checker} "))
    return [row[number] for row in rows[2:-1]]


def _version(checker: str, programs: Path) -> str:
    done = subprocess.run([str(programs / checker), "--version"], capture_output=True, check=True, text=True)
    match = re.search(r"\d+\.\d+[\d.]*", done.stdout)
    return match[0] if match else "?"


def main(programs: Path) -> None:
    """Ask every checker and write the page."""
    found = {checker: errors(checker, programs) for checker in _ARGUMENTS}
    PAGE.write_text(page(found, {checker: _version(checker, programs) for checker in found}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
