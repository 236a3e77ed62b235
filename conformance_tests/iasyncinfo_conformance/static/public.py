"""The public surface of a package, read off its sources: functions, methods and properties that others may use."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from iasyncinfo_conformance.static.sources import Definition, Sources, statements

Member: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.AnnAssign | ast.Assign

_INTERNAL: Final = ("tests", "test", "conftest", "__main__")
_TRANSPARENT: Final = frozenset(
    {"staticmethod", "classmethod", "overload", "override", "final", "abstractmethod", "deprecated", "contextmanager"}
)
"""Decorators that leave a function one."""


@dataclass(frozen=True)
class Offered:
    """Something public: its name, the module in which a probe finds it, and where and how it is defined.

    ``owner`` is the class of a method or property; ``node`` is None where this Python cannot parse the file.
    """

    name: str
    module: str
    file: Path
    line: int
    node: Member | None
    owner: str = ""

    @property
    def last(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    @property
    def is_property(self) -> bool:
        """Whether it is read, and not called."""
        return isinstance(self.node, ast.AnnAssign | ast.Assign) or any(map(_is_property, self._marks))

    @property
    def is_wrapped(self) -> bool:
        """Whether a decorator may have made something else of the function: a callable object, or a value."""
        return not self.is_property and not _TRANSPARENT.issuperset(self._marks)

    @property
    def is_maker(self) -> bool:
        """Whether it makes one of its own class."""
        return "classmethod" in self._marks

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

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
        return [ast.unparse(mark).partition("(")[0].rpartition(".")[2] for mark in self.node.decorator_list]


def offered(package: str, sources: Sources) -> list[Offered]:
    """Return what a package or module offers, each thing once, under the shortest of its names."""
    found = [each for module in _modules(package, sources) for each in _of_module(module, package, sources)]
    shortest: dict[tuple[Path, int], Offered] = {}
    for each in sorted(found, key=lambda each: (each.name.count("."), len(each.name))):
        shortest.setdefault((each.file, each.line), each)
    return sorted(shortest.values(), key=lambda each: (str(each.file), each.line))


def _modules(package: str, sources: Sources) -> Iterator[str]:
    """Yield a module and the public modules below it."""
    yield package
    file = sources.file(package)
    if file is None or file.stem != "__init__":
        return
    for path in sorted(file.parent.iterdir()):
        name = path.stem
        is_module = path.suffix in (".py", ".pyi") and path.is_file()
        is_package = path.is_dir() and any((path / each).is_file() for each in ("__init__.py", "__init__.pyi"))
        internal = name.startswith(("_", "test_")) or name in _INTERNAL
        if (is_module or is_package) and not internal:
            yield from _modules(f"{package}.{name}", sources)


def _of_module(module: str, package: str, sources: Sources) -> Iterator[Offered]:
    for name in sources.public(module):
        found = sources.find(module, name)
        if found is None or not _is_below(found.module, package):
            continue  # somebody else's, passed on
        if found.is_class:
            yield from _of_class(module, name, found, package, sources)
        else:
            node = None if isinstance(found.node, ast.ClassDef) else found.node
            yield Offered(f"{module}.{name}", module, found.file, found.line, node)


def _of_class(module: str, name: str, found: Definition, package: str, sources: Sources) -> Iterator[Offered]:
    """Yield the public methods and properties of a class, those of its bases in the same package as well."""
    seen: set[str] = set()
    for owner in sources.lineage(found):
        for statement in statements(_body(owner, package)):
            member = _name(statement)
            if not member or member.startswith("_") or member in seen:
                continue
            seen.add(member)
            if isinstance(statement, Member):
                yield Offered(f"{module}.{name}.{member}", module, owner.file, statement.lineno, statement, name)
            elif isinstance(statement, ast.ClassDef):
                inner = Definition(owner.module, member, owner.file, statement.lineno, True, statement)
                yield from _of_class(module, f"{name}.{member}", inner, package, sources)


def _body(owner: Definition, package: str) -> list[ast.stmt]:
    """Return the statements of a class of the package that has attributes."""
    if isinstance(owner.node, ast.ClassDef) and _is_below(owner.module, package) and not _is_typed_dict(owner.node):
        return owner.node.body
    return []


def _name(statement: ast.stmt) -> str:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.AnnAssign(ast.Name(name)):
            return name
        case ast.Assign([ast.Name(name)], ast.Call(maker)) if _is_property(ast.unparse(maker)):
            return name
        case _:
            return ""


def _is_property(maker: str) -> bool:
    """Whether a decorator, or what makes an attribute, is called a property, by whatever module."""
    return maker.lower().endswith("property")


def _is_below(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _is_typed_dict(node: ast.ClassDef) -> bool:
    """Whether a class describes a dictionary, whose keys are no attributes."""
    return any("TypedDict" in ast.unparse(base) for base in node.bases)
