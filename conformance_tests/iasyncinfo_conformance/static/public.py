"""The public surface of a package, read off its sources: functions, methods and properties that others may use."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.static.sources import Definition, Sources

_INTERNAL: Final = ("tests", "test", "conftest", "__main__")
_PROPERTIES: Final = ("property", "cached_property", "functools.cached_property", "abstractproperty")


@dataclass(frozen=True)
class Offered:
    """Something public: its name, how a probe gets at it, and where it is.

    ``owner`` is the class of a method or property; ``is_maker`` says that it makes one of its own class, and
    ``is_annotated`` that the sources say what it returns.
    """

    name: str
    module: str
    path: str
    file: Path
    line: int
    owner: str = ""
    is_property: bool = False
    is_maker: bool = False
    is_annotated: bool = True

    @property
    def last(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]


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
        if found is None or not (found.module == package or found.module.startswith(f"{package}.")):
            continue  # somebody else's, passed on
        if found.is_class:
            yield from _of_class(module, name, found, package, sources)
        else:
            yield Offered(
                f"{module}.{name}", module, name, found.file, found.line, is_annotated=_is_annotated(found.node)
            )


def _is_typed_dict(owner: Definition) -> bool:
    """Whether a class describes a dictionary, whose keys are no attributes."""
    return isinstance(owner.node, ast.ClassDef) and any("TypedDict" in ast.unparse(base) for base in owner.node.bases)


def _of_class(module: str, name: str, found: Definition, package: str, sources: Sources) -> Iterator[Offered]:
    """Yield the public methods and properties of a class, those of its bases in the same package as well."""
    seen: set[str] = set()
    for owner in sources.lineage(found):
        if not isinstance(owner.node, ast.ClassDef) or _is_typed_dict(owner) or not owner.module.startswith(package):
            continue
        for statement in owner.node.body:
            made = _member(statement)
            if made is None or made[0].startswith("_") or made[0] in seen:
                continue
            member, is_property, is_maker = made
            seen.add(member)
            path, annotated = f"{name}.{member}", _is_annotated(statement)
            where = owner.file, statement.lineno
            yield Offered(f"{module}.{path}", module, path, *where, name, is_property, is_maker, annotated)


def _member(statement: ast.stmt) -> tuple[str, bool, bool] | None:
    """Return the name of a member, whether it is a property, and whether it makes one of its class."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            marks = [ast.unparse(each) for each in statement.decorator_list]
            return statement.name, any(mark in _PROPERTIES for mark in marks), "classmethod" in marks
        case ast.AnnAssign(ast.Name(name)):
            return name, True, False
        case _:
            return None


def _is_annotated(statement: ast.stmt | None) -> bool:
    return not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) or statement.returns is not None
