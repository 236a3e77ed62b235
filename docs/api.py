"""The pages of what the three packages offer: each public name with its first sentence, then its docstring in full.

The table is for whoever reads the Markdown; on the site autodoc fills in what follows it.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from typing import Final

from iasyncinfo_spec.rendering.markdown import records

PACKAGES: Final = ("iasyncinfo", "iasyncinfo_spec", "iasyncinfo_conformance")

_ROLE: Final = re.compile(r":[a-z:]+:`~?([^`]+)`")


def api(package: str) -> str:
    """Return the body of one package's page."""
    module = import_module(package)
    return "\n".join(
        [
            records(("name", "what it is"), ([f"`{name}`", _sentence(module, name)] for name in module.__all__)),
            "```{eval-rst}",
            *(line for name in module.__all__ for line in _directive(module, name)),
            "```",
        ]
    )


def _sentence(module: ModuleType, name: str) -> str:
    """Return the first sentence of a name's docstring; of a value that which stands below it in its module."""
    value = getattr(module, name)
    text = inspect.getdoc(value) if _is_code(value) else _below(module, name)
    first = (text or f"A value of type `{type(value).__name__}`.").partition("\n\n")[0].replace("\n", " ")
    return _ROLE.sub(r"`\1`", first).replace("``", "`")


def _directive(module: ModuleType, name: str) -> Iterator[str]:
    """Yield the lines that have autodoc document a name; it is indexed where it is at home."""
    value = getattr(module, name)
    full = f"{module.__name__}.{name}"
    at_home = getattr(value, "__module__", module.__name__).partition(".")[0] == module.__name__
    shared = [] if at_home else ["   :no-index:"]
    if inspect.isclass(value):
        yield from (f".. autoclass:: {full}", *shared, "   :members:", "")
    elif _is_code(value):
        yield from (f".. autofunction:: {full}", *shared, "")
    elif _below(module, name):
        yield from (f".. autodata:: {_home(module, name).__name__}.{name}", "   :no-value:", "")


def _is_code(value: object) -> bool:
    return inspect.isclass(value) or inspect.isroutine(value)


def _home(module: ModuleType, name: str) -> ModuleType:
    """Return the module that a public name is loaded from."""
    homes: Mapping[str, str] = module.__dict__["_MODULE_OF"]
    return import_module(f"{module.__name__}.{homes[name]}")


def _below(module: ModuleType, name: str) -> str:
    """Return the string that stands below the assignment of a value, or nothing."""
    body = ast.parse(inspect.getsource(_home(module, name))).body
    for node, after in pairwise(body):
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if name in (getattr(target, "id", "") for target in targets) and isinstance(after, ast.Expr):
            return str(ast.literal_eval(after.value))
    return ""
