"""``iasyncinfo report`` prints a record as the check printed it, and reports are valid however a check ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

Cli = Callable[..., tuple[int, str, str]]
Refusal = Callable[..., tuple[int, str]]
Source = Callable[..., str]

MORE = """
class Unready(plain.Plain):
    def get_results(self):
        return None if self._working else super().get_results()


def start_wrong(kind):
    only(kind, Kind.OPERATION)
    return plain.subject(Unready, kind)


def start_lacking(kind):
    started = start(kind)
    return Subject(started.operation, started.complete)


def start_broken(kind):
    only(kind, Kind.ACTION)
    return replace(plain.start(kind), complete=lambda: None)
"""


@pytest.mark.parametrize("name", ["start", "start_wrong", "start_lacking", "start_broken", "no_such_start"])
def test_a_record_is_printed_as_the_check_printed_it(cli: Cli, module: Source, name: str) -> None:
    """Letter for letter, with its exit code and its complaint."""
    checked = cli("check", f"{module(MORE)}:{name}", "--quick", "--json", "report.json")
    assert cli("report", "report.json") == checked
    assert checked[1].splitlines()[-1].startswith(json.loads(Path("report.json").read_text())["verdict"])


def test_several_records_end_with_the_first_code_that_is_not_0(cli: Cli, module: Source) -> None:
    """They are printed one after the other."""
    source = module(MORE)
    for name in ("start", "start_wrong"):
        cli("check", f"{source}:{name}", "--quick", "--json", f"{name}.json")
    code, out, _ = cli("report", "start.json", "start_wrong.json")
    assert code == 1
    assert out.index("\nconforms\n") < out.index("\ndoes-not-conform\n")


def test_a_page_is_written_beside_what_is_printed(cli: Cli, module: Source) -> None:
    """By the check and from its record the same one; of several records one page, and Markdown if asked for."""
    target = f"{module(MORE)}:start_wrong"
    checked = cli("check", target, "--quick", "--json", "r.json", "--html", "check.html")
    assert cli("report", "r.json", "--html", "report.html") == checked
    assert Path("check.html").read_text() == Path("report.html").read_text()
    code, out, _ = cli("report", "r.json", "r.json", "--html", "both.html", "--format", "markdown")
    assert (code, out.splitlines()[0]) == (1, f"### What changed of `{target}`")
    assert "Nothing: both records say the same." in Path("both.html").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is none: JSONDecodeError"),
        ("[]", "is none of this version's: the document: [] is not of type 'object'"),
        ('{"schema": "https://iasyncinfo.dev/schema/report-1.json"}', "'suite' is a required property"),
    ],
)
def test_a_file_that_is_no_report_is_refused(refusal: Refusal, folder: Path, text: str, says: str) -> None:
    """In one paragraph, which says what it is not."""
    (folder / "report.json").write_text(text)
    code, complaint = refusal("report", "report.json")
    assert code == 2
    assert says in complaint


SLOW = """
import os
import signal
import threading

words = 0


def start_stopping(kind):
    only(kind, Kind.ACTION)
    return replace(plain.start(kind), dispose=stop)


def stop():
    global words
    words += 1
    if words == 40:
        os.kill(int(os.environ["PARENT"]), getattr(signal, os.environ["SIGNAL"]))
        threading.Event().wait()
"""
"""A subject that has the command stopped while it is asked."""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_valid_reports(module: Source, folder: Path, name: str, code: int) -> None:
    """They say what ended the check; JUnit is red."""
    program = (
        "import os, sys; os.environ['PARENT'] = str(os.getpid()); "
        "from iasyncinfo_conformance.cli import main; sys.exit(main())"
    )
    command = ["check", f"{module(SLOW)}:start_stopping", "--json", "r.json", "--junit", "r.xml", "--timeout", "20"]
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=folder,
        env={**os.environ, "SIGNAL": name, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    record = json.loads((folder / "r.json").read_text())
    assert done.returncode == code == 128 + getattr(signal, name), done.stderr
    assert (record["stopped"], record["verdict"]) == (name, "incomplete")
    assert done.stdout.splitlines()[-1] == f"incomplete: stopped by {name}; the rest was not run"
    suite = ElementTree.parse(folder / "r.xml").getroot()
    assert int(suite.attrib["errors"]) == 1
