"""Consumers that others publish, unedited from their wheels: ``pywinrt_3_2_1``, ``pywinrt_4_1_0`` and ``bleak_3_1_0``.

Each is fetched from the package index when it is asked for first, and kept in the user's cache. They are Windows' own;
what they import of it is faked: ``winrt`` modules that hold whatever name is asked for, AsyncStatus, and
what ``ctypes`` has there only. The functions under test are executed as they stand in the wheels.
"""

import ctypes
import importlib.machinery
import importlib.util
import sys
import types
import zipfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.children.tool import run_tool
from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.drivers.cache import cache, locked
from iasyncinfo_conformance.errors import HarnessFault, said
from iasyncinfo_spec.abi import AsyncStatus

_SECONDS: Final = 120.0
_PREFIX: Final = "published_"
_PLATFORM: Final = (
    "--platform=win_amd64", "--python-version=3.11", "--implementation=cp", "--only-binary=:all:", "--no-deps",
)  # fmt: skip


class Published(NamedTuple):
    """One wheel, the file in it that is executed, and the name in that."""

    requirement: str
    file: str
    name: str


PUBLISHED: Final = {
    "pywinrt_3_2_1": Published("winrt-runtime==3.2.1", "winrt/runtime/_internals.py", "wrap_async"),
    "pywinrt_4_1_0": Published("winrt-runtime==4.1.0", "winrt/runtime/_internals.py", "wrap_async"),
    "bleak_3_1_0": Published("bleak==3.1.0", "bleak/backends/winrt/client.py", "FutureLike"),
}
"""What is published, by the name that stands after the colon of a target."""


def fetched(published: Published) -> Path:
    """Return the folder of an unpacked wheel; raises HarnessFault where it cannot be had."""
    home = cache() / "published" / published.requirement.replace("==", "-")
    if (home / published.file).exists():
        return home
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HarnessFault(f"{published.requirement} cannot be kept in {home}: {error.strerror}.") from error
    with locked(home):
        command = [sys.executable, "-m", "pip", "download", "-q", *_PLATFORM, "-d", str(home), published.requirement]
        done = run_tool(command, f"pip download {published.requirement}", seconds=_SECONDS)
        for wheel in home.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(home)
    if done.code or not (home / published.file).exists():
        last = (done.errors.strip().splitlines() or ["it holds another file"])[-1]
        raise HarnessFault(f"{published.requirement} cannot be had from the package index: {last}.")
    return home


class _Anything(types.ModuleType):
    """A module that has a class of whatever name is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"__class_getitem__": classmethod(lambda cls, _item: cls)})
        setattr(self, name, made)
        return made


class _Finder:
    """Finds every module of ``winrt``, and the file of each wheel, as a module of a name of its own."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        published = PUBLISHED.get(name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else None
        if published is not None:
            return importlib.util.spec_from_file_location(name, fetched(published) / published.file)
        if name.partition(".")[0] != "winrt":
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Anything(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        if module.__name__ == "winrt.windows.foundation":
            module.AsyncStatus = AsyncStatus  # type: ignore[attr-defined]


def _win_error(code: int | None = None, text: str | None = None) -> OSError:
    """Return what ``ctypes.WinError`` does, where there is no Windows: an OSError with the code among its arguments."""
    return OSError(None, text or "an error of Windows", None, code)


_OF_WINDOWS: Final[dict[str, Any]] = {
    "WinError": _win_error,
    "windll": _Anything("windll"),
    "WINFUNCTYPE": lambda *_types: lambda *_prototype: types.SimpleNamespace(),
}
"""What ``ctypes`` has on Windows only."""


def _loaded(name: str) -> types.ModuleType:
    """Return the module of a wheel's file, executed in front of a faked Windows; a private copy where that is asked."""
    published = PUBLISHED[name]
    home = fetched(published)
    if not any(type(each).__name__ == _Finder.__name__ for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for own, value in _OF_WINDOWS.items():
        if not hasattr(ctypes, own):
            setattr(ctypes, own, value)
    sys.path.append(str(home))
    try:
        return import_module(_PREFIX + name)
    except Exception as error:
        raise HarnessFault(f"{published.requirement} does not import here: {said(error)}.") from error
    finally:
        sys.path.remove(str(home))


def _awaiting(module: types.ModuleType, name: str) -> Consumer:
    wrap: Callable[[Any], Any] = getattr(module, name)

    async def wait(operation: Any) -> Any:
        return await wrap(operation)

    wait.sources = (module,)  # type: ignore[attr-defined]  # the schedules of what it does are explored
    return Consumer(wait)


_consumers: Final[dict[str, Consumer]] = {}


def __getattr__(name: str) -> Consumer:
    """Return a published consumer by its name, the same each time; AttributeError for any other."""
    if name not in PUBLISHED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in _consumers:
        _consumers[name] = _awaiting(_loaded(name), PUBLISHED[name].name)
    return _consumers[name]
