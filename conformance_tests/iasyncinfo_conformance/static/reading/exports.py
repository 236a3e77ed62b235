"""The public names of a module."""

import ast
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from iasyncinfo_conformance.static.reading.branches import statements
from iasyncinfo_conformance.static.reading.files import tree_of
from iasyncinfo_conformance.static.reading.sources import Definition, Sources, imported_module
from iasyncinfo_conformance.static.reading.unparsed import names_in_text


def public(sources: Sources, module: str, _within: frozenset[str] = frozenset()) -> list[str]:
    """Return the public names of a module: ``__all__``, or else what it defines and passes on.

    Passed on are the names of ``from m import *`` and ``from m import a as a``, and in the ``__init__`` of
    a package all that it imports from its own modules. Modules may pass on each other's.
    """
    if module in _within:
        return []
    within = _within | {module}
    file = sources.file(module)
    tree = None if file is None else tree_of(file)
    if file is None or tree is None:
        return [] if file is None else names_in_text(file)
    listed = _Lists(sources, module, file, tree, within).listed()
    if listed is not None:
        return list(dict.fromkeys(listed))
    found = chain.from_iterable(_names(sources, module, file, each, within) for each in statements(tree.body))
    return [name for name in dict.fromkeys(found) if not name.startswith("_")]


def classes(sources: Sources, module: str) -> list[Definition]:
    """Return the public classes of a module, and the public ones nested in them, each once.

    What a module calls by another name, of the standard library's, is nobody's operation.
    """
    found = [each for name in public(sources, module) if (each := sources.find(module, name)) and each.is_class]
    own = [each for each in found if each.module.partition(".")[0] not in sys.stdlib_module_names]
    every = chain.from_iterable([each, *_nested(each)] for each in own)
    return list({(each.module, each.name): each for each in every}.values())


def _nested(outer: Definition) -> Iterator[Definition]:
    for each in statements(outer.node.body) if isinstance(outer.node, ast.ClassDef) else ():
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
            inner = Definition(outer.module, f"{outer.name}.{each.name}", outer.file, each.lineno, True, each)
            yield inner
            yield from _nested(inner)


def is_own(module: str, package: str) -> bool:
    """Whether what a module defines is a package's own when the package passes it on.

    A module with a leading underscore is private to the package that holds it, one at the top to whoever is installed
    with it: what is passed on of it has no other public home.
    """
    parts = module.split(".")
    private = next((index for index, part in enumerate(parts) if part.startswith("_")), None)
    if is_below(module, package):
        return True
    if private is None or parts[0] in sys.stdlib_module_names:
        return False
    return private == 0 or is_below(package, ".".join(parts[:private]))


def is_below(module: str, package: str) -> bool:
    """Whether a module is a package or in it."""
    return module == package or module.startswith(f"{package}.")


def _names(sources: Sources, module: str, file: Path, statement: ast.stmt, within: frozenset[str]) -> Iterator[str]:
    match statement:
        case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
            yield name
        case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
            yield name
        case ast.ImportFrom():
            yield from _passed_on(sources, module, file, statement, within)


def _passed_on(
    sources: Sources, module: str, file: Path, statement: ast.ImportFrom, within: frozenset[str]
) -> Iterator[str]:
    source = imported_module(module, file, statement)
    own = file.stem == "__init__" and is_own(source, module)
    for alias in statement.names:
        if alias.name == "*":
            yield from public(sources, source, within)
        elif own or alias.asname == alias.name:
            yield alias.asname or alias.name


class _Lists:
    """What a module lists in ``__all__``."""

    def __init__(self, sources: Sources, module: str, file: Path, tree: ast.Module, within: frozenset[str]) -> None:
        self._sources = sources
        self._within = within
        self._module = module
        self._file = file
        self._body = list(statements(tree.body))

    def listed(self) -> list[str] | None:
        """Return the names; None where the module has no such list, or one that is worked out."""
        values = [value for statement in self._body if (value := _all_of(statement)) is not None]
        names = [self._names(value) for value in values]
        known = [each for each in names if each is not None]
        return list(chain.from_iterable(known)) if names and len(known) == len(names) else None

    def _names(self, value: ast.expr) -> list[str] | None:
        """Return the names in a part of ``__all__``: texts, and the lists of other modules."""
        match value:
            case ast.Constant(str(name)):
                return [name]
            case ast.List(parts) | ast.Tuple(parts):
                inner = [self._names(part) for part in parts]
            case ast.BinOp(left, ast.Add(), right):
                inner = [self._names(part) for part in (left, right)]
            case ast.Starred(part):
                return self._names(part)
            case ast.Attribute(ast.Name(other), "__all__"):
                return public(self._sources, self._module_called(other), self._within)
            case ast.Name(other):
                return self._imported_as(other)
            case _:
                return None
        return None if None in inner else [name for names in inner for name in names or ()]

    def _imported_as(self, name: str) -> list[str] | None:
        for statement in self._body:
            for alias in statement.names if isinstance(statement, ast.ImportFrom) else ():
                if alias.name == "__all__" and (alias.asname or alias.name) == name:
                    assert isinstance(statement, ast.ImportFrom)
                    return public(self._sources, imported_module(self._module, self._file, statement), self._within)
        return None

    def _module_called(self, name: str) -> str:
        """Return the full name of the module that the module knows by this name; its own where it knows none."""
        for statement in self._body:
            for alias in statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else ():
                if (alias.asname or alias.name) == name:
                    is_whole = isinstance(statement, ast.Import)
                    return alias.name if is_whole else self._from(statement, alias.name)
        package = self._module if self._file.stem == "__init__" else self._module.rpartition(".")[0]
        return f"{package}.{name}".lstrip(".")  # ``from ._w import *`` makes ``_w`` an attribute, too

    def _from(self, statement: ast.stmt, name: str) -> str:
        assert isinstance(statement, ast.ImportFrom)
        return f"{imported_module(self._module, self._file, statement)}.{name}"


def _all_of(statement: ast.stmt) -> ast.expr | None:
    """Return what a statement puts into ``__all__``."""
    match statement:
        case ast.Assign([ast.Name("__all__")], value) | ast.AugAssign(ast.Name("__all__"), _, value):
            return value
        case ast.AnnAssign(ast.Name("__all__"), value=value):
            return value
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("__all__"), "append" | "extend"), [value])):
            return value
        case _:
            return None
