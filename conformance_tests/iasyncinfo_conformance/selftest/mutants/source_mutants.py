"""Mutants of the reference implementation's source: one small change each, made in its syntax tree.

Left out are what no word can show or this suite does not speak of: the texts of messages, ``__repr__``,
annotations, waiting and awaiting, copying, and producers that are dropped.
"""

import ast
import copy
import importlib.util
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.errors import HarnessFault

MODULES: Final = ("states", "lifecycle", "operation", "kinds", "producer", "failures")
"""The modules that are mutated; the others wait, await, report and name errors."""
LEFT_OUT: Final = frozenset(
    {
        "__repr__",
        "get",
        "wait",
        "__await__",
        "_claim",
        "_ended",
        "disconnect",
        "_disconnect",
        "_drop",
        "__del__",
        "__reduce__",
        "_own",
        "unowned",
        "elsewhere",
        "__new__",
        "_interrupted",
        "_give_back",
        "_see",
        "seen",
        "passed_on",
        "code_of",
        "EndsAtBirth",
        "finished",
        "from_result",
    }
)
"""Functions and classes that are not mutated: no adapter shows them to the suite."""

_STATES: Final = ("STARTED", "CANCEL_PENDING", "COMPLETED", "CANCELED", "ERROR", "CLOSED", "CLOSED_RUNNING")
_SLOTS: Final = ("EMPTY", "HELD", "SPENT")
_STATUSES: Final = ("STARTED", "COMPLETED", "CANCELED", "ERROR")
_OPPOSITE: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
}  # fmt: skip
_DELETABLE: Final = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Delete)

Edit = Callable[[Any], None]
"""What is done to a node of a copy of the tree."""


@dataclass(frozen=True, slots=True)
class SourceMutant:
    """One change: its module, what was changed where, and the node and the edit that make it."""

    module: str
    where: str
    change: str
    node: int
    edit: int

    @property
    def name(self) -> str:
        """The mutant's name, which does not depend on line numbers."""
        return f"{self.module}.{self.where}: {self.change}"

    def source(self) -> str:
        """Return the changed source of the module."""
        tree = _parsed(self.module)
        place = _places(tree)[self.node]
        edit = _edits(place)[self.edit]
        wrong = copy.deepcopy(tree)
        edit(_places(wrong)[self.node].node)
        return ast.unparse(ast.fix_missing_locations(wrong))

    def is_noop(self) -> bool:
        """Return whether the changed source compiles to the same code."""
        return bool(_compiled(self.source()) == _compiled(ast.unparse(_parsed(self.module))))


def source_mutants() -> list[SourceMutant]:
    """Return every mutant of every module, in the order of the sources."""
    return [mutant for module in MODULES for mutant in _mutants(module)]


def name_of(module: str) -> str:
    """Return the full name of a module that is mutated."""
    return f"iasyncinfo.{module}" if module == "states" else f"iasyncinfo.operations.{module}"


def source_of(module: str) -> str:
    """Return the source of a module of the reference implementation."""
    name = name_of(module)
    spec = importlib.util.find_spec(name)
    loader = None if spec is None else spec.loader
    source: str | None = getattr(loader, "get_source", lambda _name: None)(name)
    if source is None:
        raise HarnessFault(f"{name} has no source to mutate. Install iasyncinfo from its sources.")
    return source


def _mutants(module: str) -> Iterator[SourceMutant]:
    names: Counter[tuple[str, str]] = Counter()
    for number, place in enumerate(_places(_parsed(module))):
        for which, edit in enumerate(_edits(place)):
            changed = copy.deepcopy(place.node)
            edit(changed)
            change = f"{_short(place.node)} -> {_short(ast.fix_missing_locations(changed))}"
            names[place.where, change] += 1
            again = names[place.where, change]
            yield SourceMutant(module, place.where, change + (f" (number {again})" if again > 1 else ""), number, which)


@cache
def _parsed(module: str) -> ast.Module:
    return ast.parse(source_of(module))


def _short(node: ast.AST) -> str:
    flat = " ".join(ast.unparse(node).split())
    return flat if len(flat) <= 70 else f"{flat[:67]}..."


class _Place(NamedTuple):
    """A node that may be changed, the function or class that holds it, and whether it is code of a function."""

    node: Any
    where: str
    runs: bool


def _places(tree: ast.Module) -> list[_Place]:
    return [place for statement in tree.body for place in _below(_Place(statement, "module", False))]


def _below(place: _Place) -> Iterator[_Place]:
    node, where, runs = place
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom) or _is_message(node):
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        if node.name in LEFT_OUT:
            return
        where = f"{where}.{node.name}" if where != "module" else node.name
        runs = isinstance(node, ast.FunctionDef)
    yield _Place(node, where, runs)
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns", "decorator_list", "bases"):
            children = value if isinstance(value, list) else [value]
            for child in children:
                if isinstance(child, ast.AST):
                    yield from _below(_Place(child, where, runs))


def _is_message(node: ast.AST) -> bool:
    """Whether a node is a text by itself: a docstring, or what an exception says."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _edits(place: _Place) -> list[Edit]:
    """Return what can be changed at one node; only what a function runs can be taken out."""
    return [*_edits_of_value(place.node), *(_edits_of_statement(place.node) if place.runs else ())]


def _edits_of_value(node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.Compare():
            yield from (_setting("ops", [other(), *node.ops[1:]]) for other in _OPPOSITE[type(node.ops[0])])
        case ast.Constant(value=bool()):
            yield _setting("value", not node.value)
        case ast.Constant(value=int(number)):
            yield _setting("value", number + 1)
        case ast.BoolOp():
            yield _setting("op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        case ast.Name(ctx=ast.Load()):
            yield from (_setting("id", other) for names in (_STATES, _SLOTS) for other in _next(names, node.id))
        case ast.Attribute(ctx=ast.Load(), value=ast.Name(id="AsyncStatus")):
            yield from (_setting("attr", other) for other in _next(_STATUSES, node.attr))


def _edits_of_statement(node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.If() | ast.IfExp():
            yield _setting("test", ast.UnaryOp(ast.Not(), node.test))
        case ast.With():
            yield _become_if
        case ast.Try(finalbody=[_, *_]):
            yield _setting("finalbody", [ast.Pass()])
    if isinstance(node, _DELETABLE):
        yield _become_pass


def _next(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return (names[(names.index(name) + 1) % len(names)],) if name in names else ()


def _setting(field: str, value: Any) -> Edit:
    def edit(node: Any) -> None:
        setattr(node, field, copy.deepcopy(value))

    return edit


def _become_pass(node: Any) -> None:
    node.__class__ = ast.Pass


def _become_if(node: Any) -> None:
    """Take the lock away and keep what was done under it."""
    node.__class__ = ast.If
    node.test, node.orelse = ast.Constant(True), []


def _compiled(source: str) -> Any:
    """Return what a source compiles to, without line numbers and names of files."""
    return _bare(compile(source, "mutant", "exec", dont_inherit=True))


def _bare(code: CodeType) -> Any:
    constants = tuple(_bare(item) if isinstance(item, CodeType) else repr(item) for item in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable
