"""The table of hostile cases: nothing that a subject, a driver or a signal does can hang, silence or outlive a command.

Each row runs the command line as a whole process and shows its exit code, seconds, whether the reports that it writes
are valid, the processes that are left, and the memory of its largest process. Exit code 1 if a row is bad.

    python conformance_tests/benchmarks/hostile.py [PATTERN ...]
"""

import json
import os
import pty
import resource
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.hostile_rows import ROWS as DONE_BY_SUBJECTS
from benchmarks.hostile_rows import Row
from benchmarks.hostile_surroundings import ROWS as SURROUNDINGS
from iasyncinfo_conformance.children.descendants import adopt, children, descendants, sweep

ROWS: Final = (*DONE_BY_SUBJECTS, *SURROUNDINGS)
_SPAN: Final = 0.02
"""Seconds between two looks at what a row waits for."""
_SHOWN: Final = 2000
"""Characters of the output of a bad row."""
_MAIN: Final = "import sys; from iasyncinfo_conformance.cli import main; sys.exit(main())"
_GONE_SECONDS: Final = 2.0
"""How long a process that has been killed may take to vanish from the table of processes."""


@dataclass
class Came:
    """What came of a row, and what is wrong with it."""

    row: Row
    code: int | None
    seconds: float
    reports: str
    left: list[int]
    megabytes: float
    output: str = ""
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        code = "-" if self.code is None else self.code
        bad = f"  BAD: {'; '.join(self.wrong)}" if self.wrong else ""
        return (
            f"{self.row.name:<62} {code:>4} {self.seconds:>6.1f} {self.reports:>8} {len(self.left):>4} "
            f"{self.megabytes:>5.0f}{bad}"
        )


_CLEAR: Final = "\r\033[K"
"""Clears the terminal's line."""
HEAD: Final = f"{'case':<62} {'exit':>4} {'s':>6} {'reports':>8} {'left':>4} {'MB':>5}"


def ran(row: Row) -> Came:
    """Run one row in an empty folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hostile-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, text in row.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
            (folder / path).chmod(0o755)
        return _ran_in(folder, row)


def _ran_in(folder: Path, row: Row) -> Came:
    adopt()
    before = children()
    started = time.monotonic()
    errors, terminal = pty.openpty() if row.terminal else (-1, -1)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            _command(row, folder),
            cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=terminal if row.terminal else output,
            env={**os.environ, **{key: _filled(each, folder) for key, each in row.environment.items()}},
            start_new_session=True,
        )  # fmt: skip
        try:
            reached = _send(row, process, folder)
            code, memory = _end(process, row.seconds - (time.monotonic() - started))
            seconds = time.monotonic() - started
            left = _left(before)
        finally:
            sweep(before)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if row.terminal:
        os.close(terminal)
        text += _drained(errors)
    reports = _reports(folder, code)
    came = Came(row, code, seconds, reports, left, memory, text)
    came.wrong += [] if reached else [f"{row.at!r} was not reached"]
    came.wrong += _wrong(came)
    return came


def _command(row: Row, folder: Path) -> list[str]:
    command = [sys.executable, "-P", "-c", _MAIN, *(_filled(each, folder) for each in row.arguments)]
    return command if row.around == "{}" else ["/bin/sh", "-c", row.around.replace("{}", shlex.join(command))]


def _filled(text: str, folder: Path) -> str:
    return text.replace("{python}", shlex.quote(sys.executable)).replace("{folder}", str(folder))


def _send(row: Row, process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    """Send the row's signals when it has come so far; return whether it has."""
    deadline = time.monotonic() + row.seconds
    while row.signals and not _has_reached(row.at, process, folder):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(_SPAN)
    for number, name in enumerate(row.signals):
        if number:
            time.sleep(_SPAN)
        process.send_signal(getattr(signal, name))
    return True


def _has_reached(at: str, process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    match at:
        case "begun":
            return True
        case "spawned":
            return bool(descendants(process.pid))
        case _:
            return (folder / f"{at}.reached").exists()


def _end(process: "subprocess.Popen[bytes]", seconds: float) -> tuple[int | None, float]:
    """Return the exit code, or None where it does not end, and the megabytes of its largest process."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode, usage.ru_maxrss / 1024
        time.sleep(_SPAN)
    process.kill()
    process.wait()
    return None, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _own_megabytes() -> float:
    """Return what this process had at most: a child that it forks is counted with that until it runs its program."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _left(before: set[int]) -> list[int]:
    """Return the processes that are left, whatever they did to their session or environment: they are ours now."""
    deadline = time.monotonic() + _GONE_SECONDS
    while (left := [each for each in children() - before if not _is_dead(each)]) and time.monotonic() < deadline:
        time.sleep(_SPAN)
    return left


def _is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _drained(descriptor: int) -> str:
    found = b""
    with suppress(OSError):
        while select.select([descriptor], [], [], 0)[0] and (chunk := os.read(descriptor, 65536)):
            found += chunk
    os.close(descriptor)
    return found.decode(errors="replace")


# -- what is wrong --------------------------------------------------------------------------------


def _wrong(came: Came) -> Iterator[str]:
    """Yield what is wrong with what came."""
    row, codes = came.row, " or ".join(map(str, came.row.exits))
    faults = {
        f"it does not end within {row.seconds:g} s": came.code is None,
        f"exit {codes} was due": came.code is not None and came.code not in row.exits,
        f"{len(came.left)} processes are left": bool(came.left),
        f"more than {row.megabytes} MB": came.megabytes > max(row.megabytes, _own_megabytes()),
        "a report is invalid": came.reports == "invalid",
        f"it does not say {row.says!r}": row.says not in came.output,
        f"it says {row.never!r}": bool(row.never) and row.never in came.output,
        # Python has one of its own for a Ctrl-C that comes before the first line of the command is run.
        "a traceback": "Traceback" in came.output and row.at != "begun",
    }
    yield from (fault for fault, holds in faults.items() if holds)
    yield from _unclean(came)


def _unclean(came: Came) -> Iterator[str]:
    """Yield what is wrong with complaints and with the terminal's line."""
    lines = [line for line in came.output.replace(_CLEAR, "\n").splitlines() if line.startswith("iasyncinfo: ")]
    told = [line for line in lines if not line.startswith("iasyncinfo: waiting for ")]
    in_report = "harness-fault" in came.output and not told  # the report has the faults of words
    if came.code not in (None, 0, 1, 4) and (came.code or 0) > 0 and len(told) != 1 and not in_report:
        yield f"{len(told)} paragraphs on standard error"
    if came.row.terminal:
        last = came.output.rstrip("\r\n").rpartition("\n")[2].rpartition(_CLEAR)[2]
        if not last.startswith("iasyncinfo: "):
            yield f"the terminal's line is {last!r}"


def _reports(folder: Path, code: int | None) -> str:
    """Return whether the reports that were written are valid; a dash where there are none."""
    found = [check(folder / name, code) for name, check in _CHECKS.items() if (folder / name).exists()]
    return "-" if not found else "valid" if all(found) else "invalid"


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    text = (files("iasyncinfo_conformance") / "schemas" / "report.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _is_json(path: Path, code: int | None) -> bool:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return bool(_validator().is_valid(report)) and (code == 0) <= (report["verdict"].startswith("conforms"))


def _is_junit(path: Path, code: int | None) -> bool:
    try:
        suite = ElementTree.parse(path)
    except ElementTree.ParseError:
        return False
    return code == 0 or any(suite.find(f".//{name}") is not None for name in ("failure", "error"))


_CHECKS: Final = {"r.json": _is_json, "r.xml": _is_junit}


def main(patterns: Sequence[str]) -> int:
    """Run the rows that match, all where none is given, and print the table; return 1 if one is bad."""
    rows = [row for row in ROWS if not patterns or any(fnmatch(row.name, pattern) for pattern in patterns)]
    print(HEAD)
    bad = 0
    for row in rows:
        came = ran(row)
        bad += bool(came.wrong)
        print(came, flush=True)
        if came.wrong:
            print(textwrap.indent(came.output[-_SHOWN:], "    | "), flush=True)
    print(f"{len(rows)} rows, {bad} bad")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
