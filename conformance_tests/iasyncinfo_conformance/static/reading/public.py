"""The public surface of a package, read off its sources: functions, methods and properties that others may use."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from iasyncinfo_conformance.static.reading.branches import statements
from iasyncinfo_conformance.static.reading.decorated import TRANSPARENT, is_property, last_name, stays_async
from iasyncinfo_conformance.static.reading.exports import is_own, public
from iasyncinfo_conformance.static.reading.sources import Definition, Sources

Member: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.AnnAssign | ast.Assign

_INTERNAL: Final = ("tests", "test", "conftest", "__main__")


@dataclass(frozen=True)
class Offered:
    """Something public: its name, the module in which a probe finds it, and where and how it is defined.

    ``owner`` is the class of a method or property; ``node`` is None where this Python cannot parse the file, or where
    nothing there defines it; ``is_async`` says that it is an ``async def``, and is seen to stay one under its
    decorators; ``is_inherited`` that a base of the class defines it.
    """

    name: str
    module: str
    file: Path
    line: int
    node: Member | None
    owner: str = ""
    is_async: bool = False
    is_inherited: bool = False

    @property
    def last(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    @property
    def is_property(self) -> bool:
        """Whether it is read, and not called."""
        is_field = isinstance(self.node, ast.AnnAssign) or (isinstance(self.node, ast.Assign) and self.owner != "")
        return is_field or any(map(is_property, self._marks))

    @property
    def is_wrapped(self) -> bool:
        """Whether it may be no function: a decorator, or a call, makes callable objects and values, too."""
        return isinstance(self.node, ast.Assign) or (not TRANSPARENT.issuperset(self._marks) and not self.is_property)

    @property
    def is_inferred(self) -> bool:
        """Whether nobody gave it a type: a value that is assigned."""
        return isinstance(self.node, ast.Assign)

    @property
    def is_maker(self) -> bool:
        """Whether it makes one of its own class."""
        return "classmethod" in self._marks

    @property
    def is_annotated(self) -> bool:
        """Whether the sources say what it is or returns."""
        if isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self.node.returns is not None
        return not isinstance(self.node, ast.Assign)

    @property
    def says_any(self) -> bool:
        """Whether Any is what the sources say it is or returns."""
        node = self.node
        written = node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
        written = node.annotation if isinstance(node, ast.AnnAssign) else written
        return written is not None and re.search(r"\bAny\b", ast.unparse(written)) is not None

    @property
    def _marks(self) -> list[str]:
        """The last names of its decorators."""
        if not isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return []
        return list(map(last_name, self.node.decorator_list))


def offered(package: str, sources: Sources) -> list[Offered]:
    """Return what a package or module offers, each thing once, under the shortest of its names."""
    found = [each for module in _modules(package, sources) for each in _of_module(module, package, sources)]
    shortest: dict[tuple[Path, int | str], Offered] = {}
    for each in sorted(found, key=lambda each: (each.name.count("."), each.is_inherited, len(each.name))):
        shortest.setdefault((each.file, each.line or each.name), each)
    return sorted(shortest.values(), key=lambda each: (str(each.file), each.line))


def _modules(package: str, sources: Sources) -> Iterator[str]:
    """Yield a module and the public modules below it."""
    yield package
    below = [path for folder in sources.roots.folders(package) for path in sorted(folder.iterdir())]
    is_namespace = sources.file(package) is None
    for name in dict.fromkeys(path.stem for path in below if _is_module(path, is_namespace)):
        if not name.startswith(("_", "test_")) and name not in _INTERNAL and name.isidentifier():
            yield from _modules(f"{package}.{name}", sources)


def _is_module(path: Path, is_namespace: bool) -> bool:
    """Whether a path is a module or a package; a folder without ``__init__`` is one in a namespace package alone."""
    if path.is_file():
        return path.suffix in (".py", ".pyi")
    has_one = any((path / each).is_file() for each in ("__init__.py", "__init__.pyi"))
    return has_one or (is_namespace and any(path.glob("**/*.py*")))


def _of_module(module: str, package: str, sources: Sources) -> Iterator[Offered]:
    for name in public(sources, module):
        found = sources.find(module, name)
        file = sources.file(module)
        if found is None and file is not None and sources.file(f"{module}.{name}") is None:
            yield Offered(f"{module}.{name}", module, file, 0, None)  # a __getattr__ of the module may have it
        if found is None or not is_own(found.module, package):
            continue  # somebody else's, passed on
        if found.is_class:
            yield from _of_class(module, name, found, package, sources)
        elif not found.is_variable or _is_object(found.node):
            node = None if isinstance(found.node, ast.ClassDef) else found.node
            is_async = stays_async(node, found.module, sources)
            yield Offered(f"{module}.{name}", module, found.file, found.line, node, is_async=is_async)


def _is_object(node: ast.AST | None) -> bool:
    """Whether a variable holds what may be called or awaited: its type is given, or a call or a lambda makes it."""
    match node:
        case ast.AnnAssign(annotation=annotation):
            return not ast.unparse(annotation).endswith("TypeAlias")
        case ast.Assign(value=ast.Call() | ast.Lambda()):
            return True
        case _:
            return False


def _of_class(module: str, name: str, found: Definition, package: str, sources: Sources) -> Iterator[Offered]:
    """Yield the public methods and properties of a class, those of its bases in the same package as well."""
    seen: set[str] = set()
    for owner in sources.lineage(found):
        for statement in (*statements(_body(owner, package)), *_assigned(_body(owner, package))):
            member = _name(statement)
            if not member or member.startswith("_") or member in seen:
                continue
            seen.add(member)
            if isinstance(statement, Member):
                is_async = stays_async(statement, owner.module, sources)
                full = f"{module}.{name}.{member}"
                yield Offered(
                    full, module, owner.file, statement.lineno, statement, name, is_async, is_inherited=owner != found
                )
            elif isinstance(statement, ast.ClassDef):
                inner = Definition(owner.module, member, owner.file, statement.lineno, True, statement)
                yield from _of_class(module, f"{name}.{member}", inner, package, sources)


def _assigned(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield what the methods of a class assign to attributes of theirs."""
    for method in statements(body):
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (each for each in statements(method.body) if _attribute(each))


def _attribute(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign([ast.Attribute(ast.Name("self"), name)]) | ast.AnnAssign(ast.Attribute(ast.Name("self"), name)):
            return name
        case _:
            return ""


def _body(owner: Definition, package: str) -> list[ast.stmt]:
    """Return the statements of a class of the package that has attributes."""
    if isinstance(owner.node, ast.ClassDef) and is_own(owner.module, package) and not _is_typed_dict(owner.node):
        return owner.node.body
    return []


def _name(statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.AnnAssign(ast.Name(name)):
            return name
        case ast.Assign([ast.Name(name)], ast.Call(maker)) if is_property(ast.unparse(maker)):
            return name
        case _:
            return _attribute(statement)


def _is_typed_dict(node: ast.ClassDef) -> bool:
    """Whether a class describes a dictionary, whose keys are no attributes."""
    return any("TypedDict" in ast.unparse(base) for base in node.bases)
