"""The import of ``winrt.windows...`` while it is faked: a finder before all others, and nothing left afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any, Final, Literal

from iasyncinfo.faking.calls import WinRTCall as WinRTCall
from iasyncinfo.faking.calls import answering
from iasyncinfo.faking.contents import contents
from iasyncinfo.faking.foundation import dressed

_ROOT: Final = "winrt"
_one_at_a_time: Final = RLock()
_active: Final[list[_Block]] = []


@contextmanager
def fake_winrt(
    namespaces: Mapping[str, Iterable[type]],
    *,
    make: Callable[[WinRTCall], Any],
    spelling: Literal[3, 4] = 4,
) -> Iterator[None]:
    """Make ``winrt.windows...`` importable, on any machine, as long as the block lasts.

    ``namespaces`` holds plain classes by the full name of the module that a program imports them from:
    ``{"winrt.windows.devices.bluetooth": [BluetoothLEDevice]}``. A method whose name ends in ``_async`` becomes a call
    that returns an operation: one that is annotated to return None returns an action, one that yields has progress, and
    is asked for nothing but what it yields and returns. ``make(call)`` is given each such call, a
    :class:`WinRTCall`, and returns the operation: ``create`` of this package's classes makes one, and so does
    ``iasyncinfo_conformance.families.create``. The program gets it in the spelling of PyWinRT 3 or 4: ``status`` is the
    fake's own AsyncStatus, ``error_code`` an HResult, and ``get``, ``wait`` and ``await`` are there. Beside the
    namespaces there are those of the runtime: ``winrt.windows.foundation``, ``.collections``, ``winrt.system`` and
    ``winrt.runtime``.

    Real packages of these names, installed or imported before, are out of sight inside the block and are back after it.
    Modules that were imported inside and hold something of the fake leave ``sys.modules`` with it, so that the next
    block imports them anew. Blocks may be nested, and the end of one ends those inside; another thread that enters one
    waits for the end of the outermost.

    Raises ValueError for a module outside ``winrt`` and for another spelling than 3 and 4. An import of a module that
    nobody gave is a ModuleNotFoundError.

    Source: winrt-runtime 3.2.1 and 4.1.0, winrt-Windows.Foundation 3.2.1 and 4!10.0.28000.2705.
    """
    block = _Block(_held(namespaces, spelling))
    with _one_at_a_time:
        try:
            block.enter()
            for plain in dict.fromkeys(plain for classes in namespaces.values() for plain in classes):
                block.undoing.enter_context(answering(plain, lambda call: dressed(make(call), call.kind, spelling)))
            yield
        finally:
            block.leave()


def _held(namespaces: Mapping[str, Iterable[type]], spelling: int) -> dict[str, dict[str, Any]]:
    """Return what each module holds, parents included."""
    if spelling not in (3, 4):
        raise ValueError(f"a spelling is 3 or 4, PyWinRT's major version, not {spelling!r}")
    held = contents(spelling)
    for name, classes in namespaces.items():
        if not name.startswith(f"{_ROOT}."):
            raise ValueError(f"a namespace is the full name of a module in {_ROOT}, not {name!r}")
        parts = name.split(".")
        for length in range(1, len(parts)):
            held.setdefault(".".join(parts[:length]), {})
        held.setdefault(name, {}).update({plain.__name__: plain for plain in classes})
    return held


class _Block:
    """One block: what finds its modules and loads them, and what is undone at its end."""

    def __init__(self, held: Mapping[str, Mapping[str, Any]]) -> None:
        self._held = held
        self._before: dict[str, ModuleType] = {}
        self._known: frozenset[str] = frozenset()
        self.undoing = ExitStack()

    def enter(self) -> None:
        """Hide the real modules, and come before every other finder."""
        _active.append(self)
        self._before = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_ours(name)}
        self._known = frozenset(sys.modules)
        sys.meta_path.insert(0, self)

    def leave(self) -> None:
        """End this block and those inside: take away what was imported, and show the real modules again."""
        while self in _active:
            _active.pop()._undo()

    def _undo(self) -> None:
        self.undoing.close()
        sys.meta_path.remove(self)
        for name in [*filter(_is_ours, sys.modules), *_tainted(self._known)]:
            _forget(name)
        sys.modules.update(self._before)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return the spec of a module of the fake; None for those of others."""
        if not _is_ours(name):
            return None
        if name not in self._held:
            raise ModuleNotFoundError(f"fake_winrt was given no module {name!r}", name=name)
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module."""
        vars(module).update(self._held[module.__name__])


def _is_ours(name: str) -> bool:
    return name == _ROOT or name.startswith(f"{_ROOT}.")


def _tainted(known: frozenset[str]) -> list[str]:
    """Return the modules that were imported since and hold something of the fake, at any remove."""
    new = {name: module for name, module in sys.modules.items() if name not in known and not _is_ours(name)}
    found: dict[str, None] = {}
    grown = True
    while grown:
        holding = {name for name, module in new.items() if name not in found and _holds(module, found)}
        found |= dict.fromkeys(holding)
        grown = bool(holding)
    return list(found)


def _holds(module: ModuleType, tainted: Mapping[str, None]) -> bool:
    """Return whether a module holds a module, a class or a function of the fake or of those."""
    for value in list(getattr(module, "__dict__", {}).values()):
        of = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(of, str) and (_is_ours(of) or of.startswith("iasyncinfo.faking.") or of in tainted):
            return True
    return False


def _forget(name: str) -> None:
    """Take a module out of ``sys.modules``, and out of the package that it is in."""
    module = sys.modules.pop(name, None)
    package, _, last = name.rpartition(".")
    parent = sys.modules.get(package)
    if parent is not None and getattr(parent, last, None) is module:
        delattr(parent, last)
