"""What the suite says of a corpus of subjects, so that two versions of it can be held against each other.

Run ``python conformance_tests/benchmarks/corpus.py run FILE [--python PATH]``: each subject is checked by the
package that is installed for that interpreter, in a process of its own, and what was said of it becomes one line
of JSON. ``python conformance_tests/benchmarks/corpus.py compare BEFORE AFTER`` prints where two such files differ;
the exit code is 1 where they do. Seconds and the lines that replay a failure are no part of it: the first vary from
run to run, the second name the module in which a subject happens to live.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

Line: TypeAlias = dict[str, Any]

_LIMIT: Final = 1200
"""Seconds that one whole check may take."""

_ENTRIES: Final = """
import json
from iasyncinfo_conformance.counterexamples import CORRECT, COUNTEREXAMPLES
from iasyncinfo_spec.families import FAMILIES
entries = [("right", CORRECT), ("wrong", COUNTEREXAMPLES)]
print(json.dumps({
    "families": list(FAMILIES),
    "entries": [(f"{side}:{entry.name}", entry.start) for side, entered in entries for entry in entered],
}))
"""
"""Run by the other interpreter, whose package may have its modules elsewhere than ours."""

_DRIVERS: Final = ("cppwinrt@2.0", "cppwinrt@3.0")
_FAILURE: Final = ("rule", "kind", "word", "step", "allowed", "actual")
_ABSENT: Final = "(absent)"


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of the corpus; ``name`` is permanent, ``target`` follows the modules of the package."""

    name: str
    target: str
    profile: str = "standard"


# -- run ------------------------------------------------------------------------------------------


def subjects(python: str) -> Iterator[Subject]:
    """Yield the corpus as the package of that interpreter has it."""
    with tempfile.TemporaryDirectory() as folder:
        printed = subprocess.run([python, "-c", _ENTRIES], cwd=folder, check=True, capture_output=True, text=True)
    found = json.loads(printed.stdout)
    for target in ("reference", *_DRIVERS):
        yield Subject(target, target)
    for family in found["families"]:
        yield Subject(f"family:{family}", f"family:{family}")
        yield Subject(f"family:{family} as {family}", f"family:{family}", family)
    for name, target in found["entries"]:
        yield Subject(name, target)


def run(python: str, subject: Subject) -> Line:
    """Check one subject; return what was said of it."""
    with tempfile.TemporaryDirectory() as folder:
        check = ["check", subject.target, "--profile", subject.profile, "-n", "1", "--json", "report.json"]
        try:
            done = _iasyncinfo(python, folder, *check)
        except subprocess.TimeoutExpired:
            return {"name": subject.name, "exit_code": f"none within {_LIMIT} s"}
        report = Path(folder, "report.json")
        text = report.read_text(encoding="utf-8") if report.exists() else ""
    said = {"name": subject.name, "exit_code": done.returncode, "stderr": _renamed(done.stderr, subject)}
    return said | (_of_report(json.loads(text)) if text else {})


def _iasyncinfo(python: str, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in an empty folder, since in a checkout that would hide what is installed."""
    command = [python, "-m", "iasyncinfo_conformance.cli", *arguments]
    return subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, errors="replace", timeout=_LIMIT
    )


def _build(python: str, chosen: list[Subject]) -> None:
    """Have drivers built that are built on first use, and then say so among the errors."""
    for target in _DRIVERS:
        if any(subject.target == target for subject in chosen):
            with tempfile.TemporaryDirectory() as folder:
                _iasyncinfo(python, folder, "smoke", target)


def _renamed(text: str, subject: Subject) -> str:
    return text.replace(subject.target, subject.name)


def _of_report(report: Line) -> Line:
    """Return what two versions can be asked alike; what a report does not have is null and shows as a difference."""
    return {
        "verdict": report["verdict"],
        "family": _only(("nearest", "exact", "first_difference"), report["family"]),
        "guarantee": (report["guarantee"] or {}).get("sentence"),
        "races": _only(("mode", "cells", "schedules"), report["races"]),
        "coverage": {kind: _only(("cells", "covered"), part) for kind, part in _coverage(report).items()},
        "rules": {rule["id"]: rule["verdict"] for rule in report["rules"]},
        "points": report["points"],
        "hazards": _sorted(
            [hazard.get("point", hazard.get("rule")), hazard["word"], hazard["why"]] for hazard in report["hazards"]
        ),
        "failures": _sorted([*_only(_FAILURE, failure).values()] for failure in report["failures"]),
        "faults": _sorted([*_only(("whose", "word", "what"), fault).values()] for fault in report["faults"]),
    }


def _coverage(report: Line) -> Line:
    """Return the cells of each kind: a part of their own in earlier reports, a part of the kind's suite in later."""
    if "coverage" in report:
        return dict(report["coverage"])
    return {kind: extent["suite"] for kind, extent in report["extents"].items()}


def _only(names: Iterable[str], part: Line) -> Line:
    return {name: part.get(name) for name in names}


def _sorted(rows: Iterable[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=json.dumps)


def _run(options: argparse.Namespace) -> int:
    python = str(Path(options.python).absolute())  # not resolved: a virtual environment is known by its link
    chosen = [subject for subject in subjects(python) if fnmatchcase(subject.name, options.only)][:: options.every]
    _build(python, chosen)
    with ThreadPoolExecutor(options.processes) as pool, options.file.open("w", encoding="utf-8") as file:
        for line in pool.map(partial(run, python), chosen):
            print(json.dumps(line), file=file, flush=True)
    return 0


# -- compare --------------------------------------------------------------------------------------


def differences(before: Mapping[str, Line], after: Mapping[str, Line]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield subject, field, what was said before and what after, wherever these differ."""
    for name in dict.fromkeys((*before, *after)):
        if name in before and name in after:
            yield from ((name, *difference) for difference in _differ("", before[name], after[name]))
        else:
            yield name, "subject", *(said.get(name, {}).get("verdict", _ABSENT) for said in (before, after))


def _differ(field: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differ(f"{field}.{key}".lstrip("."), before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        gone, come = Counter(map(json.dumps, before)), Counter(map(json.dumps, after))
        yield from ((field, json.loads(item), _ABSENT) for item in (gone - come).elements())
        yield from ((field, _ABSENT, json.loads(item)) for item in (come - gone).elements())
    elif before != after:
        yield field, before, after


def read(path: Path) -> dict[str, Line]:
    """Return the lines of a file by the names of their subjects."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["name"]: line for line in lines}


def _compare(options: argparse.Namespace) -> int:
    before, after = read(options.before), read(options.after)
    if options.common:
        before, after = ({name: said[name] for name in before.keys() & after.keys()} for said in (before, after))
    found = sorted(differences(before, after), key=lambda difference: difference[:2])
    for name, field, was, became in found:
        print(f"{name}  {field}\n  before {json.dumps(was)}\n  after  {json.dumps(became)}")
    print(f"{len(found)} differences in {len({name for name, *_ in found})} of {len({*before, *after})} subjects")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """Run the corpus, or compare two runs; return the exit code."""
    parser = argparse.ArgumentParser(description="Hold what two versions of the suite say against each other.")
    modes = parser.add_subparsers(required=True)
    runs = modes.add_parser("run", help="check each subject and write what was said of it")
    runs.set_defaults(do=_run)
    runs.add_argument("file", type=Path, help="where to write, one line of JSON a subject")
    runs.add_argument("--python", default=sys.executable, metavar="PATH", help="whose package is run; default this one")
    runs.add_argument("-n", dest="processes", type=int, default=2, metavar="N", help="checks at a time; default 2")
    runs.add_argument("--only", default="*", metavar="GLOB", help="only these subjects, for example 'family:*'")
    runs.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth subject")
    compares = modes.add_parser("compare", help="print where two runs differ")
    compares.set_defaults(do=_compare)
    compares.add_argument("before", type=Path)
    compares.add_argument("after", type=Path)
    compares.add_argument("--common", action="store_true", help="only the subjects that both files have")
    options = parser.parse_args(arguments)
    return int(options.do(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
