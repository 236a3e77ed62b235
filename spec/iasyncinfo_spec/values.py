"""Values as words carry them: frozen, so that a word can be looked up; thawed, as they are handed over.

A list is a tuple within a word. An opaque object, which can only be told by its identity, is a
:class:`Thing`; as JSON it reads ``{"object": 1}``.
"""

from typing import Any, Final, NamedTuple, TypeAlias

Frozen: TypeAlias = Any
"""A JSON value whose lists are tuples, or a :class:`Thing`."""

SORTS: Final = ("int", "string", "null", "bool", "float", "int64", "bigint", "list", "object", "progress")
"""What a subject may carry: ``int`` has 32 bits, ``int64`` 64 and ``bigint`` any number of them.

``progress`` says that progress is of any of these sorts, too; without it, it is a number.
"""


class Thing(NamedTuple):
    """An object without a value, known by its number within a word."""

    number: int


def frozen(value: Any) -> Frozen:
    """Return a JSON value as a word holds it."""
    if isinstance(value, list):
        return tuple(map(frozen, value))
    return Thing(value["object"]) if isinstance(value, dict) else value


def thawed(value: Frozen) -> Any:
    """Return a word's value as JSON, made anew at each call."""
    if isinstance(value, Thing):
        return {"object": value.number}
    return list(map(thawed, value)) if isinstance(value, tuple) else value


def is_thing(value: object) -> bool:
    """Return whether a JSON value stands for an opaque object."""
    return isinstance(value, dict) and value.keys() == {"object"} and type(value["object"]) is int


def sorts_of(value: Frozen) -> frozenset[str]:
    """Return the sorts that a subject has to carry for this value to come back."""
    if isinstance(value, Thing):
        return frozenset({"object"})
    if isinstance(value, tuple):
        return frozenset({"list"}).union(*map(sorts_of, value))
    return frozenset({_scalar(value)})


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case float():
            return "float"
        case str():
            return "string"
        case int() if -(2**31) <= value < 2**31:
            return "int"
        case int() if -(2**63) <= value < 2**63:
            return "int64"
    return "bigint"


def same(expected: Frozen, actual: object) -> bool:
    """Return whether a JSON value is the one that a word holds, where neither true nor 1.0 is 1."""
    if isinstance(expected, tuple | list):
        return _same_list(thawed(expected) if isinstance(expected, tuple) else expected, actual)
    return _sort(expected) is _sort(actual) and expected == actual


def same_report(expected: Frozen, actual: object) -> bool:
    """Return whether a handler was told what was reported; a whole float may come over a pipe without its point."""
    is_whole = isinstance(expected, float) and type(actual) is int
    return expected == actual if is_whole else same(expected, actual)


def _same_list(expected: Any, actual: object) -> bool:
    if not isinstance(expected, list) or not isinstance(actual, list):
        return bool(expected == actual)
    return len(expected) == len(actual) and all(map(same, expected, actual))


def _sort(value: object) -> type:
    """Return the type of JSON's that a value has; an enumeration of numbers is a number."""
    return next((sort for sort in (bool, int, float, str) if isinstance(value, sort)), type(value))


class Exactly:
    """Equal to a JSON value that is the same, and to no other that Python takes for equal."""

    def __init__(self, value: Frozen) -> None:
        self._value = value

    def __hash__(self) -> int:
        return hash(self._value)

    def __eq__(self, other: object) -> bool:
        return same(self._value, other)
