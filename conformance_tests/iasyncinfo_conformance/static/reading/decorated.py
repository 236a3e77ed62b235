"""What decorators make of an ``async def``, as far as their sources tell where no type does."""

import ast
from collections.abc import Iterator
from typing import Final

from iasyncinfo_conformance.static.reading.sources import Function, Sources, dotted

TRANSPARENT: Final = frozenset(
    {"staticmethod", "classmethod", "overload", "override", "final", "abstractmethod", "deprecated", "contextmanager"}
)
"""Decorators that leave a function one."""


def last_name(mark: ast.expr) -> str:
    """Return the last part of a decorator's name."""
    return ast.unparse(mark).partition("(")[0].rpartition(".")[2]


def stays_async(node: ast.AST | None, module: str, sources: Sources) -> bool:
    """Whether something is an ``async def`` of that module, and each of its decorators is seen to leave it one.

    Many a decorator runs the coroutine and returns what comes of it, so one that cannot be read tells nothing.
    """
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    return all(_leaves_async(mark, module, sources) for mark in node.decorator_list)


def is_property(maker: str) -> bool:
    """Whether a decorator, or what makes an attribute, is called a property, by whatever module."""
    return maker.lower().endswith("property")


def _leaves_async(mark: ast.expr, module: str, sources: Sources) -> bool:
    name = last_name(mark)
    if name in TRANSPARENT or is_property(name):
        return True
    is_made = isinstance(mark, ast.Call)
    found = sources.find(module, dotted(mark.func if isinstance(mark, ast.Call) else mark))
    decorator = None if found is None else found.node
    if is_made and isinstance(decorator, ast.FunctionDef):
        decorator = next((each for each in _returned(decorator) if isinstance(each, ast.FunctionDef)), None)
    if not isinstance(decorator, ast.FunctionDef):
        return False
    returned = list(_returned(decorator))
    return bool(returned) and all(isinstance(each, ast.AsyncFunctionDef | ast.arg) for each in returned)


def _returned(function: Function) -> Iterator[Function | ast.arg | None]:
    """Yield what a function returns: functions inside of it, arguments of its own, and None for anything else."""
    inner = {each.name: each for each in ast.walk(function) if isinstance(each, Function) and each is not function}
    taken = {each.arg: each for each in (*function.args.posonlyargs, *function.args.args)}
    for each in _own(function):
        if isinstance(each, ast.Return):
            name = each.value.id if isinstance(each.value, ast.Name) else ""
            yield inner.get(name) or taken.get(name)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield what a function is made of, without what functions and classes inside of it are made of."""
    for each in ast.iter_child_nodes(function):
        yield each
        if not isinstance(each, Function | ast.ClassDef | ast.Lambda):
            yield from _own(each)
