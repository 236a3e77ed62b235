"""Values, numbers and failures as the JSON text that a log holds of them."""

import json
from threading import RLock
from typing import Any, Final

from iasyncinfo_spec.hresults import is_code, unsigned

SCALARS: Final = (bool, int, float, str, bytes)
SIZED: Final = (str, bytes, list, tuple, dict, set, frozenset)
"""Their empty values have an empty label, for some objects hand a result out once and are empty afterwards."""


class Labels:
    """The labels of a log's values: ``v1`` is the first that was met, and equal values of one type are alike."""

    def __init__(self, *, values: bool) -> None:
        self._plain = values
        self._lock = RLock()  # a comparison may use operations
        self._scalars: dict[tuple[type, Any], str] = {}
        self._met = 0

    def text(self, value: object, others: list[tuple[object, str]]) -> str:
        """Return a value as JSON. ``others`` holds what its object met before of what is no scalar.

        It is kept by the object and not here, so that no result lives longer than whoever returned it.
        """
        if value is None:
            return "null"
        if self._plain and (plain := _plain(value)):
            return plain
        if type(value) in SIZED and not value:
            return '""'
        with self._lock:
            if type(value) in SCALARS:
                key = type(value), value
                if key not in self._scalars:
                    self._scalars[key] = self._next()
                return self._scalars[key]
            for other, label in others:
                if alike(other, value):
                    return label
            label = self._next()
            others.append((value, label))
            return label

    def _next(self) -> str:
        self._met += 1
        return f'"v{self._met}"'


def alike(one: object, other: object) -> bool:
    """Return whether two objects are the same or equal; a comparison that fails says they are not."""
    if one is other:
        return True
    try:
        return type(one) is type(other) and bool(one == other)
    except Exception:  # whatever a foreign comparison raises: arrays do
        return False


def _plain(value: object) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except Exception:  # a dict of the program's own may raise anything
        return ""


def number(value: object) -> str:
    """Return a status, an id or an error code as JSON: its number, or the name of its type where it has none."""
    if not isinstance(value, int):
        value = _attribute(value, "value", value)
    if isinstance(value, int) and -(2**64) < int.__index__(value) < 2**64:
        return json.dumps(value)
    return json.dumps(type(value).__name__)


def code_of(error: BaseException) -> int | None:
    """Return the code that an exception carries, or None."""
    for name in ("winerror", "hresult"):
        code = _attribute(error, name, None)
        if isinstance(code, int) and is_code(code):
            return unsigned(code)
    return None


def _attribute(value: object, name: str, default: object) -> object:
    """Return an attribute that is asked for by the recorder alone; one that raises is none."""
    try:
        return getattr(value, name, default)
    except Exception:  # whatever a foreign property raises
        return default


def failure(error: BaseException) -> str:
    """Return the end of a call that raised, the inside of a JSON object: its code, or the name of its type."""
    code = code_of(error)
    return f'"raised":{json.dumps(type(error).__name__)}' if code is None else f'"hr":{code}'
