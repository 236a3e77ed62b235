"""Executables that are built once and kept: under a lock, whole, and where nobody else could have written them."""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from iasyncinfo_conformance.drivers.cache import locked
from iasyncinfo_conformance.errors import HarnessFault

_DRIVER, _HASH = "driver", "sha256"


def kept(home: Path, build: Callable[[Path], None]) -> Path:
    """Return the executable in the folder ``home``; ``build`` makes it in a folder of its own where it is not whole.

    Raises OSError where the folder cannot be written to, and HarnessFault where somebody else could have written
    there, or another process builds without end.
    """
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_own(home.parent)
    with locked(home.parent):
        if not _is_whole(home):
            shutil.rmtree(home, ignore_errors=True)
            _build_beside(home, build)
        for path in (home, home / _DRIVER):
            _require_own(path)
    return home / _DRIVER


def _build_beside(home: Path, build: Callable[[Path], None]) -> None:
    """Build in a folder beside, which is renamed when all of it is there."""
    with tempfile.TemporaryDirectory(prefix=f"{home.name}-", dir=home.parent) as name:
        finished = Path(name) / "finished"
        finished.mkdir(mode=0o700)
        build(finished / _DRIVER)
        (finished / _DRIVER).chmod(0o700)
        (finished / _HASH).write_text(_hash(finished / _DRIVER))
        finished.rename(home)


def _is_whole(home: Path) -> bool:
    """Return whether the executable is there as it was built."""
    try:
        return os.access(home / _DRIVER, os.X_OK) and (home / _HASH).read_text() == _hash(home / _DRIVER)
    except (OSError, UnicodeDecodeError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _require_own(path: Path) -> None:
    """Raise HarnessFault where somebody else than this user could have written a file or into a folder."""
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise HarnessFault(f"{path} belongs to somebody else, so what is in there is not run. Remove it.")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise HarnessFault(
            f"{path} can be written by others, so what is in there is not run. Remove it, or the right to do so: "
            "chmod -R go-w."
        )
