"""What was checked and when, from records that ``python docs/implementations.py [TARGET...]`` takes anew.

A record is what ``check --json`` or ``consume --json`` wrote, packed, with the day on which it was taken. The page says
what the records say.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.reading import from_json
from iasyncinfo_spec.rendering.markdown import records
from iasyncinfo_spec.static_rules import EVERY_RULE

RECORDS: Final = Path(__file__).parent / "records"

_PUBLISHED: Final = "iasyncinfo_conformance.drivers.published"
SUBJECTS: Final = (
    "reference",
    "cppwinrt@2.0",
    "cppwinrt@3.0",
    "windows-rs@0.2.1",
    "windows-rs@0.3.2",
    "windows-rs-ready",
    "javascript",
)
CONSUMERS: Final = (
    "reference:await",
    f"{_PUBLISHED}:pywinrt_3_2_1",
    f"{_PUBLISHED}:pywinrt_4_1_0",
    f"{_PUBLISHED}:bleak_3_1_0",
)
"""What runs on Linux, by its target; each has a record."""


class Taken(NamedTuple):
    """A record, the day on which it was taken, and the version of the suite that took it."""

    record: Record
    day: str
    suite: str


def taken(target: str) -> Taken:
    """Return the record of a target; an OSError where there is none."""
    packed: dict[str, Any] = json.loads(gzip.decompress(_path(target).read_bytes()))
    document = packed["record"]
    return Taken(from_json(document), packed["taken"], document["suite"]["version"])


def dates() -> str:
    """Return when each record was taken, of what, and how many rules it lacks that there are now."""
    head = ("target", "what it is", "taken", "by suite", "rules", "verdict")
    return records(head, map(_dated, (*SUBJECTS, *CONSUMERS)))


def take(target: str) -> None:
    """Run a target and keep its record, with today's date; a ValueError where the run left none."""
    command = "consume" if target in CONSUMERS else "check"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        arguments = [sys.executable, "-m", "iasyncinfo_conformance", command, target, "--json", str(report)]
        code = subprocess.run(arguments, stdout=subprocess.DEVNULL, check=False).returncode
        if code not in (0, 1):
            raise ValueError(f"{command} {target} ended with {code}: no record to keep")
        document = json.loads(report.read_text(encoding="utf-8"))
    text = json.dumps({"taken": date.today().isoformat(), "record": document}, sort_keys=True)
    RECORDS.mkdir(exist_ok=True)
    _path(target).write_bytes(gzip.compress(text.encode(), mtime=0))


def _path(target: str) -> Path:
    return RECORDS / f"{target.replace(f'{_PUBLISHED}:', '').replace(':', '-')}.json.gz"


def _dated(target: str) -> list[str]:
    record, day, suite = taken(target)
    asked = [verdict.id for verdict in record.verdicts]
    gone = [rule for rule in asked if rule not in EVERY_RULE]
    rules = str(len(asked)) + (f", of which are gone: {', '.join(gone)}" if gone else "")
    return [f"`{target}`", record.subject.about or target.rpartition(":")[2], day, suite, rules, record.verdict]


def main(targets: Sequence[str]) -> int:
    """Take the records of these targets, or of all; return the exit code."""
    for target in targets or (*SUBJECTS, *CONSUMERS):
        take(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
