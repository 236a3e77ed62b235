"""Whole programs: the members whose names end in ``_async`` hand out recorded operations for a while."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import getattr_static
from types import ModuleType
from typing import Any, Final

from iasyncinfo_spec.recorder.log import File, Log, log_of
from iasyncinfo_spec.recorder.operation import is_operation, record

_SUFFIX: Final = "_async"


@contextmanager
def recording_calls(*owners: ModuleType | type, file: File, values: bool = False) -> Iterator[Log]:
    """Record every operation that a program gets from the ``..._async`` members of modules or classes.

    Within the ``with`` block the functions of that name of each module, and the methods of each class, be it
    given or found in a module, hand out what :func:`recording` makes of their operations; whatever else they
    return stays as it is. The block gets the log. Afterwards all members are what they were; operations that were
    handed out go on being recorded. ``file`` and ``values`` are as for :func:`recording`.

    Raises TypeError for an owner that is neither a module nor a class or whose members cannot be replaced, and
    OSError where the file cannot be opened.
    """
    for owner in owners:
        if not isinstance(owner, ModuleType | type):
            raise TypeError(f"{owner!r} is neither a module nor a class")
    log = log_of(file, values=values)
    places = dict.fromkeys(place for owner in owners for place in _places(owner))
    with ExitStack() as undoing:
        for place in places:
            for name in _names(place, places):
                _replace(place, name, log, undoing)
        yield log


def _places(owner: ModuleType | type) -> Iterator[ModuleType | type]:
    """Yield an owner, and the classes that a module holds."""
    yield owner
    if isinstance(owner, ModuleType):
        yield from (value for value in list(vars(owner).values()) if isinstance(value, type))


def _names(place: ModuleType | type, places: dict[ModuleType | type, None]) -> list[str]:
    """Return the names of the members to be replaced in a place: no inherited ones that are replaced where they are."""
    if isinstance(place, ModuleType):
        return [name for name, value in vars(place).items() if name.endswith(_SUFFIX) and _is_function(value)]
    holders = [base for base in place.__mro__ if base is place or base not in places]
    found = {name for base in holders for name in vars(base)}
    if type(place) is not type:  # PyWinRT keeps static methods in classes of classes
        found |= {name for base in type(place).mro(type(place)) for name in vars(base)}
    return sorted(name for name in found if name.endswith(_SUFFIX))


def _is_function(value: object) -> bool:
    return callable(value) and not isinstance(value, type)


def _replace(place: ModuleType | type, name: str, log: Log, undoing: ExitStack) -> None:
    raw = getattr_static(place, name)
    if isinstance(place, ModuleType):
        new: object = _recording(raw, log)
    elif name not in {each for base in place.__mro__ for each in vars(base)}:
        new = staticmethod(_recording(getattr(place, name), log))
    else:
        new = _as_member(raw, log)
    if new is None:
        return
    own = name in vars(place)
    try:
        setattr(place, name, new)
    except TypeError as error:
        raise TypeError(f"{place.__name__}.{name} cannot be replaced, so its operations cannot be recorded") from error
    undoing.callback(setattr, place, name, raw) if own else undoing.callback(delattr, place, name)


def _as_member(raw: Any, log: Log) -> object:
    """Return what stands for a member of a class, None for one that is no method."""
    if isinstance(raw, staticmethod | classmethod):
        return type(raw)(_recording(raw.__func__, log))
    if not _is_function(raw):
        return None
    return _recording(raw, log) if hasattr(raw, "__get__") else staticmethod(_recording(raw, log))


def _recording(function: Callable[..., Any], log: Log) -> Callable[..., Any]:
    """Return a function whose operations are recorded."""
    name = getattr(function, "__qualname__", "")

    @functools.wraps(function, updated=())
    def calling(*arguments: Any, **named: Any) -> Any:
        value = function(*arguments, **named)
        return record(value, log, call=name) if is_operation(value) else value

    return calling
