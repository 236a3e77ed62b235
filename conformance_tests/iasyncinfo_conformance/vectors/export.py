"""Vectors written into a folder, with all that a language without Python needs to run them.

One recording a kind, a manifest that says what they are and how to know that they are whole, the schema of both, and
a runner in JavaScript.
"""

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from iasyncinfo_conformance.errors import SCARCE, ToolFault, UsageFault
from iasyncinfo_conformance.target import needs_of, values_of
from iasyncinfo_conformance.vectors.choosing import Vector, kinds_of, of_row, of_rules
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import to_json

EDITION: Final = 1
"""Of the vectors: within one edition no vector allows less than it did."""
MANIFEST: Final = "manifest.json"
RUNNER: Final = ("run.mjs", "allows.mjs")
_SCHEMA: Final = "vectors.schema.json"
_PACKAGE: Final = Path(__file__).parents[1]


class _Complete(Enum):
    """What the manifest says of the words."""

    YES = (
        "Each file holds the complete test suite of its kind: a deterministic implementation that answers every word "
        "so, and has {extra} states more than the row's machine, is that machine over the plain steps."
    )
    BUT_FOR = (
        "The words are the complete test suites of the row with the first answer to each of {points}. The row leaves "
        "these points open, so whatever is known to be answered is allowed, and no completeness is claimed."
    )
    SKETCH = (
        "Little of the row is established, so there is no complete suite. The words are those of the rules, each with "
        "every list of results that the row's answers, and known answers to {points}, allow."
    )
    NO = (
        "The words are those of the rules, each with every list of results that known answers to the open points "
        "allow. No completeness is claimed."
    )


def export(
    folder: Path, profile: str, kinds: Sequence[Kind], extra: int = 0, tick: Callable[[str], object] = str
) -> list[str]:
    """Write the vectors of a profile into a new folder; return a line about each file.

    ``tick`` is told of each kind when its turn comes.
    Raises UsageFault where the folder holds something, or the profile has none of the kinds, and ToolFault where
    the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageFault(f"{str(folder)!r} holds files, and none is overwritten. Name a new folder.")
        return list(_written(folder, profile, kinds, extra, tick))
    except OSError as error:
        whose = ToolFault if error.errno in SCARCE else UsageFault
        raise whose(f"{str(folder)!r} cannot be written: {error.strerror}. Name another folder.") from error


def _written(
    folder: Path, profile: str, kinds: Sequence[Kind], extra: int, tick: Callable[[str], object]
) -> Iterator[str]:
    row, files, still_open = FAMILIES.get(profile), [], set[str]()
    left = row.open_points if row else ()
    listed = [kind for kind in kinds_of(row) if kind in kinds]
    if not listed:
        raise UsageFault(f"{profile} has no {' and no '.join(kinds)}, so there are no vectors of it.")
    for kind in listed:
        tick(kind.value)
        vectors, met = of_row(row, kind, extra) if row and not row.is_sketch else (of_rules(kind, row), frozenset(left))
        still_open |= met
        about = _file(folder, profile, kind, vectors)
        files.append(about)
        yield "{name:<36} {words:>6} words {steps:>7} steps {bytes:>8} bytes".format_map(about)
    names = [point for point in VARIATIONS if point in still_open]
    how = _how(row, names)
    manifest = {
        "vectors": 1,
        "edition": EDITION,
        "suite": {"version": version("iasyncinfo")},
        "profile": profile,
        "complete": how is _Complete.YES,
        "says": how.value.format(extra=extra or "no", points=", ".join(names)),
        "open": names,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(_PACKAGE / "schemas" / _SCHEMA, folder / _SCHEMA)
    for name in RUNNER:
        shutil.copyfile(Path(__file__).parent / name, folder / name)


def _how(row: Family | None, still_open: Sequence[str]) -> _Complete:
    if row is None:
        return _Complete.NO
    return _Complete.SKETCH if row.is_sketch else _Complete.BUT_FOR if still_open else _Complete.YES


def _file(folder: Path, profile: str, kind: Kind, listed: Sequence[Vector]) -> Mapping[str, Any]:
    """Write the recording of one kind, and return what the manifest says of it."""
    lines = [_line(_header(profile)), *(line for vector in listed for line in _lines(kind, vector))]
    # No name and no time in it: the same vectors are the same bytes.
    packed = gzip.compress("".join(lines).encode(), 9, mtime=0)
    name = f"{kind.value}.jsonl.gz"
    (folder / name).write_bytes(packed)
    return {
        "name": name,
        "kind": kind.value,
        "words": len(listed),
        "traces": len(lines) - 1,
        "steps": sum(len(vector.word) for vector in listed),
        "bytes": len(packed),
        "sha256": hashlib.sha256(packed).hexdigest(),
    }


def _header(profile: str) -> dict[str, Any]:
    provenance = f"iasyncinfo {version('iasyncinfo')}, vectors export"
    return {"recording": 1, "subject": f"vectors of {profile}", "provenance": provenance, "profile": profile}


def _lines(kind: Kind, vector: Vector) -> Iterator[str]:
    """Yield a trace for each list of results that a word may come to."""
    needs = {
        "needs": sorted(needs_of(vector.word)),
        "values": sorted(values_of(vector.word)),
        "without": ["cancel_ends_work"] if vector.pending else [],
    }
    for results in vector.allowed:
        yield _line({"kind": kind.value, **needs, "steps": to_json(vector.word), "results": results})


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
