"""Source code whose function bodies tell of every access to what threads may share.

Attributes, items, names that some function declares ``global`` or ``nonlocal``, and the contents of what a
module makes go through hooks. A hook is a builtin of the private copies whose name no source can spell:
:data:`HOOKS`.
"""

import ast
import copy
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Final, TypeGuard, TypeVar

READ: Final = "@read"
"""``x.a`` becomes ``@read(x, "a")``."""
ASSIGN: Final = "@assign"
"""``x.a = v`` becomes ``@assign(x, "a", v)``."""
FIELDS: Final = "@fields"
"""In any other place that is written to, ``x.a`` becomes ``@fields(x)["a"]``."""
ITEMS: Final = "@items"
"""``x[i]`` becomes ``@items(x)[i]``."""
NAME: Final = "@name"
"""``n`` becomes ``@name("n") and n``; the hook returns True."""
STORED: Final = "@stored"
"""``n = v`` becomes ``n = @stored("n", v)``; the hook returns ``v``."""

CONTENTS: Final = "@contents"
"""``n``, made when the module was loaded, becomes ``@contents(n)``."""
ACCESSOR: Final = "@accessor"
"""``x.__setattr__`` and its like become ``@accessor(x.__setattr__)``."""

HOOKS: Final = (READ, ASSIGN, FIELDS, ITEMS, NAME, STORED, CONTENTS, ACCESSOR)

_ACCESSORS: Final = frozenset({"__getattribute__", "__setattr__", "__delattr__"})

MUTATORS: Final = frozenset(
    [
        "append",
        "appendleft",
        "add",
        "clear",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "pop",
        "popleft",
        "popitem",
        "remove",
        "reverse",
        "rotate",
        "setdefault",
        "sort",
        "update",
    ]
)
"""The methods that change what a builtin container holds."""

_N = TypeVar("_N", bound=ast.AST)


def instrumented(tree: ast.Module, filename: str, fixed: frozenset[str], *, captured: bool = False) -> CodeType:
    """Return the code of a module whose functions call the hooks, but not for the attributes that are fixed.

    With ``captured`` the contents of what an inner function has from an outer one are shared, too.
    """
    declared = (node.names for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal))
    shared = frozenset(name for names in declared for name in names)
    made = frozenset(name for statement in tree.body for name in _made_by(statement)) - shared
    if captured:
        inner = frozenset(_captured(tree, frozenset()))
        shared |= inner.intersection(name.id for name in ast.walk(tree) if _is_stored(name))
        made |= inner
    tree = _Instrument(shared, made, fixed).visit(copy.deepcopy(tree))
    return compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)


_MAKERS: Final = ast.Call | ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp


def _made_by(statement: ast.stmt) -> Iterator[str]:
    """Yield the names to which a statement of a module assigns an object that it makes."""
    match statement:
        case ast.Assign(targets, value) if isinstance(value, _MAKERS):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(ast.Name(name), value=value) if isinstance(value, _MAKERS):
            yield name


_FUNCTIONS: Final = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _captured(node: ast.AST, outer: frozenset[str]) -> Iterator[str]:
    """Yield the names that inner functions have from outer ones; ``outer`` are those that are bound around a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTIONS):
            bound = frozenset(_bound_in(child))
            yield from (outer - bound).intersection(name.id for name in ast.walk(child) if isinstance(name, ast.Name))
            yield from _captured(child, outer | bound)
        else:
            yield from _captured(child, outer)


def _bound_in(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.arg(name) | ast.Name(name, ctx=ast.Store()):
                yield name


def fixed_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the attributes that no code writes to: functions, classes, and locks that a constructor makes."""
    fixed: set[str] = set()
    written: set[str] = set()
    for tree in trees:
        made = {id(node) for node in ast.walk(tree) if _is_constructor(node) for node in _locks_made(node)}
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(decorator_list=[] | [ast.Name("classmethod" | "staticmethod")]) | ast.ClassDef():
                    fixed.add(node.name)
                case ast.Attribute(ctx=ast.Store() | ast.Del()):
                    (fixed if id(node) in made else written).add(node.attr)
    return frozenset(fixed - written - MUTATORS)


def _is_constructor(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _locks_made(constructor: ast.FunctionDef) -> Iterator[ast.Attribute]:
    """Yield the attributes to which a constructor assigns a new lock."""
    for node in ast.walk(constructor):
        match node:
            case ast.Assign(
                [ast.Attribute() as target], ast.Call(ast.Name(made) | ast.Attribute(attr=made))
            ) | ast.AnnAssign(ast.Attribute() as target, value=ast.Call(ast.Name(made) | ast.Attribute(attr=made))):
                if made in _LOCKS:
                    yield target


_LOCKS: Final = frozenset({"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "allocate_lock"})


def _call(hook: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(hook, ast.Load()), list(arguments), [])


class _Instrument(ast.NodeTransformer):
    """Rewrites what runs inside functions; code of modules and of class bodies runs before any race."""

    def __init__(self, shared: frozenset[str], made: frozenset[str], fixed: frozenset[str]) -> None:
        self._shared = shared
        self._made = made
        self._fixed = fixed
        self._class = ""
        self._inside = False

    # -- where code runs ----------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.visit(node.args)
        outer, self._inside = self._inside, True
        node.body = self._statements(node.body)
        self._inside = outer
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.visit(node.args)
        outer, self._inside = self._inside, True
        node.body = self.visit(node.body)
        self._inside = outer
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outer = self._class, self._inside
        self._class, self._inside = node.name.lstrip("_"), False
        self.generic_visit(node)
        self._class, self._inside = outer
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node  # its annotation is no access

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.guard = self.visit(node.guard) if node.guard else None
        node.body = self._statements(node.body)
        return node  # a pattern may hold no calls

    def _statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        rewritten: list[ast.stmt] = []
        for statement in body:
            found = self.visit(statement)
            rewritten += found if isinstance(found, list) else [found]
        return rewritten

    # -- attributes and items -------------------------------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not self._inside or node.attr in self._fixed:
            return node
        if node.attr in _ACCESSORS:
            return self._at(node, _call(ACCESSOR, node))
        name = ast.Constant(self._mangled(node.attr))
        if isinstance(node.ctx, ast.Load):
            return self._at(node, _call(READ, node.value, name))
        return self._at(node, ast.Subscript(_call(FIELDS, node.value), name, node.ctx))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if self._inside:
            node.value = self._at(node, _call(ITEMS, node.value))
        return node

    def _mangled(self, name: str) -> str:
        private = self._class and name.startswith("__") and not name.endswith("__")
        return f"_{self._class}{name}" if private else name

    # -- assignments ----------------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if not self._inside:
            return self.generic_visit(node)
        match node.targets:
            case [ast.Attribute(ast.Name(owner), attribute)] if (
                not {owner} & self._shared and attribute not in self._fixed
            ):
                target = ast.Name(owner, ast.Load())
                call = _call(ASSIGN, target, ast.Constant(self._mangled(attribute)), self.visit(node.value))
                return self._at(node, ast.Expr(self._at(node, call)))
        stored = {name.id for target in node.targets for name in ast.walk(target) if _is_stored(name)}
        self.generic_visit(node)
        for name in sorted(stored & self._shared):
            node.value = self._at(node, _call(STORED, ast.Constant(name), node.value))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        if not self._inside:
            node.value = self.visit(node.value)
            return node
        plain: ast.AST = self.visit(self._at(node, ast.Assign([node.target], node.value)))
        return plain

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if not (self._inside and isinstance(node.target, ast.Name) and node.target.id in self._shared):
            return node
        name, passing = node.target.id, "@passing"
        value = _call(STORED, ast.Constant(name), ast.Name(passing, ast.Load()))
        statements: list[ast.stmt] = [
            ast.Assign([ast.Name(passing, ast.Store())], self._named(name)),
            ast.AugAssign(ast.Name(passing, ast.Store()), node.op, node.value),
            ast.Assign([node.target], value),
        ]
        return [self._at(node, statement) for statement in statements]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        self.generic_visit(node)
        if self._inside and node.target.id in self._shared:
            node.value = self._at(node, _call(STORED, ast.Constant(node.target.id), node.value))
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not self._inside or not isinstance(node.ctx, ast.Load):
            return node
        found = self._at(node, self._named(node.id)) if node.id in self._shared else node
        return self._at(node, _call(CONTENTS, found)) if node.id in self._made else found

    def _named(self, name: str) -> ast.expr:
        return ast.BoolOp(ast.And(), [_call(NAME, ast.Constant(name)), ast.Name(name, ast.Load())])

    def _at(self, old: ast.AST, new: _N) -> _N:
        return ast.copy_location(new, old)


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
