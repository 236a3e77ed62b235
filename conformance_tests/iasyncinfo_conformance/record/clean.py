"""What a record holds of somebody else's, escaped: so no report of it needs to know what may be in it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from iasyncinfo_conformance.escaping import escaped

_WORD: Final = "word"
"""The field whose tuples are steps: their values are what is run again, and their text is ASCII."""


def escape_fields(value: object) -> None:
    """Escape every text in the fields of a frozen dataclass, and in what they hold."""
    for name, held in _fields(value):
        object.__setattr__(value, name, clean(held))


def clean(value: Any) -> Any:
    """Return a value with every text in it escaped."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, Path):
        return Path(escaped(str(value)))
    if isinstance(value, Mapping):
        return {clean(key): clean(held) for key, held in value.items()}
    if isinstance(value, tuple):
        items = map(clean, value)
        return value._make(items) if hasattr(value, "_make") else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{name: clean(held) for name, held in _fields(value)})
    return value


def _fields(value: Any) -> list[tuple[str, Any]]:
    """Return the fields of a dataclass that hold no steps."""
    named = ((field.name, getattr(value, field.name)) for field in fields(value))
    return [(name, held) for name, held in named if not (name == _WORD and isinstance(held, tuple))]
