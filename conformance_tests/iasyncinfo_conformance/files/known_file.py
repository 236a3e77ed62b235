"""The known-file, read: what is not understood is refused with its line."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.files.text_file import text_of
from iasyncinfo_conformance.record.known import Deviation, Exemption, Known, Noted, Unverified
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.meant import did_you_mean, no_such
from iasyncinfo_spec.situations import parse_either
from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE
from iasyncinfo_spec.words import WordError

_DEVIATION: Final = {"rule", "point", "kind", "word", "reason", "link"}
_UNVERIFIED: Final = {"rule", "kind", "reason"}
_ANSWER: Final = {"point", "reason"}
_EXEMPTION: Final = {"name", "reason"}
_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_ENDLESS_KEY: Final = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{32}}")
"""A key of so many parts, for which tomllib would take a time that grows with their square."""


def load_known(path: Path) -> Known:
    """Read a known-file; a UsageFault that names the line where it is missing or not understood."""
    text = text_of(path, "the known-file", "Check --known.")
    if _ENDLESS_KEY.search(text) is not None:
        raise UsageFault(f"the known-file {str(path)!r} is nested too deep for a known-file: a key has too many parts.")
    try:
        data = tomllib.loads(text)
    except ValueError as error:  # a number of thousands of digits is one, too
        raise UsageFault(f"the known-file {str(path)!r} is not TOML: {error}.") from error
    except RecursionError as error:
        raise UsageFault(f"the known-file {str(path)!r} is nested too deep for a known-file.") from error
    reader = _Reader(path, text)
    reader.only_keys(data, {"deviation", "unverified", "answer", "exemption"}, "a table")
    return Known(
        tuple(reader.deviation(entry) for entry in reader.entries(data, "deviation")),
        tuple(reader.unverified(entry) for entry in reader.entries(data, "unverified")),
        tuple(reader.answer(entry) for entry in reader.entries(data, "answer")),
        tuple(reader.exemption(entry) for entry in reader.entries(data, "exemption")),
    )


class _Reader:
    """Checks a known-file entry by entry, and names the line of what it refuses."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._header = 0

    def entries(self, data: dict[str, Any], name: str) -> list[dict[str, Any]]:
        entries = data.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._refuse(name, f"write it as [[{name}]]")
        headers = [
            number for number, line in enumerate(self._lines, 1) if line.strip().replace(" ", "") == f"[[{name}]]"
        ]
        for entry, number in zip(entries, headers, strict=False):
            entry["\0line"] = number
        return entries

    def deviation(self, entry: dict[str, Any]) -> Deviation:
        self._enter(entry)
        self.only_keys(entry, _DEVIATION, "a key of [[deviation]]")
        if ("rule" in entry) == ("point" in entry):
            raise self._refuse("deviation", "it names either a rule or a point")
        named, known = ("rule", EVERY_RULE) if "rule" in entry else ("point", EVERY_POINT)
        if entry[named] not in tuple(known):
            raise self._refuse(named, _none(named, entry[named], known))
        try:
            word = parse_either(self._text(entry, "word"))
        except WordError as error:
            raise self._refuse("word", f"it is no word: {error}") from error
        link = self._text(entry, "link") if "link" in entry else ""
        return Deviation(entry[named], self._kind(entry), word, self._text(entry, "reason"), link)

    def unverified(self, entry: dict[str, Any]) -> Unverified:
        self._enter(entry)
        self.only_keys(entry, _UNVERIFIED, "a key of [[unverified]]")
        if "rule" not in entry and "kind" not in entry:
            raise self._refuse("unverified", "it names a rule or a kind")
        if "rule" in entry and entry["rule"] not in tuple(EVERY_RULE):
            raise self._refuse("rule", _none("rule", entry["rule"], EVERY_RULE))
        kind = self._kind(entry) if "kind" in entry else None
        return Unverified(entry.get("rule"), kind, self._text(entry, "reason"))

    def answer(self, entry: dict[str, Any]) -> Noted:
        self._enter(entry)
        self.only_keys(entry, _ANSWER, "a key of [[answer]]")
        if entry.get("point") not in tuple(EVERY_POINT):
            raise self._refuse("point", _none("point", entry.get("point"), EVERY_POINT))
        return Noted(entry["point"], self._text(entry, "reason"))

    def exemption(self, entry: dict[str, Any]) -> Exemption:
        self._enter(entry)
        self.only_keys(entry, _EXEMPTION, "a key of [[exemption]]")
        return Exemption(self._text(entry, "name"), self._text(entry, "reason"))

    def only_keys(self, table: dict[str, Any], allowed: set[str], what: str) -> None:
        for key in table:
            if key not in allowed:
                meant = did_you_mean(key, allowed)
                raise self._refuse(key, f"it is not {what}.{meant} Those are {', '.join(sorted(allowed))}")

    def _enter(self, entry: dict[str, Any]) -> None:
        self._header = entry.pop("\0line", 0)

    def _kind(self, entry: dict[str, Any]) -> Kind:
        named = self._text(entry, "kind")
        if named not in tuple(Kind):
            raise self._refuse("kind", no_such("kind", named, Kind).removesuffix("."))
        return Kind(named)

    def _text(self, entry: dict[str, Any], key: str) -> str:
        value = entry.get(key)
        if isinstance(value, str) and not value.strip():
            raise self._refuse(key, "it is still to be filled in; each entry gives it as a text")
        if not isinstance(value, str):
            raise self._refuse(key, "each entry gives it as a text")
        return value

    def _refuse(self, key: str, why: str) -> UsageFault:
        numbered = enumerate(self._lines[self._header :], self._header + 1)
        line = next(
            (number for number, text in numbered if text.strip().lstrip("[").startswith(key)), self._header or 1
        )
        return UsageFault(f"the known-file {str(self._path)!r}, line {line}: {key!r}: {why}.")


def _none(what: str, name: object, known: Iterable[str]) -> str:
    return f"there is no {what} {name!r}.{did_you_mean(str(name), known)} See iasyncinfo list {what}s"
