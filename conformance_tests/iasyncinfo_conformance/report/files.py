"""Reports as files: valid from the first moment of a command to its last."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeGuard

from iasyncinfo_conformance.errors import SCARCE, HarnessFault, ToolFault, UsageFault, Whose
from iasyncinfo_conformance.record.findings import Fault
from iasyncinfo_conformance.record.record import Named, Record
from iasyncinfo_conformance.report.json_report import as_text
from iasyncinfo_conformance.report.junit import as_junit

STDOUT: Final = Path("-")
"""Stands for standard output, to which whoever tells of a record writes; it is no file."""
_UNFINISHED: Final = "the check has not ended, or was killed before it could say how"
_NOBODY_READS: Final = "nobody reads from it"


class Reports(NamedTuple):
    """The files that a command is asked to write, each by the name of its option."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None


def _page(record: Record) -> str:
    from iasyncinfo_conformance.report.html.page import page  # whoever asks for no page waits for no templates

    return page(record)


_MADE_BY: Final[tuple[Callable[[Record], str], ...]] = (as_text, as_junit, _page)
"""What makes each of them."""


def begin(target: str, reports: Reports) -> None:
    """Write reports that say that the check has not ended: they stand if it is killed.

    What is no file, as a pipe to another program, gets the finished report alone. Raises what :func:`write` does.
    """
    require_writable(*reports)
    if reports.count(STDOUT) > 1:
        raise UsageFault("standard output can be one report, and - was given twice. Name a file for the other.")
    unfinished = Record(Named(target), faults=(Fault("", _UNFINISHED, Whose.UNKNOWN, final=True),))
    _write_all(unfinished, Reports(*(None if path is None or _is_stream(path) else path for path in reports)))


def require_writable(*paths: Path | None) -> None:
    """Refuse, before the work is done, paths at which its result could not be written; raises what :func:`write` does.

    What is there stays as it is.
    """
    for path in filter(_is_named, paths):
        with _told(path):
            if not _is_stream(path):
                descriptor, beside = _beside(path.resolve())
                os.close(descriptor)
                beside.unlink()
            elif not path.is_fifo():  # a pipe's reader would take it for the end
                _pour(path, "")


def write_reports(record: Record, reports: Reports) -> None:
    """Write the reports that were asked for; a ToolFault where a file cannot be written that could be before."""
    try:
        _write_all(record, reports)
    except UsageFault as fault:
        raise ToolFault(fault) from fault


def on_stdout(record: Record, reports: Reports) -> str | None:
    """Return the report that is to have standard output, if one is."""
    return next((make(record) for path, make in zip(reports, _MADE_BY, strict=True) if path == STDOUT), None)


def _write_all(record: Record, reports: Reports) -> None:
    """Write each report, also where another cannot be written; raises what the first of these raises."""
    unwritten: list[HarnessFault | UsageFault] = []
    for path, make in zip(reports, _MADE_BY, strict=True):
        try:
            if _is_named(path):
                write(path, make(record))
        except (HarnessFault, UsageFault) as fault:
            unwritten.append(fault)
    if unwritten:
        raise unwritten[0]


def write(path: Path, text: str) -> None:
    """Write a file in one piece: whoever reads it finds the old text or the new.

    Raises UsageFault where the path cannot be written, ToolFault where the machine cannot write it.
    """
    with _told(path):
        if _is_stream(path):
            _pour(path, text)
        else:
            _replace(path.resolve(), text)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell an OSError as whose fault it is."""
    try:
        yield
    except OSError as error:
        whose = ToolFault if error.errno in SCARCE else UsageFault
        why = _NOBODY_READS if error.errno == errno.ENXIO else error.strerror
        raise whose(f"the report {str(path)!r} cannot be written: {why}. Name another file.") from error


def _is_named(path: Path | None) -> TypeGuard[Path]:
    return path is not None and path != STDOUT


def _is_stream(path: Path) -> bool:
    """Return whether there is something that is no file: a device, a pipe, a folder."""
    return path.exists() and not path.is_file()


def _pour(path: Path, text: str) -> None:
    """Write to what is there, which has to have a reader: a pipe without one would never open."""
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "wb", buffering=0) as stream:
        os.set_blocking(descriptor, True)
        left = memoryview(text.encode())
        while written := stream.write(left):  # once at least: a device that is full says so then
            left = left[written:]


def _beside(path: Path) -> tuple[int, Path]:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    return descriptor, Path(name)


def _replace(path: Path, text: str) -> None:
    descriptor, beside = _beside(path)
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
