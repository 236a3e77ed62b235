"""Which modules are the subject's own: those that an adapter names, or those of its operation's classes."""

import ast
import importlib.util
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.errors import NotSchedulable
from iasyncinfo_conformance.stepping.readings import plain
from iasyncinfo_conformance.stepping.watching.garbage import nothing_collected

MOST_MODULES: Final = 60
"""Modules of one package that are copied without being named."""
_INSTALLED: Final = ("site-packages", "dist-packages")
_SUITE: Final = "iasyncinfo_conformance"
_EXAMPLES: Final = f"{_SUITE}.counterexamples"
_GIVEN: Final = frozenset({*sys.stdlib_module_names, "iasyncinfo_spec", "typing_extensions"})
"""Top-level modules whose classes are nobody's own."""


class Sources(NamedTuple):
    """The modules whose schedules are explored, each with whether those below it are, and what is not."""

    modules: dict[str, bool]
    left: tuple[str, ...] = ()
    """Modules that have no source to copy."""


def named(sources: object, by: str) -> Sources:
    """Return the sources that an adapter names; raises NotSchedulable where they are no modules."""
    if not (isinstance(sources, tuple) and sources and all(isinstance(source, ModuleType) for source in sources)):
        raise NotSchedulable(f"sources of {by} is {plain(sources)!r}: it is a tuple of modules")
    return Sources({source.__name__: hasattr(source, "__path__") for source in sources})


def own(operations: Iterable[Any]) -> Sources:
    """Return the modules of the classes of these objects, and what they use of their own packages.

    Raises NotSchedulable where there is none that could be copied.
    """
    classes = (kind for operation in operations for kind in type(operation).__mro__)
    return own_modules(dict.fromkeys(kind.__module__ for kind in classes))


def own_modules(modules: Iterable[str]) -> Sources:
    """Return those of some modules that are somebody's own, and what they use of their own packages.

    Raises NotSchedulable where there is none that could be copied.
    """
    origins = [name for name in modules if _is_own(name)]
    left = tuple(name for name in origins if _source_of(name) is None)
    found: dict[str, bool] = {}
    waiting = [name for name in origins if name not in left]
    waiting += [parent for name in waiting for parent in _parents(name)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = False
            waiting += [used for used in _used_by(name) if used not in found and _source_of(used) is not None]
    if not found:
        raise NotSchedulable(f"{', '.join(left) or 'its class'} has no Python source of its own")
    if len(found) > MOST_MODULES:
        raise NotSchedulable(f"its package has {len(found)} modules: name those that matter in start.sources")
    return Sources(found, left)


def beside(name: str) -> Iterator[str]:
    """Yield the modules that a module imports from its own folder, where that is no folder of installed ones."""
    file = _source_of(name)
    if file is None or file.parent.name in _INSTALLED or "." in name:
        return
    for imported in _imported(ast.parse(file.read_bytes()), name):
        there = _source_of(imported) if imported in sys.modules else None
        if there is not None and there.parent == file.parent and imported != name:
            yield imported


def _is_own(name: str) -> bool:
    if name.partition(".")[0] == _SUITE:
        return name.startswith(_EXAMPLES + ".")
    return name.partition(".")[0] not in _GIVEN


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        if _is_own(name) and _source_of(name) is not None:
            yield name


def _source_of(name: str) -> Path | None:
    """Return the source file of a module that has been imported, if it has one."""
    file = getattr(sys.modules.get(name), "__file__", None)
    try:
        known = importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return None
    return Path(file) if known and file is not None and file.endswith(".py") else None


def _used_by(name: str) -> Iterator[str]:
    """Yield the modules of its own package that a module imports."""
    file = _source_of(name)
    assert file is not None
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    top = name.partition(".")[0]
    for imported in _imported(ast.parse(file.read_bytes()), package):
        if imported in sys.modules and imported.partition(".")[0] == top and _is_own(imported):
            yield imported


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, level):
                base = importlib.util.resolve_name("." * level + (module or ""), package) if level else module or ""
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)


def met_beside(files: Iterable[str], run: Callable[[], object]) -> tuple[str, ...]:
    """Return the modules whose functions run besides those in ``files``, the standard library and the suite."""
    here = Path(__file__).parents[1]
    given = (*files, str(here), sysconfig.get_path("stdlib"), "<")
    seen: set[CodeType] = set()

    def watch(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add(frame.f_code)

    before = sys.getprofile()
    with nothing_collected():
        sys.setprofile(watch)
        try:
            run()
        finally:
            sys.setprofile(before)
    strange = {code.co_filename for code in seen if not _is_given(code.co_filename, given)}
    modules = {getattr(module, "__file__", None): name for name, module in list(sys.modules.items())}
    names = (modules[file] for file in strange if file in modules and _is_own(modules[file]))
    # Hypothesis watches the garbage collector, which may run at any time.
    return tuple(sorted(name for name in names if not name.startswith("hypothesis.")))


def _is_given(file: str, given: Iterable[str]) -> bool:
    return "site-packages" not in file and any(file.startswith(start) for start in given)
