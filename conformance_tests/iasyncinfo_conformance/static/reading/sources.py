"""Where names are defined, found in the sources: nothing is imported."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from iasyncinfo_conformance.static.reading.branches import statements
from iasyncinfo_conformance.static.reading.files import tree_of
from iasyncinfo_conformance.static.reading.roots import Roots
from iasyncinfo_conformance.static.reading.unparsed import found_in_text, member_in_text

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Node: TypeAlias = ast.ClassDef | Function | ast.Assign | ast.AnnAssign
_Seen: TypeAlias = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Definition:
    """A class, function or variable of a module; ``node`` is None where this Python cannot parse the file.

    The name of a nested class is dotted: ``Outer.Inner``.
    """

    module: str
    name: str
    file: Path
    line: int
    is_class: bool
    node: Node | None = None

    @property
    def key(self) -> str:
        """What tells it from every other one."""
        return f"{self.module}:{self.name}"

    @property
    def is_variable(self) -> bool:
        """Whether it is no class and no function, and no other name of one that can be followed."""
        return isinstance(self.node, ast.Assign | ast.AnnAssign)


class Sources:
    """Modules as trees: what their names stand for, wherever they got them from."""

    def __init__(self, *named: Path) -> None:
        self.roots: Roots = Roots(*named)

    def file(self, module: str) -> Path | None:
        """Return the file of a module, or None where there is no source."""
        return self.roots.file(module)

    def target(self, definition: Definition) -> str:
        """Return what names a class or function on the command line: by its file, where only that leads to it."""
        for root in self.roots.named:
            if root != Path.cwd() and definition.file.is_relative_to(root):
                return f"{os.path.relpath(definition.file)}:{definition.name}"
        return f"{definition.module}:{definition.name}"

    def find(self, module: str, name: str, _seen: _Seen = frozenset()) -> Definition | None:
        """Return where a module gets a name from, which may be dotted; None where that cannot be told."""
        file = self.file(module)
        if file is None or (module, name) in _seen:
            return None
        tree = tree_of(file)
        if tree is None:
            at = found_in_text(file, name)
            return None if at is None else Definition(module, name, file, *at)
        seen = _seen | {(module, name)}
        return next(filter(None, (self._by(each, module, file, name, seen) for each in statements(tree.body))), None)

    def _by(self, statement: ast.stmt, module: str, file: Path, name: str, seen: _Seen) -> Definition | None:
        """Return what a statement makes a name stand for; None where it is not about that name."""
        first, _, rest = name.partition(".")
        match statement:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() if statement.name == first:
                return _within(module, file, statement, rest)
            case ast.Assign([ast.Name(target)], value) | ast.AnnAssign(ast.Name(target), value=value) if (
                target == first
            ):
                found = self.find(module, _joined(dotted(value), rest), seen) if dotted(value) else None
                is_whole = found is None and not rest
                return Definition(module, name, file, statement.lineno, False, statement) if is_whole else found
            case ast.ImportFrom():
                return self._imported_from(imported_module(module, file, statement), statement, first, rest, seen)
            case ast.Import(aliases):
                return self._in_module(aliases, first, rest, seen) if rest else None
        return None

    def _imported_from(
        self, source: str, statement: ast.ImportFrom, first: str, rest: str, seen: _Seen
    ) -> Definition | None:
        for alias in statement.names:
            if alias.name == "*" or (alias.asname or alias.name) == first:
                there = first if alias.name == "*" else alias.name
                found = self.find(source, _joined(there, rest), seen)
                if found is None and rest and alias.name != "*":
                    found = self.find(f"{source}.{there}", rest, seen)
                if found is not None:
                    return found
        return None

    def _in_module(self, aliases: list[ast.alias], first: str, rest: str, seen: _Seen) -> Definition | None:
        """Return what stands behind a name of a module that is imported whole."""
        for alias in aliases:
            if alias.asname == first:
                return self.find(alias.name, rest, seen)
            if alias.asname is None and alias.name.partition(".")[0] == first:
                parts = rest.split(".")
                for cut in reversed(range(len(parts))):
                    found = self.find(".".join([first, *parts[:cut]]), ".".join(parts[cut:]), seen)
                    if found is not None:
                        return found
        return None

    def member(self, definition: Definition, name: str, *, setter: bool = False) -> tuple[Path, int]:
        """Return the file and line of a member of a class, of the class itself where it has none of that name."""
        owner = self.owner(definition, name)
        line = None if owner is None else _member_line(owner, name, setter=setter)
        return (definition.file, definition.line) if owner is None or line is None else (owner.file, line)

    def owner(self, definition: Definition, name: str) -> Definition | None:
        """Return the class that has a member: a class itself, or one of its bases; None where none has one."""
        return next((each for each in self.lineage(definition) if _member_line(each, name, setter=False)), None)

    def is_hollow(self, definition: Definition, name: str) -> bool:
        """Whether a class has a member from a Protocol alone, which declares it and does not define it."""
        owner = self.owner(definition, name)
        if owner is None or owner.file.suffix == ".pyi" or _is_protocol(definition) or not _is_protocol(owner):
            return False
        assert isinstance(owner.node, ast.ClassDef)
        return all(_is_empty(each) for each in statements(owner.node.body) if _names_member(each, name))

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

    def lineage(self, definition: Definition, _below: frozenset[str] = frozenset()) -> list[Definition]:
        """Return a class and its bases in the order in which members are looked up, as far as they can be found."""
        if definition.key in _below or not isinstance(definition.node, ast.ClassDef):
            return [] if definition.key in _below else [definition]
        named = filter(None, map(dotted, definition.node.bases))
        found = [self.find(definition.module, name) for name in named]
        bases = [base for base in found if base is not None and base.is_class]
        below = _below | {definition.key}
        return [definition, *_merged([*(self.lineage(base, below) for base in bases), bases])]


def _merged(orders: list[list[Definition]]) -> Iterator[Definition]:
    """Yield classes in the C3 order that their own orders allow; any of them where they allow none."""
    left = [order for order in orders if order]
    while left:
        later = {each.key for order in left for each in order[1:]}
        head = next((order[0] for order in left if order[0].key not in later), left[0][0])
        yield head
        left = [rest for order in left if (rest := [each for each in order if each.key != head.key])]


def dotted(expression: ast.expr | None) -> str:
    """Return the dotted name of a class, whatever its arguments and quotes; empty where it is another expression."""
    match expression:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            return f"{dotted(value)}.{name}" if dotted(value) else ""
        case ast.Subscript(value):
            return dotted(value)
        case ast.Constant(str(text)) if all(part.isidentifier() for part in text.split(".")):
            return text
        case _:
            return ""


def imported_module(module: str, file: Path, statement: ast.ImportFrom) -> str:
    """Return the full name of the module that a ``from`` import speaks of."""
    if not statement.level:
        return statement.module or ""
    package = module.split(".") if file.stem == "__init__" else module.split(".")[:-1]
    return ".".join([*package[: len(package) - statement.level + 1], *filter(None, [statement.module])])


def _joined(first: str, rest: str) -> str:
    return f"{first}.{rest}" if rest else first


def _within(module: str, file: Path, node: ast.ClassDef | Function, rest: str) -> Definition | None:
    """Return a class or function, or what is nested in it under a dotted name."""
    name = node.name
    for part in filter(None, rest.split(".")):
        body = node.body if isinstance(node, ast.ClassDef) else []
        inner = (each for each in statements(body) if isinstance(each, ast.ClassDef | Function) and each.name == part)
        found = next(inner, None)
        if found is None:
            return None
        node, name = found, f"{name}.{part}"
    return Definition(module, name, file, node.lineno, isinstance(node, ast.ClassDef), node)


def _is_protocol(definition: Definition) -> bool:
    bases = definition.node.bases if isinstance(definition.node, ast.ClassDef) else []
    return any(dotted(base).rpartition(".")[2] == "Protocol" for base in bases)


def _names_member(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) | ast.AnnAssign(ast.Name(found)):
            return found == name
        case _:
            return False


def _is_empty(statement: ast.stmt) -> bool:
    """Whether a member is declared and no more: a body of a text and dots, an attribute without a value."""
    match statement:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            return all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in body)
        case ast.AnnAssign(value=value):
            return value is None
        case _:
            return False


def _is_setter(node: Function) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "setter" for each in node.decorator_list)


def _member_line(owner: Definition, name: str, *, setter: bool) -> int | None:
    if owner.node is None:
        return member_in_text(owner.file, owner.line, name, setter=setter)
    lines = []
    for node in read(owner.node):
        match node:
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) if found == name:
                lines.append((_is_setter(node) is not setter, node.lineno))
            case ast.AnnAssign(ast.Name(found), lineno=line) | ast.Assign([ast.Name(found)], lineno=line):
                lines += [(True, line)] if found == name else []
            case ast.Attribute(ast.Name("self"), found, ast.Store()) if found == name:
                lines.append((True, node.lineno))
    return min(lines)[1] if lines else None


def read(node: Node) -> Iterator[ast.AST]:
    """Yield the members of a class that a type checker reads, and what its methods are made of."""
    for statement in statements(node.body) if isinstance(node, ast.ClassDef) else ():
        if isinstance(statement, Function):
            yield from ast.walk(statement)
        elif not isinstance(statement, ast.ClassDef | ast.If | ast.Try | ast.With):
            yield statement
