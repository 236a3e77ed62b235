"""The page of the named theorems: read from the tests that carry the mark, without running them."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.distinguishing import distinguish
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.words import format_word

TESTS: Final = Path(__file__).parents[1] / "spec" / "tests"

STATUS: Final = {
    "proved": "by induction over the rows of the tables, with z3: for words of any length and any number of clients",
    "exhausted": "of everything that can be reached, looked at one by one: for words of any length",
    "enumerated": "of every case of those that are named, and of no other",
    "sampled": "of cases drawn with a fixed seed",
}
"""How a theorem is known."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """One test that carries the mark."""

    name: str
    statement: str
    over: str
    how: str
    premise: str
    test: str


def theorems(folder: Path = TESTS) -> list[Theorem]:
    """Return the named theorems; a ValueError for a name or a status that cannot be."""
    found = [theorem for path in sorted(folder.glob("test_*.py")) for theorem in _theorems_in(path)]
    names = [theorem.name for theorem in found]
    for theorem in found:
        if names.count(theorem.name) > 1 or theorem.name in RULES or not re.fullmatch(r"[A-Z][A-Z-]+", theorem.name):
            raise ValueError(f"{theorem.test}: {theorem.name} is no name, or is taken")
        if theorem.how not in STATUS:
            raise ValueError(f"{theorem.test}: {theorem.how} is no status")
    return found


def theorem_list() -> str:
    """Return every theorem as a section, those that hold of most first."""
    order = list(STATUS)
    known = sorted(theorems(), key=lambda theorem: order.index(theorem.how))
    return "\n\n".join(map(_section, known))


def status_list() -> str:
    """Return what each status says, with how many theorems have it."""
    counts = {how: sum(theorem.how == how for theorem in theorems()) for how in STATUS}
    return "\n".join(f"- **{how}** ({counts[how]}): {meaning}." for how, meaning in STATUS.items())


def telling_words() -> str:
    """Return the table of the words that tell two families apart."""
    lines = ["| family | family | word |", "| --- | --- | --- |"]
    for one, other in combinations(FAMILIES, 2):
        words = {kind: distinguish(FAMILIES[one], FAMILIES[other], kind) for kind in Kind}
        texts = {kind: f"`{format_word(word)}`" if word else "none" for kind, word in words.items()}
        lines.append(f"| {one} | {other} | {_by_kind(texts)} |")
    return "\n".join(lines)


def _by_kind(texts: dict[Kind, str]) -> str:
    if len(set(texts.values())) == 1:
        return texts[Kind.OPERATION]
    kinds: dict[str, list[str]] = {}
    for kind, text in texts.items():
        kinds.setdefault(text, []).append(kind.replace("_", " "))
    return "; ".join(f"{text} ({', '.join(names)})" for text, names in kinds.items())


def _section(theorem: Theorem) -> str:
    premise = [f"- premise: {theorem.premise}"] if theorem.premise else []
    return "\n".join(
        [
            f"### {theorem.name}",
            "",
            theorem.statement,
            "",
            f"- over: {theorem.over}",
            *premise,
            f"- {theorem.how} by `{theorem.test}`",
        ]
    )


def _theorems_in(path: Path) -> Iterator[Theorem]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
    constants = {ast.unparse(node.target): node.value.value for node in named if isinstance(node.value, ast.Constant)}
    for node in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for mark in _marks(node):
            name, fields = _read(mark, constants)
            statement = " ".join((ast.get_docstring(node) or "").split())
            over, how, premise = (fields.get(field, "") for field in ("over", "how", "premise"))
            yield Theorem(name, statement, over, how, premise, f"{path.name}::{node.name}")


def _marks(node: ast.FunctionDef) -> Sequence[ast.Call]:
    calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == "pytest.mark.theorem"]


def _read(mark: ast.Call, constants: dict[str, Any]) -> tuple[str, dict[str, str]]:
    def value(node: ast.expr) -> str:
        return str(constants[node.id] if isinstance(node, ast.Name) else ast.literal_eval(node))

    return value(mark.args[0]), {str(keyword.arg): value(keyword.value) for keyword in mark.keywords}
