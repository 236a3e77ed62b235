"""A target whose words are written down with what came: the traces of a recording.

Several processes run the words of one check. Each opens the file by itself and appends whole lines, one write a
line, so that the lines of two never mix.
"""

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from iasyncinfo_conformance.errors import SCARCE, ToolFault, UsageFault
from iasyncinfo_conformance.escaping import class_name
from iasyncinfo_conformance.target import Explored, Result, Target, Trouble, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import WAITS, Word, from_json, to_json


def begin(path: Path, header: Mapping[str, object]) -> None:
    """Begin a recording with its first line; raises UsageFault where the file cannot be written."""
    try:
        path.write_text(_line({"recording": 1, **header}), encoding="utf-8")
    except OSError as error:
        whose = ToolFault if error.errno in SCARCE else UsageFault
        raise whose(f"the recording {str(path)!r} cannot be written: {error.strerror}. Name another file.") from error


def finish(path: Path) -> None:
    """Compress a recording whose name says that it is: lines can be appended only while it is not."""
    if path.suffix == ".gz" and path.is_file():
        path.write_bytes(gzip.compress(path.read_bytes()))


def recorded(target: Target, path: str) -> Target:
    """Return a target that appends what it runs to a recording that has begun; the same one where there is no path."""
    return cast(Target, _Recorded(target, path)) if path else target


class _Recorded:
    """Passes everything on to another target."""

    def __init__(self, target: Target, path: str) -> None:
        self._target = target
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        word = from_json(steps)
        (outcome,) = self.run_many(kind, [word])
        if isinstance(outcome, Trouble):
            raise outcome
        return outcome

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        listed = list(words)
        for word, outcome in zip(listed, self._target.run_many(kind, listed), strict=True):
            self._write(kind, word, outcome)
            yield outcome

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        came = self._target.run_together(words)
        for (kind, word), results in zip(words, [] if isinstance(came, Trouble) else came, strict=False):
            self._write(kind, word, results)
        return came

    def explore(self, kind: Kind, words: Iterable[Word], bound: int) -> Iterator[Explored | Trouble]:
        listed = list(words)
        for word, explored in zip(listed, self._target.explore(kind, listed, bound), strict=True):
            for outcome in [] if isinstance(explored, Trouble) else explored.outcomes:
                if not outcome.trouble:
                    self._write(kind, word, outcome.results)
            yield explored

    def _write(self, kind: Kind, word: Word, outcome: list[Result] | Trouble) -> None:
        """Append one trace: without results where the subject gave none, and none where the word was not run.

        Words that wait are no traces: the specification has no step that lasts while others are taken.
        """
        if needs_of(word).isdisjoint(WAITS) and (not isinstance(outcome, Trouble) or outcome.deed):
            results = [] if isinstance(outcome, Trouble) else outcome
            line = _line({"kind": Kind(kind).value, "steps": to_json(word), "results": results})
            os.write(self._file, line.encode())


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), default=class_name) + "\n"
