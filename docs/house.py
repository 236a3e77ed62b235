"""Print the numbers of the house: ``python docs/house.py [CHECKOUT] [--package NAME]``.

How many modules lie where, how long they are, and how they import each other, for each import package of a
checkout: this one unless another is named, so that one script counts before and after.

What is counted. An import is one module of the package naming another, once however often: at the top, inside a
function or for type checkers only, since whoever reads the module has to follow each of these. A name that an
``__init__`` only passes on is an import from the module that it comes from, and passing it on is none. What is
loaded by name at run time is not seen.

The rooms are the folders of the first level and the files at the root. A floor is the longest chain of imports
below a room, the room itself counted as 1; a circle counts as many as it has members. Chains below a module are
counted in the same way, from module to module. Where a command or the report starts is found by name: the first
of the names that exists.
"""

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final, TypeAlias

PACKAGES: Final = ("iasyncinfo_spec", "iasyncinfo", "iasyncinfo_conformance")
LONG: Final = 350

STARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "the check": ("checking.check", "check"),
    "the text report": ("report.text", "cards"),
    "replay": ("replaying.word", "replay"),
    "identify": ("identifying.identity", "identify"),
}
"""The modules below which chains are counted, by the names that they have or had."""

Graph: TypeAlias = Mapping[str, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class House:
    """One import package: the lines of each module and the modules that each imports, by dotted name within it."""

    lines: Mapping[str, int]
    imports: Graph
    folders: Mapping[str, str]

    @property
    def rooms(self) -> Graph:
        """The folders of the first level and the files at the root, with what each imports."""
        found: dict[str, set[str]] = {room(module): set() for module in self.lines}
        for module, others in self.imports.items():
            found[room(module)] |= {room(other) for other in others} - {room(module)}
        return found


def room(module: str) -> str:
    """Return the folder of the first level, or the file at the root, in which a module is."""
    return module.partition(".")[0]


# -- reading --------------------------------------------------------------------------------------


def read(folder: Path) -> House:
    """Read the package that lies in ``folder``."""
    paths = {_name(path.relative_to(folder)): path for path in sorted(folder.rglob("*.py"))}
    texts = {module: path.read_text(encoding="utf-8") for module, path in paths.items()}
    trees = {module: ast.parse(text) for module, text in texts.items()}
    doors = [module for module, path in paths.items() if path.stem == "__init__"]
    named = {
        module: list(_named(tree, [folder.name, *paths[module].relative_to(folder).parts[:-1]]))
        for module, tree in trees.items()
    }
    passed = {(door, own): (source, name) for door in doors for source, name, own in named[door] if source != door}
    imports = {}
    for module, names in named.items():
        used = _used(trees[module]) if module in doors else {own for *_, own in names}
        homes = {_home(source, name, passed, paths) for source, name, own in names if own in used}
        imports[module] = {home for home in homes if home is not None} - {module}
    lines = {module: len(text.splitlines()) for module, text in texts.items()}
    return House(lines, imports, {module: path.parent.relative_to(folder).as_posix() for module, path in paths.items()})


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def _named(tree: ast.Module, place: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is imported of the package to which ``place`` leads: a module, a name of it, and the name it gets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = [(alias.name, "", alias.asname or alias.name.partition(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            here = place[: len(place) - node.level + 1] if node.level else ()
            source = ".".join((*here, *filter(None, [node.module])))
            found = [(source, alias.name, alias.asname or alias.name) for alias in node.names]
        else:
            continue
        for source, name, own in found:
            package, _, module = source.partition(".")
            if package == place[0]:
                yield module or "__init__", name, own


def _used(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _home(
    module: str, name: str, passed: Mapping[tuple[str, str], tuple[str, str]], modules: Mapping[str, Path]
) -> str | None:
    """Return the module that an imported name is, or else the one that it comes from."""
    while True:
        below = f"{module}.{name}".removeprefix("__init__.")
        if below in modules:
            return below
        if (module, name) not in passed:
            return module if module in modules else None
        module, name = passed[module, name]


# -- counting -------------------------------------------------------------------------------------


def reach(graph: Graph) -> dict[str, set[str]]:
    """Return everything below each node, the node itself only where it is in a circle."""
    found: dict[str, set[str]] = {}
    for start in graph:
        found[start] = set()
        ahead = [*graph[start]]
        while ahead:
            node = ahead.pop()
            if node not in found[start]:
                found[start].add(node)
                ahead += graph[node]
    return found


def circles(graph: Graph) -> list[list[str]]:
    """Return the largest sets of nodes of which each leads to each, in alphabetical order."""
    below = reach(graph)
    found = {tuple(sorted(each for each in below[node] if node in below[each])) for node in graph}
    return sorted(map(list, filter(None, found)))


def pairs(graph: Graph) -> list[list[str]]:
    """Return the nodes that name each other, two by two."""
    return [[one, two] for one, two in combinations(sorted(graph), 2) if two in graph[one] and one in graph[two]]


def floors(graph: Graph) -> dict[str, int]:
    """Return the length of the longest chain from each node downwards, itself included."""
    below = reach(graph)
    found: dict[str, int] = {}
    for node in sorted(graph, key=lambda node: len(below[node] | {node})):  # what lies below has less below it
        circle = {each for each in below[node] if node in below[each]} or {node}
        leaving = {other for each in circle for other in graph[each]} - circle
        found[node] = len(circle) + max((found[other] for other in leaving), default=0)
    return found


# -- printing -------------------------------------------------------------------------------------


def numbers(house: House) -> Iterator[tuple[str, object]]:
    """Yield what is counted, each with its number."""
    sizes = {folder: [*house.folders.values()].count(folder) for folder in house.folders.values()}
    largest = max(sizes, key=sizes.__getitem__)
    long = {module: count for module, count in house.lines.items() if count > LONG}
    yield "modules at the root", sizes["."]
    yield "largest folder", f"{sizes[largest]} modules in {'the root' if largest == '.' else largest}"
    yield f"files above {LONG} lines", _counted(f"{module} {count}" for module, count in long.items())
    yield "floors", max(floors(house.rooms).values())
    for what, graph in (("rooms", house.rooms), ("modules", house.imports)):
        yield f"pairs of {what} that import each other", _counted(map(" <-> ".join, pairs(graph)))
        yield f"circles of {what}", _counted(map(" ".join, circles(graph)))
    yield from _chains(house.imports)
    edges = [(module, other) for module, others in house.imports.items() for other in others]
    inside = sum(house.folders[module] != "." and room(module) == room(other) for module, other in edges)
    yield "imports inside one folder", f"{inside / max(len(edges), 1):.0%} ({inside} of {len(edges)})"


def _chains(graph: Graph) -> Iterator[tuple[str, object]]:
    found = floors(graph)
    yield "longest chain of imports", max(found.values())
    for what, names in STARTS.items():
        for module in [name for name in names if name in graph][:1]:
            yield f"longest chain below {what}", f"{found[module]} ({module})"


def _counted(found: Iterator[str]) -> str:
    each = [*found]
    return f"{len(each)}{': ' if each else ''}{', '.join(each)}"


def main(arguments: list[str]) -> int:
    """Print the numbers of the packages that are asked for."""
    parser = argparse.ArgumentParser(description="Print the numbers of the house.")
    parser.add_argument("checkout", nargs="?", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--package", action="append", metavar="NAME", help="one that lies in a folder of the checkout")
    options = parser.parse_args(arguments)
    for package in options.package or PACKAGES:
        folders = [path.parent for path in options.checkout.glob(f"*/{package}/__init__.py")]
        if len(folders) != 1:
            parser.error(f"{options.checkout} has {len(folders)} packages of the name {package}")
        print(package)
        for what, number in numbers(read(folders[0])):
            print(f"  {what:<40}{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
