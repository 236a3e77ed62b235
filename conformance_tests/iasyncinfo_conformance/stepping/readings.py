"""What a member of a subject answered or raised, read as the result of a step."""

from collections.abc import Callable, Iterator
from operator import index
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.stepping.adapter import hook
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.hresults import is_code, unsigned

HresultOf: TypeAlias = Callable[[BaseException], int | None]
"""What reads the HRESULT of an exception, where the library spells refusals its own way."""


def number(value: Any) -> Any:
    """Return a status or an HResult as a number: an int, or a structure or enumeration with a value."""
    try:
        return index(value)  # of an enumeration's member too
    except TypeError:
        inner = getattr(value, "value", None)
        return int(inner) if isinstance(inner, int) else _type_name(value)


def code_of(number: int) -> int:
    """Return a code without its sign; one of more than 32 bits as it is."""
    return unsigned(number) if is_code(number) else number


def plain(value: Any) -> Any:
    """Return a value as JSON carries it, copied; what JSON cannot carry becomes the name of its type."""
    if value is None or isinstance(value, _SCALARS):
        return value
    if isinstance(value, list):
        return list(map(plain, value))
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return _type_name(value)


_SCALARS: Final = (str, int, float)


def _type_name(value: object) -> str:
    return f"<{type(value).__qualname__}>"  # no repr: an address in it would differ from run to run


def equal(left: object, right: object) -> bool:
    """Return whether a subject's objects are equal; those that cannot be compared are not."""
    try:
        return bool(left == right)
    except Exception:
        return False


def failure(error: BaseException, hresult_of: HresultOf | None) -> Result:
    """Return the result of a step that raised; raises a HarnessFault again."""
    if hresult_of is None:
        code = getattr(error, "winerror", None)
        if type(code) is int:
            return {"hr": code & 0xFFFFFFFF if is_code(code) else code}
    return _told_otherwise(error, hresult_of)


def _told_otherwise(error: BaseException, hresult_of: HresultOf | None) -> Result:
    """Return the result of a failure that carries no plain ``winerror``."""
    if isinstance(error, HarnessFault):
        raise error
    for code in _codes(error, hresult_of):
        if isinstance(code, int):
            return {"hr": code_of(code)}
    return {"raised": type(error).__name__}


def _codes(error: BaseException, hresult_of: HresultOf | None) -> Iterator[object]:
    """Yield where the HRESULT of an exception may be: what the adapter reads comes first."""
    if hresult_of is not None:
        code = hook("hresult_of", hresult_of, error)
        if code is not None and not isinstance(code, int):
            raise HarnessFault(f"hresult_of of the adapter's Subject returned {code!r}. It returns an int or None.")
        yield code
    yield getattr(error, "winerror", None)
    yield getattr(error, "hresult", None)
