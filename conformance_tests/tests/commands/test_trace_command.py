"""``iasyncinfo trace`` holds recordings and logs against the specification, and needs nothing beside it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]

POSSIBLE = {"kind": "operation", "steps": [["complete", 5], ["get_results"]], "results": [{"ok": None}, {"ok": 5}]}
IMPOSSIBLE = {**POSSIBLE, "results": [{"ok": None}, {"hr": 0x8000FFFF}]}
ONE_OF_SOME = {"kind": "action", "steps": [["close"]], "results": [{"hr": 0x8000000D}]}
"""What close of a started operation answers where CLOSE_S is reject."""


def recording(path: Path, *traces: object, **header: str) -> Path:
    lines = [{"recording": 1, "subject": "one", "version": "1", "provenance": "written by hand", **header}, *traces]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_a_recording_of_what_is_possible_exits_0(cli: Cli, tmp_path: Path) -> None:
    """It is held against standard where neither the header nor the command names a row."""
    code, out, err = cli("trace", recording(tmp_path / "one.jsonl", POSSIBLE, ONE_OF_SOME))
    assert (code, err) == (0, "")
    assert "profile standard: 2 traces, 3 steps: 2 possible, 0 impossible" in out


def test_what_is_impossible_exits_1_and_is_named(cli: Cli, tmp_path: Path) -> None:
    """The line, and what was possible there."""
    code, out, _ = cli("trace", recording(tmp_path / "one.jsonl", POSSIBLE, IMPOSSIBLE))
    assert code == 1
    assert "1 possible, 1 impossible" in out
    assert "line 3" in out


@pytest.mark.parametrize(("profile", "expected"), [("wrl", 0), ("cppwinrt", 1)])
def test_a_row_decides_what_standard_leaves_open(cli: Cli, tmp_path: Path, profile: str, expected: int) -> None:
    """The command's profile comes before the header's."""
    path = recording(tmp_path / "one.jsonl", ONE_OF_SOME, profile="kotlin")
    assert cli("trace", path, "--profile", profile)[0] == expected


@pytest.mark.parametrize("text", [None, "", "neither\n", '{"recording": 1'])
def test_a_file_that_is_no_recording_exits_2_or_3(cli: Cli, tmp_path: Path, text: str | None) -> None:
    """It is none of the specification's business, and never green."""
    path = tmp_path / "one.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    code, out, _ = cli("trace", path)
    assert code in (2, 3)
    assert "one.jsonl" in out


def test_a_profile_that_is_none_exits_2(refusal: Refusal, tmp_path: Path) -> None:
    """As with every other command."""
    code, err = refusal("trace", recording(tmp_path / "one.jsonl", POSSIBLE), "--profile", "wlr")
    assert code == 2
    assert "wlr" in err


def test_of_several_files_the_worst_counts(cli: Cli, tmp_path: Path) -> None:
    """All are told of."""
    good, bad = (recording(tmp_path / f"{n}.jsonl", trace) for n, trace in enumerate((POSSIBLE, IMPOSSIBLE)))
    code, out, _ = cli("trace", good, bad)
    assert code == 1
    assert "0.jsonl" in out
    assert "1.jsonl" in out


def test_no_extra_is_needed(tmp_path: Path) -> None:
    """Whoever has recorded something need not install what checks."""
    path = recording(tmp_path / "one.jsonl", POSSIBLE)
    hidden = "; ".join(f"sys.modules[{name!r}] = None" for name in ("hypothesis", "jsonschema", "greenlet", "pytest"))
    run = f"import sys; {hidden}; from iasyncinfo_conformance.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", run, "trace", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("name", "rules"), [("check.jsonl", ["--rule", "FIRE-*"]), ("check.jsonl.gz", [])])
def test_what_a_check_records_is_a_behaviour_of_the_row_that_it_demands(
    cli: Cli, tmp_path: Path, name: str, rules: list[str]
) -> None:
    """Every word of every engine is there, those of the processes of their own too; other rows do not explain it."""
    path = tmp_path / name
    code, out, _ = cli("check", "family:kotlin", "--profile", "kotlin", "--quick", *rules, "--record", path)
    assert code == 0, out
    words = int(out.partition("ran      ")[2].partition(" words")[0].replace(",", ""))
    code, out, _ = cli("trace", path)
    assert code == 0
    traces = int(out.partition("profile kotlin: ")[2].partition(" traces")[0].replace(",", ""))
    assert traces >= words
    assert cli("trace", path, "--profile", "wrl")[0] == 1


def test_a_recording_that_cannot_be_written_is_a_usage_error(refusal: Refusal, tmp_path: Path) -> None:
    """Before anything is run."""
    code, err = refusal("check", "reference", "--record", tmp_path / "no" / "such.jsonl")
    assert code == 2
    assert "such.jsonl" in err
