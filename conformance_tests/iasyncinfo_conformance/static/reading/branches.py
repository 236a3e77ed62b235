"""The statements of a module that a type checker reads: of a condition that it decides, the branch that it takes.

What is decided is what the typing specification lists: TYPE_CHECKING, the version of Python, and the platform. Nor is
anything read that a module does where it is the program.
"""

import ast
import operator
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

_KNOWN: Final = {"TYPE_CHECKING": True, "MYPY": True, "PY3": True, "PY2": False}
_COMPARED: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module or class that a type checker reads, those under conditions as well."""
    for statement in body:
        yield statement
        match statement:
            case ast.If(test, then, otherwise):
                truth = decided(test)
                yield from statements(then if truth is not False else [])
                yield from statements(otherwise if truth is not True else [])
            case ast.Try(tried, handlers, otherwise, finally_):
                handled = chain.from_iterable(handler.body for handler in handlers)
                yield from statements([*tried, *otherwise, *finally_, *handled])
            case ast.With(body=inner):
                yield from statements(inner)


def decided(test: ast.expr) -> bool | None:
    """Return what a type checker makes of a condition; None where it takes both branches."""
    match test:
        case ast.Constant(value):
            return bool(value)
        case ast.Name(name) | ast.Attribute(attr=name) if name in _KNOWN:
            return _KNOWN[name]
        case ast.UnaryOp(ast.Not(), operand):
            truth = decided(operand)
            return None if truth is None else not truth
        case ast.BoolOp(operation, operands):
            return _joined([decided(operand) for operand in operands], isinstance(operation, ast.Or))
        case _:
            return _about_this_python(test)


def _joined(truths: list[bool | None], settles: bool) -> bool | None:
    """Return the truth of operands that are joined; ``settles`` is the one that decides by itself."""
    if settles in truths:
        return settles
    return None if None in truths else not settles


def _about_this_python(test: ast.expr) -> bool | None:
    match test:
        case ast.Compare(left, [compared], [right]) if type(compared) in _COMPARED:
            return _compared(_COMPARED[type(compared)], ast.unparse(left), right)
        case ast.Call(ast.Attribute(subject, "startswith"), [ast.Constant(str(text))]):
            return sys.platform.startswith(text) if ast.unparse(subject) == "sys.platform" else None
        case _:
            return None


def _compared(compare: Callable[[Any, Any], bool], left: str, right: ast.expr) -> bool | None:
    values = {
        "__name__": "imported",
        "sys.platform": sys.platform,
        "sys.version_info": tuple(sys.version_info),
        "sys.version_info[0]": sys.version_info[0],
        "sys.version_info[:2]": sys.version_info[:2],
        "sys.version_info.major": sys.version_info[0],
    }
    try:
        value, other = values[left], ast.literal_eval(right)
        return compare(value, other)
    except (KeyError, TypeError, ValueError):
        return None
