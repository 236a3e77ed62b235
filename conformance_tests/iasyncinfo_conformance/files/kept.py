"""Failures kept in a file, to be run again: one JSON line each, of the words of ``iasyncinfo replay``."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.files.text_file import text_of
from iasyncinfo_spec.abi import Kind

_NEEDED: Final = ("target", "kind", "word")


class Kept(NamedTuple):
    """One word of one subject; ``schedule`` is that of its race, where it is known."""

    target: str
    kind: str
    word: str
    profile: str
    schedule: str = ""


def as_lines(kept: Iterable[Kept]) -> str:
    """Return the text of a file of these."""
    return "".join(json.dumps(each._asdict()) + "\n" for each in kept)


def read_kept(path: Path) -> list[Kept]:
    """Return what a file keeps; a UsageFault, with the line, where it is not understood, or keeps nothing."""
    lines = text_of(path, "the kept failures", "Write them with check --keep.").splitlines()
    kept = [_kept(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not kept:
        raise UsageFault(f"{str(path)!r} keeps no failure: the check that wrote it found none.")
    return kept


def _kept(path: Path, number: int, line: str) -> Kept:
    try:
        data = json.loads(line)
        given = {name: data.get(name, "") for name in Kept._fields}
        if any(not isinstance(value, str) for value in given.values()) or not all(given[name] for name in _NEEDED):
            raise ValueError(f"it needs {', '.join(_NEEDED)}, all of them texts")
        Kind(given["kind"])
    except (ValueError, AttributeError, RecursionError) as error:
        raise UsageFault(
            f"{str(path)!r}, line {number}, is no kept failure: {error}. Write it with check --keep."
        ) from None
    return Kept(**given)
