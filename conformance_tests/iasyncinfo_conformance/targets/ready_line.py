"""The line with which a process says that it is ready: read whole, or refused with a sentence."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iasyncinfo_conformance.errors import DriverFault, HarnessFault
from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.target import CAPABILITIES
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.values import SORTS
from iasyncinfo_spec.words import Word, from_json

_LONGEST: Final = 200
"""Characters of a wrong part that are shown."""
_ENDS: Final = (("complete",), ("fail",), ("cancel", "acknowledge_cancel"))
"""The steps that had been taken where an object had ended when it was handed out."""


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """What a process says of its subject before the first word."""

    kinds: tuple[Kind, ...]
    supports: Mapping[Kind, frozenset[str]]
    values: tuple[str, ...]
    notes: tuple[str, ...]
    unexplored: str
    about: str
    classes: tuple[tuple[str, str], ...]
    born: Mapping[Kind, Word]


def ready_line(name: str, message: Mapping[str, Any]) -> ReadyLine:
    """Return the ready line of a target; raises a HarnessFault where it is not as the wire has it."""
    line = _Line(name, message)
    kinds, supports = line.kinds_and_supports()
    return ReadyLine(
        kinds=kinds,
        supports=supports,
        values=line.values(),
        notes=tuple(map(one_line, line.words("notes", []))),
        unexplored=line.text("unexplored"),
        about=" ".join(filter(None, map(line.text, ("name", "version")))),
        classes=() if line.is_drivers else line.classes(),
        born=line.born(kinds),
    )


class _Line:
    """A message, and whose fault it is where a part of it is wrong."""

    def __init__(self, name: str, message: Mapping[str, Any]) -> None:
        self._name, self._message = name, message
        self.is_drivers = name.startswith("exec:")

    def kinds_and_supports(self) -> tuple[tuple[Kind, ...], dict[Kind, frozenset[str]]]:
        """Return the kinds, and what is supported of each."""
        listed = self._message.get("supports", [])
        try:
            kinds = tuple(map(Kind, dict.fromkeys(self.words("kinds"))))
            supports = {kind: frozenset(listed[kind] if isinstance(listed, dict) else listed) for kind in kinds}
        except (KeyError, ValueError, TypeError) as error:
            raise self._fault(
                f" ({type(error).__name__}: {error}). It needs "
                f'"ready": true, "kinds": a list of {", ".join(Kind)}, and "supports": a list of words.'
            ) from error
        if not kinds:
            raise self._fault(": it declares no kind, so there is nothing to check.")
        self._only("it supports", frozenset[str]().union(*supports.values()), CAPABILITIES)
        self._only('"supports" is told for', listed if isinstance(listed, dict) else (), tuple(Kind))
        return kinds, supports

    def values(self) -> tuple[str, ...]:
        """Return the sorts of results that are carried."""
        sorts = self.words("values", ["int"])
        self._only('"values" has', sorts, SORTS)
        return sorts

    def _only(self, says: str, names: Iterable[str], there_are: tuple[str, ...]) -> None:
        """Refuse what is misspelled: unsaid, it would take tests away, and nobody would be told."""
        if unknown := sorted(map(str, set(names) - set(there_are))):
            raise self._fault(
                f": {says} {' and '.join(unknown)}, which the wire does not have. It has {', '.join(there_are)}."
            )

    def text(self, key: str) -> str:
        """Return a part that is a text."""
        text = self._message.get(key, "")
        if not isinstance(text, str):
            raise self._fault(f': "{key}" is a text, not {_shown(text)}.')
        return one_line(text)

    def words(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """Return a part that is a list of texts; without a default it has to be there."""
        texts = self._message[key] if default is None else self._message.get(key, default)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise self._fault(f': "{key}" is a list of words, not {_shown(texts)}.')
        return tuple(texts)

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes that the bundled host names."""
        listed = self._message.get("classes", [])
        return tuple((str(module), str(name)) for module, name in listed) if isinstance(listed, list) else ()

    def born(self, kinds: tuple[Kind, ...]) -> dict[Kind, Word]:
        """Return the steps that had ended the objects of a kind before they were handed out."""
        said = self._message.get("born", {})
        if not isinstance(said, dict) or not said.keys() <= set(kinds):
            raise self._fault(f': "born" is an object whose keys are kinds that it declares, not {_shown(said)}.')
        return {Kind(kind): self._end(steps) for kind, steps in said.items()}

    def _end(self, steps: object) -> Word:
        try:
            word = from_json(steps)  # type: ignore[arg-type]  # whatever a driver says
        except (AttributeError, TypeError):
            word = ()
        if tuple(step[0] for step in word) not in _ENDS or any(len(step) > 2 for step in word):
            raise self._fault(
                ': "born" has [["complete",result]], [["fail",code]] or [["cancel"],["acknowledge_cancel"]], '
                f"not {_shown(steps)}."
            )
        return word

    def _fault(self, why: str) -> HarnessFault:
        """Return a driver's fault, or that of what serves the adapter."""
        fault = DriverFault if self.is_drivers else HarnessFault
        return fault(f"{self._name}: the ready line is not understood{why}")


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
