"""How a command tells a record: the text for people on standard output, a fault on standard error."""

import sys
from pathlib import Path

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.files import write_reports
from iasyncinfo_conformance.report.text import report
from iasyncinfo_conformance.stopping import held


def tell(record: Record, json: Path | None = None, junit: Path | None = None) -> int:
    """Write the reports that were asked for, print the one for people, and return the exit code."""
    with held():
        write_reports(record, json, junit)
        print(report(record), flush=True)
        if record.broken is not None:
            print(f"iasyncinfo: {record.broken.what}", file=sys.stderr)
        if record.stopped:
            print(f"iasyncinfo: stopped by {_WHO.get(record.stopped, record.stopped)}", file=sys.stderr)
    return record.exit_code


_WHO = {"SIGINT": "the keyboard"}
