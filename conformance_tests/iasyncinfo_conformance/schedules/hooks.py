"""What instrumented code calls at each access: in a race a point is passed before it, outside one nothing is."""

from collections import deque
from collections.abc import Callable
from functools import partial
from types import BuiltinMethodType, MethodType, ModuleType
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.schedules.instrument import (
    ACCESSOR,
    ASSIGN,
    CONTENTS,
    FIELDS,
    ITEMS,
    MUTATORS,
    NAME,
    READ,
    STORED,
)
from iasyncinfo_conformance.schedules.points import ACCESS_READ, ACCESS_WRITE, CONTENT

_CONTAINERS: Final = frozenset({list, dict, set, deque, bytearray})
_IMMUTABLE: Final = frozenset({int, float, tuple, str, bytes, range, frozenset, type, ModuleType})
_METHODS: Final = frozenset({MethodType, BuiltinMethodType})


Touch: TypeAlias = Callable[[str, int, object], None]
"""Passes a point before an access: what it does, to which object, and to which name of it."""


def racing(touch: Touch, names: dict[str, Any]) -> dict[str, Any]:
    """Return the hooks in a race; ``names`` are the builtins of the code that calls them."""
    hooks = _Hooks(touch, names)
    return {
        READ: hooks.read, ASSIGN: hooks.assign, FIELDS: partial(_Fields, touch),
        ITEMS: hooks.items, NAME: hooks.name, STORED: hooks.stored,
        CONTENTS: hooks.contents, ACCESSOR: hooks.accessor,
        "getattr": partial(hooks.builtin, ACCESS_READ, getattr),
        "hasattr": partial(hooks.builtin, ACCESS_READ, hasattr),
        "setattr": partial(hooks.builtin, ACCESS_WRITE, setattr),
        "delattr": partial(hooks.builtin, ACCESS_WRITE, delattr),
    }  # fmt: skip


class _Hooks:
    """The hooks that are more than an object of their own."""

    __slots__ = ("_names", "_touch")

    def __init__(self, touch: Touch, names: dict[str, Any]) -> None:
        self._touch = touch
        self._names = names

    def read(self, owner: Any, name: str) -> Any:
        if type(owner) in _CONTAINERS:
            return self._method(owner, name)
        self._touch(ACCESS_READ, id(owner), name)
        value = getattr(owner, name)
        kind = type(value)
        if kind in _CONTAINERS:
            self._touch(ACCESS_READ, id(value), CONTENT)
        elif kind in _METHODS and self._is_foreign(owner, value):
            self._touch(ACCESS_WRITE, id(owner), CONTENT)
        return value

    def _is_foreign(self, owner: Any, method: Any) -> bool:
        """Return whether a method that is about to be called may change what no hook sees."""
        if type(owner) in _IMMUTABLE:
            return False
        code = getattr(method, "__func__", None)
        return code is None or code.__globals__.get("__builtins__") is not self._names

    def _method(self, container: Any, name: str) -> Any:
        method = getattr(container, name)
        if name not in MUTATORS:
            return method

        def mutate(*arguments: Any, **named: Any) -> Any:
            self._touch(ACCESS_WRITE, id(container), CONTENT)
            return method(*arguments, **named)

        return mutate

    def assign(self, owner: Any, name: str, value: Any) -> None:
        self._touch(ACCESS_WRITE, id(owner), name)
        setattr(owner, name, value)

    def items(self, container: Any) -> Any:
        return container if type(container) in _IMMUTABLE else _Items(self._touch, container)

    def contents(self, made: Any) -> Any:
        if type(made) in _CONTAINERS:
            self._touch(ACCESS_READ, id(made), CONTENT)
        return made

    def builtin(self, what: str, access: Callable[..., Any], owner: Any, name: str, *value: Any) -> Any:
        self._touch(what, id(owner), name)
        return access(owner, name, *value)

    def accessor(self, access: Callable[..., Any]) -> Callable[..., Any]:
        what = ACCESS_READ if access.__name__ == "__getattribute__" else ACCESS_WRITE
        owner = getattr(access, "__self__", None)

        def noted(*arguments: Any) -> Any:
            whose, name = (owner, arguments[0]) if owner is not None else arguments[:2]
            self._touch(what, id(whose), name)
            return access(*arguments)

        return noted

    def name(self, name: str) -> bool:
        self._touch(ACCESS_READ, 0, name)
        return True

    def stored(self, name: str, value: Any) -> Any:
        self._touch(ACCESS_WRITE, 0, name)
        return value


class _Fields:
    """The attributes of an object, as items that can be written to."""

    __slots__ = ("_owner", "_touch")

    def __init__(self, touch: Touch, owner: Any) -> None:
        self._touch = touch
        self._owner = owner

    def __getitem__(self, name: str) -> Any:
        self._touch(ACCESS_READ, id(self._owner), name)
        return getattr(self._owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._touch(ACCESS_WRITE, id(self._owner), name)
        setattr(self._owner, name, value)

    def __delitem__(self, name: str) -> None:
        self._touch(ACCESS_WRITE, id(self._owner), name)
        delattr(self._owner, name)


class _IdleFields:
    """The same outside a race."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __getitem__(self, name: str) -> Any:
        return getattr(self._owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self._owner, name, value)

    def __delitem__(self, name: str) -> None:
        delattr(self._owner, name)


class _Items:
    """The items of a container."""

    __slots__ = ("_container", "_touch")

    def __init__(self, touch: Touch, container: Any) -> None:
        self._touch = touch
        self._container = container

    def __getitem__(self, key: Any) -> Any:
        self._touch(ACCESS_READ, id(self._container), CONTENT)
        return self._container[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._touch(ACCESS_WRITE, id(self._container), CONTENT)
        self._container[key] = value

    def __delitem__(self, key: Any) -> None:
        self._touch(ACCESS_WRITE, id(self._container), CONTENT)
        del self._container[key]


IDLE: Final[dict[str, Any]] = {
    READ: getattr,
    ASSIGN: setattr,
    FIELDS: _IdleFields,
    ITEMS: lambda container: container,
    NAME: bool,
    STORED: lambda _name, value: value,
    CONTENTS: lambda made: made,
    ACCESSOR: lambda access: access,
    "getattr": getattr,
    "hasattr": hasattr,
    "setattr": setattr,
    "delattr": delattr,
}
"""The hooks outside a race."""
