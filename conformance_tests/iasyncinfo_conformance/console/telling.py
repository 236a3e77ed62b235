"""How a command tells what it has to tell: the text for people on standard output, complaints on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from iasyncinfo_conformance.console.terminal import shown
from iasyncinfo_conformance.errors import HarnessFault, ToolFault, UsageFault, who_stopped
from iasyncinfo_conformance.escaping import escaped_lines, told_by
from iasyncinfo_conformance.stopping import held
from iasyncinfo_conformance.streams import let_go, wiped

if TYPE_CHECKING:
    from iasyncinfo_conformance.record.record import Record
    from iasyncinfo_conformance.report.files import Reports


def say(text: str, *, verbatim: bool = False) -> None:
    """Print what a command was asked for, as it is where it is a document.

    Raises ToolFault where that cannot be; it ends with the text's last line.
    """
    try:
        _print(sys.stdout, text, verbatim=verbatim)
    except BrokenPipeError:  # the reader has read enough
        raise
    except (OSError, ValueError) as error:
        let_go(sys.stdout)
        why = error.strerror if isinstance(error, OSError) and error.strerror else told_by(error)
        last = text.rstrip("\n").rpartition("\n")[2].strip().rstrip(".")
        raise ToolFault(f"standard output cannot be written: {why}. Its last line was to be: {last}.") from error


def say_beside(text: str, document: str | None) -> None:
    """Print what a command was asked for; where a document is to have standard output, the text on standard error."""
    if document is None:
        say(text)
        return
    with suppress(OSError, ValueError):
        _print(sys.stderr, text)
    say(document.rstrip("\n"), verbatim=True)


def complain(fault: object) -> None:
    """Print a paragraph on standard error, or on standard output where that cannot be written.

    It is folded where people read it, and one line elsewhere.
    """
    for stream in (sys.stderr, sys.stdout):
        try:
            is_read = stream is not None and stream.isatty()
            if stream is not None and is_read:
                stream.write(wiped())  # a terminal shows that Ctrl-C was pressed
            _print(stream, f"iasyncinfo: {fault}", verbatim=not is_read)
        except (OSError, ValueError):
            let_go(stream)
        else:
            return


def tell(record: "Record", reports: "Reports | None" = None, *, output: bool = False) -> int:
    """Write the reports that were asked for, print the one for people, and return the exit code.

    With ``output`` it shows what the subject printed.
    """
    from iasyncinfo_conformance.report.files import Reports, on_stdout, write_reports
    from iasyncinfo_conformance.report.text import report

    wanted = reports or Reports()
    with held(), _told_by_junit(record, wanted), after(lambda: write_reports(record, wanted)):
        say_beside(report(record, output=output), on_stdout(record, wanted))
        if record.broken is not None:
            complain(record.broken.what)
        if record.stopped:
            complain(f"stopped by {who_stopped(record.stopped)}")
    return record.exit_code


@contextmanager
def _told_by_junit(record: "Record", reports: "Reports") -> Iterator[None]:
    """Write down for those who count failures that the command fails, where telling of the record is what fails."""
    from iasyncinfo_conformance.record.findings import Fault
    from iasyncinfo_conformance.report.files import Reports, write_reports

    try:
        yield
    except ToolFault as fault:
        broken = replace(record, faults=(*record.faults, Fault("", str(fault), fault.whose, final=True)))
        with suppress(HarnessFault, UsageFault):
            write_reports(broken, Reports(junit=reports.junit))
        raise


def tell_with(text: str, path: Path | None, document: str) -> None:
    """Print a text, and write the document that says the same where that was asked for."""
    from iasyncinfo_conformance.report.files import STDOUT, write

    if path == STDOUT:
        say_beside(text, document)
        return
    with after(lambda: write(path, document) if path is not None else None):
        say(text)


@contextmanager
def after(write: Callable[[], None]) -> Iterator[None]:
    """Write files first; where they cannot be written, all else is told before that is raised."""
    unwritten: HarnessFault | UsageFault | None = None
    try:
        write()
    except (HarnessFault, UsageFault) as fault:
        unwritten = fault
    yield
    if unwritten is not None:
        raise unwritten


def _print(stream: TextIO | None, text: str, *, verbatim: bool = False) -> None:
    if stream is None:
        raise OSError("it is closed")
    encoding = stream.encoding or "utf-8"
    safe = escaped_lines(text)
    print(
        (safe if verbatim else shown(safe, stream)).encode(encoding, "backslashreplace").decode(encoding),
        file=stream,
        flush=True,
    )
