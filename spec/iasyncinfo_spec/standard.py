"""The nondeterministic machine: every rule fixed, every variation point open.

A run conforms to it when at each step some answers to the points that the step touches predict what
came. A point may be answered differently at different steps: that is a manner nobody has, and worth a
remark, but it breaks no rule, unless a rule ties one answer to another (:mod:`iasyncinfo_spec.standing`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.machines import Cell, Cells, sources, with_breaches
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Product
from iasyncinfo_spec.rules import ALL_KINDS
from iasyncinfo_spec.tables import Row
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step

STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing that may happen at a step, and the answers that make it happen."""

    prediction: Prediction
    dest: Configuration
    answers: Mapping[str, str]


class _Choices(Cells):
    """Cells that are looked up with the answer of the moment."""

    def __init__(self, options: "_Options", answer: Callable[[str], str]) -> None:
        super().__init__()
        self._options = options.by_answer
        self._ahead = options.ahead
        self._answer = answer

    def __missing__(self, key: tuple[str, str]) -> Cell:
        if key in self._ahead:
            answer, cell = self._ahead[key]
            if self._answer(cell.point) == answer:
                return cell
        options = self._options[key]
        if "" in options:
            return options[""]
        (point,) = {cell.point for cell in options.values()}
        # An answer that names no cell here leads nowhere: this is how contradictory answers are dropped.
        return options.get(self._answer(point)) or Cell("", None, outcome=tables.NOT_DRIVABLE, point=point)

    def get(self, key: tuple[str, str], _default: object = None) -> Cell | None:  # type: ignore[override]
        return self[key] if key in self._options else None


_Key: TypeAlias = tuple[str, str]


class _Options(NamedTuple):
    """A table's cells by (state, trigger) and answer, "" where a rule decides, and those whose point is asked ahead."""

    by_answer: dict[_Key, dict[str, Cell]]
    ahead: dict[_Key, tuple[str, Cell]]


@cache
def _options(kind: Kind, breaks: frozenset[str]) -> tuple[_Options, _Options, _Options]:
    """Return the cells of the three tables."""
    found = (_Options({}, {}), _Options({}, {}), _Options({}, {}))
    for options, table in zip(found, (tables.LIFECYCLE, tables.COMPLETED_SLOT, tables.PROGRESS_SLOT), strict=True):
        for row in with_breaches(table, breaks):
            if kind in row.get("kinds", ALL_KINDS):
                _add(options, row)
    return found


def _add(options: _Options, row: Row) -> None:
    for source in sources(row):
        key, cell = (source, row["trigger"]), _cell(row, source)
        if row.get("ahead"):
            options.ahead[key] = row["answer"], cell
        else:
            options.by_answer.setdefault(key, {})[row.get("answer", "")] = cell


class StandardProduct(Product):
    """The product machine with every point open but those in ``fixed``, and with the rules in ``breaks`` broken."""

    life: Cells
    completed: Cells
    progress: Cells

    def __init__(self, kind: Kind, fixed: Mapping[str, str], breaks: Iterable[str] = ()) -> None:
        self.kind = kind
        self.breaks: frozenset[str] = frozenset(breaks)
        self.answer: Callable[[str], str] = self._ask
        self.life, self.completed, self.progress = (
            _Choices(options, self._ask) for options in _options(kind, self.breaks)
        )
        self.fixed: Mapping[str, str] = fixed
        self._chosen: dict[str, str] = {}
        self._branches: dict[tuple[object, ...], Sequence[Branch]] = {}

    def _ask(self, point: str) -> str:
        """Answer as chosen for this attempt, and note which open points were asked."""
        return self.fixed.get(point) or self._chosen.setdefault(point, VARIATIONS[point].names[0])

    def branches(self, configuration: Configuration, step: Step) -> Sequence[Branch]:
        """Return everything that may happen at ``step``; nothing where it cannot be taken."""
        key = configuration, step, type(step[-1]), type(configuration.result)  # for 1 equals True
        if key not in self._branches:
            self._branches[key] = list(self._branch(configuration, step))
        return self._branches[key]

    def _branch(self, configuration: Configuration, step: Step) -> Iterator[Branch]:
        untried: list[dict[str, str]] = [{}]
        while untried:
            forced = untried.pop()
            self._chosen = dict(forced)
            try:
                prediction, dest = self.step(configuration, step)
            except NotDrivable:
                prediction = None
            chosen = self._chosen
            if prediction is not None:
                yield Branch(prediction, dest, MappingProxyType(chosen))
            untried += _alternatives(chosen, len(forced))


def _alternatives(chosen: dict[str, str], known: int) -> Iterator[dict[str, str]]:
    """Yield the choices that differ from ``chosen`` first at one of the points not ``known`` before."""
    points = list(chosen)
    for index in range(known, len(points)):
        before = {point: chosen[point] for point in points[:index]}
        for option in VARIATIONS[points[index]].names[1:]:
            yield {**before, points[index]: option}


def _cell(row: Row, source: str) -> Cell:
    return Cell(
        source,
        row["dest"],
        outcome=row["outcome"],
        rule=row.get("rule", ""),
        point=row.get("point", ""),
        tells=row.get("tells"),
    )
