"""The packages and the suite's folders import what their layer may import, and no more."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]

PACKAGES: Final = {
    "iasyncinfo_spec": ROOT / "spec" / "iasyncinfo_spec",
    "iasyncinfo": ROOT / "impl" / "iasyncinfo",
    "iasyncinfo_conformance": ROOT / "conformance_tests" / "iasyncinfo_conformance",
}

ALLOWED: Final = {
    "iasyncinfo_spec": {"iasyncinfo_spec"},
    "iasyncinfo": {"iasyncinfo", "iasyncinfo_spec"},
    "iasyncinfo_conformance": {
        "iasyncinfo_conformance",
        "iasyncinfo_spec",
        "greenlet",
        "hypothesis",
        "jinja2",
        "jsonschema",
        "markupsafe",
        "mypy",
        "pytest",
    },
}
"""What each package may import beside the standard library."""

ONLY_IN: Final = {
    "transitions": {"iasyncinfo_spec.machines"},
    "typing_extensions": {"iasyncinfo_spec.protocols"},
    "iasyncinfo": {"iasyncinfo_conformance.targets.reference"},
}
"""What is imported in one module of another layer only, and that module."""

FLOORS: Final = {
    "iasyncinfo_spec": {
        "__init__": 7,  # the public names
        "rendering": 6,
        "evidence": 5,
        "recorder": 4,
        "trace": 4,
        "": 3,
        "families": 2,
        "variations": 1,
        "abi": 0,
    },
    "iasyncinfo": {
        "__init__": 4,  # the public names, many of them loaded when they are asked for
        "faking": 3,
        "queues": 3,
        "bridges": 3,
        "operations": 2,
        "": 1,
    },
    "iasyncinfo_conformance": {
        "__init__": 12,  # the public names, each loaded when it is asked for
        "__main__": 12,
        "cli": 11,
        "commands": 10,
        "console": 5,
        "test_target": 10,
        "pytest_items": 9,
        "selftest": 9,
        "vectors": 9,
        "identifying": 9,
        "replaying": 8,
        "checking": 8,
        "engines": 7,
        "session": 6,
        "consumers": 6,
        "static": 6,
        "targets": 5,
        "directed": 5,
        "judging": 4,
        "report": 4,  # prints a record: it knows no engine and no target
        "schedules": 4,
        "strategies": 3,  # public: what words are made of, for anybody's tests
        "model": 3,
        "files": 3,
        "stepping": 3,
        "counterexamples": 3,
        "families": 3,
        "drivers": 3,
        "starting": 4,
        "stopping": 3,
        "record": 2,
        "children": 2,
        "subject": 1,
        "target": 1,
        "consumer": 1,
        "errors": 1,
        "escaping": 0,
        "streams": 0,
        "plugin": 7,  # every pytest run of every adopter imports it
    },
}
"""The folders and root files of the packages, each on its floor: it imports only what stands on a lower one.

``""`` stands for all root files that have no row of their own.
"""


def name_of(path: Path, package: Path) -> str:
    """The full name of the module that a file of a package holds."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if path.stem == "__init__" else parts)


MODULES: Final = {name_of(path, folder): path for folder in PACKAGES.values() for path in folder.rglob("*.py")}


def imported(source: str, package: str) -> Iterator[str]:
    """Yield what a source imports anywhere, in functions and under TYPE_CHECKING too, by its full name.

    ``from a import b`` imports ``a.b`` where that is a module of ours, and otherwise ``a``. A module that is
    loaded by a text that holds its name is not seen.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                whole = resolve_name("." * level + (module or ""), package)
                inner = (f"{whole}.{alias.name}" for alias in names)
                yield from (each if each in MODULES else whole for each in inner)


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports."""
    path = MODULES[module]
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    return frozenset(imported(path.read_text(encoding="utf-8"), package))


def modules(package: str) -> list[str]:
    """The modules of a package."""
    return [module for module in sorted(MODULES) if module.partition(".")[0] == package]


# -- packages -------------------------------------------------------------------------------------


def crossings(package: str) -> Iterator[str]:
    """Yield the imports that cross a layer, as module and package."""
    for module in modules(package):
        for other in sorted({name.partition(".")[0] for name in imports(module)}):
            allowed = other in ALLOWED[package] or other in sys.stdlib_module_names
            if not allowed and module not in ONLY_IN.get(other, ()):
                yield f"{module} imports {other}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_import_crosses_a_layer(package: str) -> None:
    """Neither the implementation nor the suite imports the other, and nothing imports upwards."""
    assert modules(package)
    assert list(crossings(package)) == []


def test_what_is_allowed_in_one_module_is_needed_there() -> None:
    """An exception that nobody uses any more is taken off the list."""
    for package, users in ONLY_IN.items():
        for module in users:
            assert package in {name.partition(".")[0] for name in imports(module)}


# -- folders --------------------------------------------------------------------------------------


def place(module: str) -> str:
    """The folder or root file in which a module lies."""
    package, _, inside = module.partition(".")
    name = inside.partition(".")[0] or "__init__"
    return name if name in FLOORS[package] or "" not in FLOORS[package] else ""


def upwards(package: str) -> set[tuple[str, str]]:
    """The imports of a folder that does not lie below, as module and folder."""
    listed, floors = modules(package), FLOORS[package]
    return {
        (module, place(other))
        for module in listed
        for other in imports(module).intersection(listed)
        if place(other) != place(module) and floors[place(other)] >= floors[place(module)]
    }


@pytest.mark.parametrize("package", FLOORS)
def test_every_folder_has_a_floor(package: str) -> None:
    """And every root file; no row speaks of what is gone."""
    assert {place(module) for module in modules(package)} == set(FLOORS[package])


@pytest.mark.parametrize("package", FLOORS)
def test_a_folder_imports_only_folders_below_it(package: str) -> None:
    """Those on its own floor are not below."""
    assert upwards(package) == set()


# -- circles --------------------------------------------------------------------------------------


@cache
def reached(module: str) -> set[str]:
    """The modules of ours that a module imports, and those that they import."""
    found: set[str] = set()
    due = [module]
    while due:
        new = imports(due.pop()) & MODULES.keys() - found
        found |= new
        due += new
    return found


def circles(package: str) -> set[frozenset[str]]:
    """The groups of modules of which each imports, by way of others, itself."""
    return {
        frozenset(other for other in reached(module) if module in reached(other))
        for module in modules(package)
        if module in reached(module)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other(package: str) -> None:
    """Not even in functions, or for type checkers."""
    assert circles(package) == set()


# -- what is seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import iasyncinfo.errors", "iasyncinfo.errors"),
        ("from iasyncinfo import errors", "iasyncinfo.errors"),
        ("from iasyncinfo import AsyncAction", "iasyncinfo"),
        ("from iasyncinfo.errors import *", "iasyncinfo.errors"),
        ("from .errors import said", "iasyncinfo_conformance.errors"),
        ("from . import errors", "iasyncinfo_conformance.errors"),
        ("def late():\n    from ..cli import main", "iasyncinfo_conformance.cli"),
        ("if TYPE_CHECKING:\n    from iasyncinfo_conformance.cli import main", "iasyncinfo_conformance.cli"),
    ],
)
def test_every_way_of_importing_is_seen(source: str, module: str) -> None:
    """Wherever in a module it stands."""
    package = "iasyncinfo_conformance.engines" if ".." in source else "iasyncinfo_conformance"
    assert list(imported(source, package)) == [module]
