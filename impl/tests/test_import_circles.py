"""Who imports whom inside the implementation: folders in one direction, and no circle even for type checkers."""

import ast
from pathlib import Path

import pytest

import iasyncinfo

PACKAGE = Path(iasyncinfo.__file__).parent
MODULES = {
    ".".join(("iasyncinfo", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in PACKAGE.rglob("*.py")
}
FOLDERS = {"bridges": {"", "bridges"}, "queues": {"", "queues"}, "": {""}}


def imported_by(path: Path) -> set[str]:
    """Return the package's modules that a module names in any import, also inside functions and for type checkers."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found & set(MODULES)


GRAPH = {name: imported_by(path) for name, path in MODULES.items() if path.name != "__init__.py"}


def folder_of(module: str) -> str:
    """Return the folder below the package that a module lies in, empty for its root."""
    return module.split(".")[1] if module.count(".") == 2 else ""


@pytest.mark.parametrize("module", sorted(GRAPH))
def test_no_module_reaches_itself(module: str) -> None:
    """No circle of imports, whether a program or a type checker follows them."""
    reached: set[str] = set()
    ahead = set(GRAPH[module])
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= GRAPH.get(name, set()) - reached
    assert module not in reached


@pytest.mark.parametrize("module", sorted(GRAPH))
def test_a_folder_imports_only_itself_and_the_root(module: str) -> None:
    """Bridges and queues rest on the operation, which knows neither."""
    assert {folder_of(name) for name in GRAPH[module]} <= FOLDERS[folder_of(module)]


def test_the_root_is_small_and_no_module_is_long() -> None:
    """One idea a file."""
    assert len(list(PACKAGE.glob("*.py"))) <= 14
    assert max(len(path.read_text().splitlines()) for path in MODULES.values()) <= 350
