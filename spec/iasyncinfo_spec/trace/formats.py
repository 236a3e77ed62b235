"""Reading recordings and logs: JSON lines, plain or compressed, whose first line says what they are."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, TypeAlias, cast

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.pairs import drives_several, shares
from iasyncinfo_spec.trace.matching import Result, one_id
from iasyncinfo_spec.trace.shapes import Misshapen, check_trace
from iasyncinfo_spec.words import OTHERS, from_json, to_json

Json: TypeAlias = dict[str, Any]
RECORDING: Final = "recording"
LOG: Final = "log"
_ABSENT: Final = dict.fromkeys(("kind", "steps", "results"))


class NotReadable(Exception):
    """A file is neither a recording nor a log; the message names the file, the line and why."""


class Empty(NotReadable):
    """A file holds no line, or none that is whole."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file: ``form`` is :data:`RECORDING` or :data:`LOG`."""

    form: str
    said: Json

    @property
    def profile(self) -> str:
        """The row that the file claims to be a recording of, or nothing."""
        return str(self.said.get("profile", ""))

    @property
    def worker(self) -> str:
        """Whether a log's worker is ``seen`` or ``hidden``: seen, unless the file says otherwise."""
        return str(self.said.get("worker", "seen"))

    def __str__(self) -> str:
        """Return what was recorded, as far as the file says it."""
        return ", ".join(str(self.said[key]) for key in ("subject", "version") if self.said.get(key)) or self.form


class Trace(NamedTuple):
    """One word and what came; fewer results than steps mean that it was cut off."""

    line: int
    kind: Kind
    steps: list[list[Any]]
    results: list[Result]


class Source:
    """A file, read line by line; ``cut_off`` is true once its end was found missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cut_off: bool = False

    def __iter__(self) -> Iterator[tuple[int, str]]:
        with _opened(self.path) as stream:
            number = 0
            try:
                for number, line in enumerate(stream, 1):
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
            except (EOFError, zlib.error):
                self.cut_off = True
            except gzip.BadGzipFile as error:
                raise self.fault(number + 1, f"it cannot be read: {error}") from None
            except UnicodeDecodeError as error:
                raise self.fault(number, f"it cannot be read: {error}") from None

    def objects(self) -> Iterator[tuple[int, str, Json]]:
        """Yield the number, the text and the object of each line; the last may be cut off."""
        for number, line in self:
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except RecursionError:
                raise self.fault(number, "it is nested too deeply") from None
            except ValueError:
                if line.endswith("\n"):
                    raise self.fault(number, "it is no JSON") from None
                self.cut_off = True
                return
            if not isinstance(value, dict):
                raise self.fault(number, "it is no object")
            yield number, line, value

    def fault(self, line: int, why: str) -> NotReadable:
        """Return the exception that names a line of this file."""
        return NotReadable(f"{self.path}, line {line}: {why}")


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"  # a name may say what a file is not yet, or no longer
    return cast(IO[bytes], gzip.open(path)) if compressed else path.open("rb")


def read(source: Source) -> tuple[Header, Iterator[tuple[int, str, Json]]]:
    """Return the header of a file and its other lines; a NotReadable where the first line is no header.

    Raises Empty where there is no line, or none that is whole.
    """
    lines = source.objects()
    number, _, first = next(lines, (0, "", {}))
    if not number:
        raise Empty(f"{source.path}: it is {'cut off in its first line' if source.cut_off else 'empty'}")
    for form in (RECORDING, LOG):
        if first.get(form) == 1:
            header = Header(form, first)
            if header.worker not in ("seen", "hidden"):
                raise source.fault(number, f'"worker" is "seen" or "hidden", not {header.worker!r}')
            return header, lines
    raise source.fault(number, 'the first line has neither "recording": 1 nor "log": 1')


def traces(source: Source, lines: Iterator[tuple[int, str, Json]]) -> Iterator[Trace]:
    """Yield the traces of a recording; a NotReadable where a line is none."""
    for number, text, value in lines:
        try:
            yield from _traces(number, text, value)
        except Misshapen as error:
            raise source.fault(number, f"it is no trace: {error}") from None


def _traces(number: int, text: str, value: Json) -> Iterator[Trace]:
    """Yield the trace of a line; where its word drives several objects, one of each: none knows of the others."""
    kind, steps, results = itemgetter("kind", "steps", "results")({**_ABSENT, **value})
    if kind not in tuple(Kind):
        raise Misshapen(f"there is no kind {kind!r}")
    try:
        check_trace(steps, results)
    except RecursionError:
        raise Misshapen("it is nested too deeply") from None
    if any(f'"{prefix}' in text for prefix in OTHERS) and drives_several(steps):
        for share in shares(from_json(steps)):
            came = [results[number - 1] for number in share.numbers if number <= len(results)]
            yield _trace(number, text, kind, to_json(share.word), came)
    else:
        yield _trace(number, text, kind, steps, results)


def _trace(number: int, text: str, kind: str, steps: list[list[Any]], results: list[Result]) -> Trace:
    if '"id"' in text:  # most lines read no id: that is seen sooner than a word is made of them
        results = list(one_id(from_json(steps), results))
    return Trace(number, Kind(kind), steps, results)
