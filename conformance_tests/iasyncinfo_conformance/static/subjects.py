"""What a probe asks about: a class, what a function returns, or each alternative of a union."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iasyncinfo_conformance.static.reading.sources import Definition, Sources, dotted

_UNTOLD: Final = "_Any"
"""What stands in a probe for a type that only its own module can name, such as a type variable."""
_PLAIN_MARKS: Final = frozenset({"staticmethod", "classmethod", "override", "final", "abstractmethod"})
"""Decorators that leave a function what its annotations say."""


@dataclass(frozen=True)
class Subject:
    """A class, or what a function returns: ``name`` is what the command line calls it.

    ``type`` spells one of several alternatives, with a number in braces for each of the ``modules``; it is empty where
    the definition itself is asked about.
    """

    name: str
    definition: Definition
    type: str = ""
    modules: tuple[str, ...] = ()

    @property
    def is_class(self) -> bool:
        """Whether the definition is a class that is asked about as such."""
        return self.definition.is_class and not self.type


def subjects_of(definition: Definition, sources: Sources) -> tuple[Subject, ...]:
    """Return a class or function by itself, or the alternatives of a union that it returns or stands for.

    None is no alternative: a result that may be lacking is not what is looked at.
    """
    name = sources.target(definition)
    whole = Subject(name, definition)
    expression = _said(definition)
    if expression is None:
        return (whole,)
    every = list(_parts(definition.module, expression, sources, frozenset()))
    parts = [(module, part) for module, part in every if not _is_none(part)]
    if len(every) == 1 and not definition.is_variable:
        return (whole,)
    found = [_alternative(name, module, part, sources) for module, part in parts]
    known = tuple(each for each in found if each is not None)
    return known if known and len(known) == len(found) else (whole,)


def _said(definition: Definition) -> ast.expr | None:
    """Return the union that a definition speaks of; None where it is no union, or something else decides."""
    node = definition.node
    if isinstance(node, ast.FunctionDef):
        marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
        return node.returns if marks <= _PLAIN_MARKS else None
    if isinstance(node, ast.AnnAssign) and dotted(node.annotation).rpartition(".")[2] != "TypeAlias":
        return node.annotation
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _parts(module: str, expression: ast.expr, sources: Sources, seen: frozenset[str]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the alternatives of a type, each with the module whose names it uses."""
    match expression:
        case ast.BinOp(left, ast.BitOr(), right):
            yield from _parts(module, left, sources, seen)
            yield from _parts(module, right, sources, seen)
        case ast.Subscript(head, inner) if dotted(head).rpartition(".")[2] in ("Union", "Optional", "Annotated"):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            for part in parts[:1] if dotted(head).endswith("Annotated") else parts:
                yield from _parts(module, part, sources, seen)
            if dotted(head).endswith("Optional"):
                yield module, ast.Constant(None)
        case ast.Constant(str(text)):
            yield from _parts(module, ast.parse(text, mode="eval").body, sources, seen)
        case _:
            yield from _aliased(module, expression, sources, seen)


def _is_none(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value is None


def _aliased(
    module: str, expression: ast.expr, sources: Sources, seen: frozenset[str]
) -> Iterator[tuple[str, ast.expr]]:
    """Yield the alternatives of what a name stands for, or the name itself."""
    named = dotted(expression)
    found = sources.find(module, named) if named and named not in seen else None
    value = found.node.value if found is not None and isinstance(found.node, ast.Assign | ast.AnnAssign) else None
    if found is None or value is None:
        yield module, expression
    else:
        yield from _parts(found.module, value, sources, seen | {named})


def _alternative(name: str, module: str, part: ast.expr, sources: Sources) -> Subject | None:
    definition = sources.find(module, dotted(part)) if dotted(part) else None
    if definition is None or not definition.is_class:
        return None
    spelling = _Spelling(module, sources)
    text = ast.unparse(spelling.visit(part))
    return Subject(name, definition, text, tuple(spelling.modules))


class _Spelling(ast.NodeTransformer):
    """Spells a type as another module can: each name by the module that defines it."""

    def __init__(self, module: str, sources: Sources) -> None:
        self._module = module
        self._sources = sources
        self.modules: list[str] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._named(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._named(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        head = self.visit(node.value)
        return head if head is _UNTOLD_NAME else ast.Subscript(head, self.visit(node.slice))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        found: ast.expr = self.visit(ast.parse(node.value, mode="eval").body)
        return found

    def _named(self, node: ast.expr) -> ast.expr:
        name = dotted(node)
        found = self._sources.find(self._module, name) if name else None
        if found is not None and found.is_class:
            self.modules.append(found.module)
            return ast.Name(f"{{{len(self.modules) - 1}}}.{found.name}")
        return node if hasattr(builtins, name) else _UNTOLD_NAME


_UNTOLD_NAME: Final = ast.Name(_UNTOLD)
