"""Where names are defined, found in the sources: nothing is imported."""

import ast
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from iasyncinfo_conformance.static.files import tree_of
from iasyncinfo_conformance.static.unparsed import found_in_text, member_in_text, names_in_text

Node: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

_SUFFIXES: Final = (".pyi", "/__init__.pyi", ".py", "/__init__.py")
"""Stubs come first, as for a type checker."""


@dataclass(frozen=True)
class Definition:
    """A class or function at the top of a module; ``node`` is None where this Python cannot parse the file."""

    module: str
    name: str
    file: Path
    line: int
    is_class: bool
    node: Node | None = None


class Sources:
    """Modules as text and as trees: below the folders that are named, and wherever Python looks; here last.

    ``own`` are the folders that a type checker would not find by itself: those that are named, the one in which
    the program was started, and those of PYTHONPATH.
    """

    def __init__(self, *named: Path) -> None:
        self._named = named
        listed = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        own, here = (*named, *map(Path, filter(None, listed))), Path.cwd()
        self.own: tuple[Path, ...] = tuple(dict.fromkeys((*own, here)))
        self.roots: tuple[Path, ...] = tuple(dict.fromkeys((*own, *map(Path, filter(None, sys.path)), here)))

    def searched(self, files: Iterable[Path]) -> tuple[Path, ...]:
        """Return the folders that a type checker has to search for some files: the current one only if it has one.

        What else lies there may have the name of a module of the standard library.
        """
        here = Path.cwd()
        has_one = any(file.is_relative_to(here) for file in files)
        return tuple(root for root in self.own if has_one or root != here or root in self._named)

    def file(self, module: str) -> Path | None:
        """Return the file of a module, or None where there is no source."""
        for root in self.roots:
            for suffix in _SUFFIXES:
                path = root / (module.replace(".", "/") + suffix)
                if path.is_file():
                    return path
        return None

    def target(self, definition: Definition) -> str:
        """Return what names a class or function on the command line: by its file, where only that leads to it."""
        for root in self._named:
            if root != Path.cwd() and definition.file.is_relative_to(root):
                return f"{os.path.relpath(definition.file)}:{definition.name}"
        return f"{definition.module}:{definition.name}"

    def find(self, module: str, name: str, _seen: frozenset[tuple[str, str]] = frozenset()) -> Definition | None:
        """Return where a module gets a name from, or None where that cannot be told."""
        file = self.file(module)
        if file is None or (module, name) in _seen:
            return None
        seen = _seen | {(module, name)}
        tree = tree_of(file)
        if tree is None:
            at = found_in_text(file, name)
            return None if at is None else Definition(module, name, file, *at)
        for statement in statements(tree.body):
            match statement:
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name == name:
                    is_class = isinstance(statement, ast.ClassDef)
                    return Definition(module, name, file, statement.lineno, is_class, statement)
                case ast.Assign([ast.Name(target)], ast.Name(other)) if target == name:
                    return self.find(module, other, seen)
                case ast.ImportFrom():
                    found = self._imported(module, file, statement, name, seen)
                    if found is not None:
                        return found
        return None

    def _imported(
        self, module: str, file: Path, statement: ast.ImportFrom, name: str, seen: frozenset[tuple[str, str]]
    ) -> Definition | None:
        source = imported_module(module, file, statement)
        for alias in statement.names:
            if alias.name == "*" or (alias.asname or alias.name) == name:
                found = self.find(source, name if alias.name == "*" else alias.name, seen)
                if found is not None:
                    return found
        return None

    def classes(self, module: str) -> list[str]:
        """Return the public classes of a module: those that it lists in ``__all__``, else those that it defines."""
        return [name for name in self.public(module) if (found := self.find(module, name)) and found.is_class]

    def public(self, module: str) -> list[str]:
        """Return the public names of a module: ``__all__``, or else what it defines and passes on.

        Passed on are the names of ``from m import *`` and ``from m import a as a``, and in the ``__init__`` of
        a package all that it imports from its own modules.
        """
        file = self.file(module)
        tree = None if file is None else tree_of(file)
        if file is None or tree is None:
            return [] if file is None else names_in_text(file)
        listed = self._listed(module, file, tree)
        if listed is not None:
            return list(dict.fromkeys(listed))
        found: dict[str, None] = {}
        for statement in statements(tree.body):
            match statement:
                case ast.ClassDef(name) | ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                    found[name] = None
                case ast.ImportFrom():
                    found.update(dict.fromkeys(self._passed_on(module, file, statement)))
        return [name for name in found if not name.startswith("_")]

    def _passed_on(self, module: str, file: Path, statement: ast.ImportFrom) -> Iterator[str]:
        source = imported_module(module, file, statement)
        is_own = file.stem == "__init__" and (source == module or source.startswith(f"{module}."))
        for alias in statement.names:
            if alias.name == "*":
                yield from self.public(source)
            elif is_own or alias.asname == alias.name:
                yield alias.asname or alias.name

    def _listed(self, module: str, file: Path, tree: ast.Module) -> list[str] | None:
        """Return what a module lists in ``__all__``; None where it has none, or one that is worked out."""
        values = [value for statement in statements(tree.body) if (value := _all_of(statement)) is not None]
        names = [self._names(module, file, tree, value) for value in values]
        known = [each for each in names if each is not None]
        return list(chain.from_iterable(known)) if names and len(known) == len(names) else None

    def _names(self, module: str, file: Path, tree: ast.Module, value: ast.expr) -> list[str] | None:
        """Return the names in a part of ``__all__``: texts, and the lists of other modules."""
        match value:
            case ast.Constant(str(name)):
                return [name]
            case ast.List(parts) | ast.Tuple(parts):
                inner = [self._names(module, file, tree, part) for part in parts]
            case ast.BinOp(left, ast.Add(), right):
                inner = [self._names(module, file, tree, part) for part in (left, right)]
            case ast.Starred(part):
                return self._names(module, file, tree, part)
            case ast.Attribute(ast.Name(other), "__all__"):
                return self.public(_module_called(module, file, tree, other))
            case ast.Name(other):
                return self._all_imported_as(module, file, tree, other)
            case _:
                return None
        return None if None in inner else [name for names in inner for name in names or ()]

    def _all_imported_as(self, module: str, file: Path, tree: ast.Module, name: str) -> list[str] | None:
        for statement in statements(tree.body):
            for alias in statement.names if isinstance(statement, ast.ImportFrom) else ():
                if alias.name == "__all__" and (alias.asname or alias.name) == name:
                    return self.public(imported_module(module, file, statement))  # type: ignore[arg-type]
        return None

    def member(self, definition: Definition, name: str, *, setter: bool = False) -> tuple[Path, int]:
        """Return the file and line of a member of a class, of the class itself where it has none of that name."""
        for owner in self.lineage(definition):
            line = _member_line(owner, name, setter=setter)
            if line is not None:
                return owner.file, line
        return definition.file, definition.line

    def settable(self, definition: Definition, name: str) -> str:
        """Return the annotation of what a member can be set to, as it is written; empty where there is none."""
        for owner in self.lineage(definition):
            for node in ast.walk(owner.node) if owner.node is not None else ():
                match node:
                    case ast.FunctionDef(name=found) if found == name and _is_setter(node) and len(node.args.args) > 1:
                        annotation = node.args.args[1].annotation
                        return ast.unparse(annotation) if annotation is not None else ""
                    case ast.AnnAssign(ast.Name(found)) if found == name:
                        return ast.unparse(node.annotation)
        return ""

    def lineage(self, definition: Definition) -> Iterator[Definition]:
        """Yield a class and its bases, as far as they can be found."""
        queue, seen = [definition], set[tuple[str, str]]()
        while queue:
            owner = queue.pop(0)
            if (owner.module, owner.name) in seen:
                continue
            seen.add((owner.module, owner.name))
            yield owner
            if isinstance(owner.node, ast.ClassDef):
                found = (self._base(owner, base) for base in owner.node.bases)
                queue += [base for base in found if base is not None and base.is_class]

    def _base(self, owner: Definition, base: ast.expr) -> Definition | None:
        match base:
            case ast.Subscript(generic):
                return self._base(owner, generic)
            case ast.Name(name):
                return self.find(owner.module, name)
            case ast.Attribute(ast.Name(module), name) if (tree := tree_of(owner.file)) is not None:
                return self.find(_module_called(owner.module, owner.file, tree, module), name)
            case _:
                return None


def imported_module(module: str, file: Path, statement: ast.ImportFrom) -> str:
    """Return the full name of the module that a ``from`` import speaks of."""
    if not statement.level:
        return statement.module or ""
    package = module.split(".") if file.stem == "__init__" else module.split(".")[:-1]
    return ".".join([*package[: len(package) - statement.level + 1], *filter(None, [statement.module])])


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module or class, those under conditions as well."""
    for statement in body:
        yield statement
        for field in ("body", "orelse", "handlers", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With):
                inner = getattr(statement, field, [])
                handled = (each.body for each in inner if isinstance(each, ast.ExceptHandler))
                yield from statements([each for each in inner if isinstance(each, ast.stmt)])
                yield from statements(list(chain.from_iterable(handled)))


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


def _module_called(module: str, file: Path, tree: ast.Module, name: str) -> str:
    """Return the full name of the module that a module knows by this name; its own where it knows none."""
    for statement in statements(tree.body):
        match statement:
            case ast.Import(aliases):
                for alias in aliases:
                    if (alias.asname or alias.name) == name:
                        return alias.name
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    if (alias.asname or alias.name) == name:
                        return f"{imported_module(module, file, statement)}.{alias.name}"
    package = module if file.stem == "__init__" else module.rpartition(".")[0]
    return f"{package}.{name}".lstrip(".")  # ``from ._w import *`` makes ``_w`` an attribute, too


def _is_setter(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "setter" for each in node.decorator_list)


def _member_line(owner: Definition, name: str, *, setter: bool) -> int | None:
    if owner.node is None:
        return member_in_text(owner.file, owner.line, name, setter=setter)
    lines = []
    for node in ast.walk(owner.node):
        match node:
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) if found == name:
                lines.append((_is_setter(node) is not setter, node.lineno))
            case ast.AnnAssign(ast.Name(found), lineno=line) | ast.Assign([ast.Name(found)], lineno=line):
                lines += [(True, line)] if found == name else []
            case ast.Attribute(ast.Name("self"), found, ast.Store()) if found == name:
                lines.append((True, node.lineno))
    return min(lines)[1] if lines else None
