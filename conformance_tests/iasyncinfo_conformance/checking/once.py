"""A check that several processes of one pytest run need, done by one of them: the others read its record."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from iasyncinfo_conformance.record.record import Record
from iasyncinfo_conformance.report.json_report import as_text
from iasyncinfo_conformance.report.reading import read_record


def once(folder: Path, name: str, check: Callable[[], Record]) -> Record:
    """Return the record of a check: that of the process which came first, where another did.

    Who finds the lock taken waits; the system lets go of it with the process that holds it, so whoever is next then
    checks.
    """
    path = folder / f"iasyncinfo-{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
    with _locked(path.with_suffix(".lock")):
        if path.exists():
            return read_record(path)
        record = check()
        path.write_text(as_text(record), encoding="utf-8")
        return record


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if os.name == "posix":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    _lock_a_byte(descriptor)


def _lock_a_byte(descriptor: int) -> None:
    import msvcrt

    while True:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:  # after ten seconds: somebody is at work
            continue
        return
