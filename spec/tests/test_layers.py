"""The packages import what their layer may import, and no more."""

import ast
import sys
from collections.abc import Iterator
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
        "jsonschema",
        "mypy",
        "pytest",
    },
}
"""What each package may import beside the standard library."""

ONLY_IN: Final = {
    "transitions": {"iasyncinfo_spec/machines.py"},
    "typing_extensions": {"iasyncinfo_spec/protocols.py"},
    "iasyncinfo": {"iasyncinfo_conformance/targets/reference.py"},
}
"""What is imported in one file of another layer only, and that file."""


def imports(path: Path) -> Iterator[str]:
    """Yield the top-level packages that a file imports anywhere, in functions and under TYPE_CHECKING too.

    A relative import stays in its own package and is left out.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


def crossings(package: str) -> Iterator[str]:
    """Yield the imports that cross a layer, as file and package."""
    folder = PACKAGES[package]
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder.parent).as_posix()
        for imported in sorted(set(imports(path))):
            allowed = imported in ALLOWED[package] or imported in sys.stdlib_module_names
            if not allowed and name not in ONLY_IN.get(imported, ()):
                yield f"{name} imports {imported}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_import_crosses_a_layer(package: str) -> None:
    """Neither the implementation nor the suite imports the other, and nothing imports upwards."""
    assert list(PACKAGES[package].rglob("*.py"))
    assert list(crossings(package)) == []


def test_what_is_allowed_in_one_file_is_needed_there() -> None:
    """An exception that nobody uses any more is taken off the list."""
    for imported, names in ONLY_IN.items():
        for name in names:
            assert imported in imports(PACKAGES[name.partition("/")[0]].parent / name)
