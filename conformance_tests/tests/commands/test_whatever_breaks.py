"""Whatever breaks inside the tool is one paragraph and exit code 3: never a traceback, never 1, never silence."""

import errno
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import iasyncinfo_conformance
from iasyncinfo_conformance.checking import check
from iasyncinfo_conformance.commands.specification import list_
from iasyncinfo_conformance.errors import why_it_broke
from iasyncinfo_conformance.report import files

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
QUICK = "check reference --quick --rule CANCEL-ONCE -n 1"


def shell(arguments: str, around: str = "{}", folder: Path | None = None) -> tuple[int, str, str]:
    """Run the command line in a shell that closes or limits something; return its exit code and what came."""
    command = around.format(f"{shlex.quote(sys.executable)} -m iasyncinfo_conformance.cli {arguments}")
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=120, cwd=folder
    )
    return done.returncode, done.stdout, done.stderr


def assert_one_paragraph(text: str) -> None:
    """One line that is no traceback."""
    assert re.fullmatch(r"iasyncinfo: [^\n]*\.\n", text), text
    assert "Traceback" not in text


# -- streams ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "last", "around"),
    [
        (QUICK, "conforms (rules CANCEL-ONCE).", "{} >/dev/full"),
        ("smoke reference", "the adapter is sane.", "{} >&-"),
        ("replay reference cancel", "allowed.", "{} >/dev/full"),
        ("list profiles", ".", "{} >&-"),
        ("show --format json", "}.", "{} >/dev/full"),
        ("--help", ".", "{} >&-"),
        ("check --help", ".", "{} >/dev/full"),
    ],
)
def test_output_that_cannot_be_written_is_told_on_standard_error(arguments: str, last: str, around: str) -> None:
    """With the last line, which has the verdict; the table of hostile cases has each of both."""
    code, out, err = shell(arguments, around)
    assert (code, out) == (3, "")
    assert_one_paragraph(err)
    assert err.startswith("iasyncinfo: standard output cannot be written: ")
    assert err.endswith(f"{last}\n")


@pytest.mark.parametrize("around", ["{} 2>/dev/full", "{} 2>&-", "{} <&- 2>&-"])
def test_complaints_that_cannot_be_written_are_told_on_standard_output(around: str) -> None:
    """Somebody may read them there."""
    for arguments, expected in [("smoke no_such_module:start", 3), ("check reference --profile x", 2)]:
        code, out, _ = shell(arguments, around)
        assert code == expected
        assert_one_paragraph(out)


@pytest.mark.parametrize("around", ["{} 2>&-", "{} 2>/dev/full", "{} <&-"])
def test_a_stream_that_is_not_needed_is_not_missed(around: str) -> None:
    """A verdict is a verdict."""
    code, out, err = shell(QUICK, around)
    assert (code, err) == (0, "")
    assert out.endswith("conforms (rules CANCEL-ONCE)\n")


@pytest.mark.parametrize("around", ["{} >&- 2>&-", "{} >/dev/full 2>/dev/full", "{} >&- 2>&- <&-"])
def test_with_no_stream_at_all_there_is_the_exit_code(around: str, tmp_path: Path) -> None:
    """And the report files: the verdict in one, for those who count failures an error in the other."""
    code, out, err = shell(f"{QUICK} --json r.json --junit r.xml", around, tmp_path)
    assert (code, out, err) == (3, "", "")
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "conforms"
    assert ElementTree.parse(tmp_path / "r.xml").findall(".//error")


@pytest.mark.parametrize("option", ["--json", "--junit"])
def test_a_full_disk_is_no_fault_of_the_command_line(option: str) -> None:
    """The file has a right name."""
    code, out, err = shell(f"{QUICK} {option} /dev/full")
    assert (code, out) == (3, "")
    assert_one_paragraph(err)
    assert "the report '/dev/full' cannot be written: No space left on device" in err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_report_that_cannot_be_written_any_more_loses_no_verdict(
    cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Neither does it lose the other report, which has an error more."""
    replacing = files._replace

    def fails_at_the_end(path: Path, text: str) -> None:
        if path.suffix == ".json" and path.exists():
            raise OSError(number, os.strerror(number))
        replacing(path, text)

    monkeypatch.setattr(files, "_replace", fails_at_the_end)
    code, out, err = cli(*QUICK.split(), "--json", folder / "r.json", "--junit", folder / "r.xml")
    assert code == 3
    assert out.endswith("conforms (rules CANCEL-ONCE)\n")
    assert_one_paragraph(err)
    cases = ElementTree.parse(folder / "r.xml").getroot()
    assert [(case.get("name"), [each.tag for each in case]) for case in cases] == [
        ("CANCEL-ONCE", []),
        ("check", ["error"]),
    ]
    assert json.loads((folder / "r.json").read_text())["verdict"] == "harness-fault"  # it was begun


# -- what a machine lacks ---------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", ["smoke reference", QUICK, "identify reference", "surface json", "list profiles"])
def test_a_folder_that_is_gone_is_named(tmp_path: Path, arguments: str) -> None:
    """What needs no folder still works there."""
    gone = shlex.quote(str(tmp_path / "gone"))
    code, _, err = shell(arguments, f"mkdir {gone} && cd {gone} && rmdir {gone} && {{}}")
    assert code in ((0, 3) if arguments != "list profiles" else (0,))
    if code == 3:
        assert_one_paragraph(err)
        assert "the folder in which iasyncinfo runs is not there any more" in err


@pytest.mark.parametrize(("descriptors", "arguments"), [(6, "smoke reference"), (8, QUICK), (12, QUICK)])
def test_too_few_descriptors_are_said(descriptors: int, arguments: str) -> None:
    """Where they are enough, it works; the table of hostile cases has more of them."""
    code, _, err = shell(arguments, f"ulimit -n {descriptors}; {{}}")
    assert code in (0, 3)
    if code == 3:
        assert_one_paragraph(err)
        assert "Too many open files" in err


def test_what_gave_out_is_told_apart_from_a_defect() -> None:
    """Only for the latter is the tool to blame."""
    lacks = OSError(errno.ENOSPC, "full"), MemoryError(), RuntimeError("can't start new thread")
    defects = KeyError("a"), RecursionError(), OSError(errno.EBADF, "bad"), RuntimeError("x")
    assert not any("defect" in why_it_broke(error) for error in lacks)
    assert all("This is a defect of iasyncinfo's" in why_it_broke(error) for error in defects)


# -- a defect ---------------------------------------------------------------------------------------


def recursion(*_given: object) -> None:
    """Never come back."""
    recursion()


def raising(error: BaseException) -> Callable[..., None]:
    """Return a function that raises."""

    def fail(*_given: object) -> None:
        raise error

    return fail


class Unspeakable(Exception):
    """An exception that cannot be told."""

    def __str__(self) -> str:
        raise RuntimeError


BREAKS: dict[str, Callable[..., None]] = {
    "RecursionError": recursion,
    "not enough memory": raising(MemoryError()),
    "KeyError: 'a\\n\\x1b'": raising(KeyError("a\n\x1b")),
    "Unspeakable: it cannot say what it is": raising(Unspeakable()),
    "GeneratorExit": raising(GeneratorExit()),
    "UnicodeEncodeError": raising(UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no")),
}


@pytest.mark.parametrize("says", BREAKS)
def test_a_defect_is_one_paragraph(refusal: Refusal, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """In whatever verb it is."""
    monkeypatch.setattr(list_, "listing", BREAKS[says])
    code, complaint = refusal("list", "rules")
    assert code == 3
    assert says in complaint
    assert "the suite itself failed" in complaint


@pytest.mark.parametrize("says", [says for says in BREAKS if says != "GeneratorExit"])
def test_a_defect_in_a_check_leaves_its_reports(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path, says: str
) -> None:
    """They say the same."""
    monkeypatch.setattr(check, "directed", BREAKS[says])
    code, out, err = cli(*QUICK.split(), "--json", folder / "r.json", "--junit", folder / "r.xml")
    assert code == 3
    assert out.endswith("harness-fault (rules CANCEL-ONCE): the suite is broken\n")
    assert_one_paragraph(err)
    assert says in err
    fault: dict[str, Any] = json.loads((folder / "r.json").read_text())["faults"][0]
    assert (fault["whose"], f"iasyncinfo: {fault['what']}\n") == ("suite", err)
    assert ElementTree.parse(folder / "r.xml").getroot().get("errors") == "1"


@pytest.mark.parametrize("arguments", ["--debug list rules", "list --debug rules", "list rules --debug"])
def test_debug_shows_the_traceback_wherever_it_stands(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: str
) -> None:
    """Then comes the paragraph; what the traceback quotes is escaped, too."""
    monkeypatch.setattr(list_, "listing", raising(KeyError("a\x1b")))
    code, out, err = cli(*arguments.split())
    assert (code, out) == (3, "")
    assert "Traceback (most recent call last):" in err
    assert "\x1b" not in err
    assert_one_paragraph(err[err.rindex("iasyncinfo: ") :])
    assert "Traceback" not in cli("list", "rules")[2]


def test_debug_shows_where_a_check_failed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which goes on to its record."""
    monkeypatch.setattr(check, "directed", raising(KeyError("a")))
    code, out, err = cli("--debug", *QUICK.split())
    assert code == 3
    assert "Traceback" in err
    assert "the suite is broken" in out


def test_nothing_but_one_module_prints() -> None:
    """What is printed elsewhere meets none of this; lines of progress and what a replay relays are exceptions."""
    root = Path(iasyncinfo_conformance.__file__).parent
    prints = re.compile(r"(?<!\w)print\(|std(?:out|err)\.write")
    sources = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}
    printing = {name for name, source in sources.items() if prints.search(source) and "counterexamples" not in name}
    assert printing == {
        "console/telling.py",
        "console/progress.py",
        "commands/replay.py",
        "replaying/debugging.py",
        "drivers/recipe.py",
        "children/patience.py",
    }
