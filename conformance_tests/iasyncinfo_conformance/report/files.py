"""Reports as files: valid from the first moment of a command to its last."""

import os
import tempfile
from pathlib import Path

from iasyncinfo_conformance.errors import SCARCE, ToolFault, UsageFault, Whose
from iasyncinfo_conformance.record.findings import Fault
from iasyncinfo_conformance.record.record import Named, Record
from iasyncinfo_conformance.report.json_report import as_text
from iasyncinfo_conformance.report.junit import as_junit

_UNFINISHED = "the check has not ended, or was killed before it could say how"


def begin(target: str, json: Path | None, junit: Path | None) -> None:
    """Write reports that say that the check has not ended: they stand if it is killed. A UsageFault where it cannot."""
    unfinished = Record(Named(target), faults=(Fault("", _UNFINISHED, Whose.UNKNOWN, final=True),))
    _write_both(unfinished, json, junit)


def write_reports(record: Record, json: Path | None, junit: Path | None) -> None:
    """Write the reports that were asked for; a ToolFault where a file cannot be written that could be before."""
    try:
        _write_both(record, json, junit)
    except UsageFault as fault:
        raise ToolFault(fault) from fault


def _write_both(record: Record, json: Path | None, junit: Path | None) -> None:
    try:
        if json is not None:
            write(json, as_text(record))
    finally:
        if junit is not None:
            write(junit, as_junit(record))


def write(path: Path, text: str) -> None:
    """Write a file in one piece: whoever reads it finds the old text or the new.

    Raises UsageFault where the path cannot be written, ToolFault where the machine cannot write it.
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            path.write_text(text, encoding="utf-8")
            return
        _replace(path.resolve(), text)
    except OSError as error:
        whose = ToolFault if error.errno in SCARCE else UsageFault
        raise whose(f"the report {str(path)!r} cannot be written: {error.strerror}. Name another file.") from error


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
