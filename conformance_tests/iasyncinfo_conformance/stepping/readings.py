"""What a member of a subject answered or raised, read as the result of a step."""

from collections.abc import Callable, Iterator
from itertools import islice
from math import isfinite
from operator import index
from typing import Any, Final, TypeAlias, TypeVar

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.escaping import class_name
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import is_code, unsigned

T = TypeVar("T")

HresultOf: TypeAlias = Callable[[BaseException], int | None]
"""What reads the HRESULT of an exception, where the library spells refusals its own way."""


def number(value: Any) -> Any:
    """Return a status or an HResult as a number: an int, or a structure or enumeration with a value."""
    try:
        return _integer(index(value))  # of an enumeration's member too
    except TypeError:
        inner = getattr(value, "value", None)
        return _integer(index(inner)) if isinstance(inner, int) else _type_name(value)


def code_of(number: int) -> int:
    """Return a code without its sign; one of more than 32 bits as it is."""
    return unsigned(number) if is_code(number) else number


def plain(value: Any, numbered: Callable[[Any], Any] = lambda _: None) -> Any:
    """Return a value as JSON carries it, so that it reads alike in this process and behind a pipe.

    ``numbered`` returns what stands for an object that is known, at any depth, and None for any other.

    What JSON cannot carry becomes the name of its type in angle brackets: an object, bytes, a number that is not
    finite or has hundreds of digits, a container that holds itself or is very deep or large.
    """
    if value is None or type(value) in _EXACT:
        return value
    return _integer(value) if type(value) is int else _Reading(numbered).of(value, _DEEPEST)


_EXACT: Final = (bool, str)
_DEEPEST: Final = 8
"""How deep a container may be."""
_LARGEST: Final = 1000
"""How many values it may hold."""
_MOST_BITS: Final = 1024


class _Reading:
    """One value being read; it may be a subclass that lies about itself, so its own methods are not asked."""

    def __init__(self, numbered: Callable[[Any], Any]) -> None:
        self._numbered = numbered
        self._left = _LARGEST

    def of(self, value: Any, depth: int) -> Any:
        """Return the value as JSON carries it."""
        self._left -= 1
        if value is None or type(value) is bool:
            return value
        read = next((read for base, read in _READS if issubclass(type(value), base)), None)
        if read is not None:
            return read(value)
        if depth == 0 or self._left < 0 or not issubclass(type(value), (list, dict)):
            return self._numbered(value) or _type_name(value)
        if issubclass(type(value), list):
            return self._whole(value, [self.of(item, depth - 1) for item in self._few(list.__iter__(value))])
        items = self._few(iter(dict.items(value)))
        return self._whole(value, {_key(key): self.of(item, depth - 1) for key, item in items})

    def _few(self, items: Iterator[T]) -> list[T]:
        return list(islice(items, max(0, self._left) + 1))

    def _whole(self, value: object, read: T) -> T | str:
        """Return what was read, or the name of the type where there was too much of it."""
        return _type_name(value) if self._left < 0 else read


def _integer(value: int) -> int | str:
    return value if value.bit_length() <= _MOST_BITS else f"<int of {value.bit_length():,} bits>"


def _float(value: float) -> float | str:
    exact = float.__float__(value)
    return exact if isfinite(exact) else f"<{exact}>"


def _key(key: object) -> str:
    return str.__str__(key) if issubclass(type(key), str) else _type_name(key)


_READS: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (int, lambda value: _integer(index(value))),
    (float, _float),
    (str, str.__str__),
)
"""How a number or a text is read exactly, whatever a subclass makes of itself."""


def _type_name(value: object) -> str:
    return f"<{class_name(value)}>"  # no repr: an address in it would differ from run to run


def equal(left: object, right: object) -> bool:
    """Return whether a subject's objects are equal; those that cannot be compared are not."""
    try:
        return bool(left == right)
    except Exception:
        return False


def failure(error: BaseException, hresult_of: HresultOf | None) -> Result:
    """Return the result of a step that raised; raises a HarnessFault again."""
    if hresult_of is None:
        code = _attribute(error, "winerror")
        if type(code) is int:
            return {"hr": code & 0xFFFFFFFF if is_code(code) else code}
    return _told_otherwise(error, hresult_of)


def has_code(error: BaseException) -> bool:
    """Return whether an exception carries an HRESULT by itself."""
    return any(isinstance(_attribute(error, name), int) for name in ("winerror", "hresult"))


def _told_otherwise(error: BaseException, hresult_of: HresultOf | None) -> Result:
    """Return the result of a failure that carries no plain ``winerror``."""
    if isinstance(error, HarnessFault):
        raise error
    for code in _codes(error, hresult_of):
        if isinstance(code, int):
            return {"hr": code_of(code)}
    return {"raised": class_name(error)}


def _codes(error: BaseException, hresult_of: HresultOf | None) -> Iterator[object]:
    """Yield where the HRESULT of an exception may be: what the adapter reads comes first."""
    if hresult_of is not None:
        code = hook("hresult_of", hresult_of, error)
        if code is not None and not isinstance(code, int):
            raise HarnessFault(
                f"hresult_of of the adapter's Subject returned {plain(code)!r}. It returns an int or None."
            )
        yield code
    yield _attribute(error, "winerror")
    yield _attribute(error, "hresult")


def _attribute(error: BaseException, name: str) -> object:
    """Return an attribute of an exception; one that cannot be read is none."""
    try:
        return getattr(error, name, None)
    except Exception:
        return None
