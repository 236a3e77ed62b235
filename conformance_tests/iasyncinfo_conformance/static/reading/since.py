"""Which Python sources are written for, as far as they import what an older one does not have.

A type checker that takes them for an older one's knows nothing of such a name, nor of a member that it decorates.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from iasyncinfo_conformance.static.reading.files import tree_of

Version: TypeAlias = tuple[int, int]

_SINCE: Final[Mapping[str, Mapping[str, Version]]] = {
    "collections.abc": {"Buffer": (3, 12)},
    "typing": {
        "override": (3, 12),
        "TypeAliasType": (3, 12),
        "NoDefault": (3, 13),
        "ReadOnly": (3, 13),
        "TypeIs": (3, 13),
    },
    "warnings": {"deprecated": (3, 13)},
}
"""Names of the standard library that types are written with, by their module, and the first Python that has each."""


def python_of(files: Iterable[Path]) -> Version:
    """Return the first Python, not before the running one, that has all that some files use without a condition."""
    trees = filter(None, map(tree_of, dict.fromkeys(files)))
    return max((sys.version_info[:2], *(since for tree in trees for since in _asked(tree))))


def _asked(tree: ast.Module) -> Iterator[Version]:
    modules: dict[str, Mapping[str, Version]] = {}
    for node in tree.body:
        match node:
            case ast.ImportFrom(str(module), names, 0):
                yield from _known(_SINCE.get(module, {}), (each.name for each in names))
            case ast.Import(names):
                modules |= {each.asname or each.name: _SINCE[each.name] for each in names if each.name in _SINCE}
    for read in ast.walk(tree) if modules else ():
        match read:
            case ast.Attribute(value, name):
                yield from _known(modules.get(ast.unparse(value), {}), [name])


def _known(since: Mapping[str, Version], names: Iterable[str]) -> Iterator[Version]:
    return (since[name] for name in names if name in since)
