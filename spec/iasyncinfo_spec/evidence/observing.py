"""Which answers of a row its recordings make sure of.

An answer is observed if, and only if, any other answer in its place makes a recording impossible. So each point
is opened by itself, and the row's traces are followed with all of its options at once: an option that no longer
explains a trace is excluded, and that trace is its witness. A breach is observed if keeping the rule excludes one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.trace.automaton import Automaton, Node, follow
from iasyncinfo_spec.trace.formats import Source, Trace, read, traces
from iasyncinfo_spec.trace.machine import RowMachine
from iasyncinfo_spec.variations import VARIATIONS

KEPT: Final = "the rule kept"
"""What stands in place of an option where a breach is observed: the rule that is not kept."""


_NOT_ASKED: Final = ("CTX",)
"""Points that the machine need not ask, because they show in a result and decide no step."""


class Witness(NamedTuple):
    """The trace that excludes an option: the recording and the line."""

    recording: str
    line: int


Excluded: TypeAlias = dict[str, Witness]


class _Told(NamedTuple):
    """A trace that the row explains, with the points that were asked on the way."""

    recording: str
    trace: Trace
    asked: frozenset[str]


def observed(row: Family, folder: Path) -> dict[str, Excluded]:
    """Return the observed answers and breaches of a row: for each point or rule, the witness of each other option."""
    told = list(explained(row, folder))
    found = {point: excluded(row, point, told) for point in row.answers if point in VARIATIONS}
    sure = {
        point: by for point, by in found.items() if by.keys() == set(VARIATIONS[point].names) - {row.answers[point]}
    }
    return {**sure, **{rule: {KEPT: by} for rule in row.breaks if (by := keeping_excluded(row, rule, told))}}


def excluded(row: Family, point: str, told: Iterable[_Told]) -> Excluded:
    """Return the options of a point that some trace excludes, each with the first such trace."""
    if point in _NOT_ASKED:
        return _excluded_one_by_one(row, point, told)
    opened = replace(row, answers={name: answer for name, answer in row.answers.items() if name != point})
    automata: dict[Kind, Automaton] = {}
    left, found = set(VARIATIONS[point].names) - {row.answers[point]}, Excluded()
    for recording, trace, asked in told:
        if point in asked and left:
            fitting = _fitting(_after(automata, opened, trace), point)
            for option in sorted(left - fitting) if fitting is not None else ():
                found[option] = Witness(recording, trace.line)
            left -= found.keys()
    return found


def _excluded_one_by_one(row: Family, point: str, told: Iterable[_Told]) -> Excluded:
    found = Excluded()
    for option in sorted(set(VARIATIONS[point].names) - {row.answers[point]}):
        if witness := _first_unexplained(replace(row, answers={**row.answers, point: option}), told):
            found[option] = witness
    return found


def keeping_excluded(row: Family, rule: str, told: Iterable[_Told]) -> Witness | None:
    """Return the first trace that a row would not explain that keeps a rule, or None."""
    keeping = replace(row, breaks={name: how for name, how in row.breaks.items() if name != rule})
    return _first_unexplained(keeping, told)


def _first_unexplained(row: Family, told: Iterable[_Told]) -> Witness | None:
    automata: dict[Kind, Automaton] = {}
    return next(
        (Witness(recording, trace.line) for recording, trace, _ in told if not _after(automata, row, trace)), None
    )


def explains(row: Family, trace: Trace) -> bool:
    """Return whether a row explains a trace."""
    return _after({}, row, trace) is not None


def explained(row: Family, folder: Path, every: int = 1) -> Iterator[_Told]:
    """Yield the traces of a row's recordings that the row explains: all but those of races that are findings.

    With ``every`` above 1 only each trace of that rank is looked at.
    """
    automata: dict[Kind, Automaton] = {}
    for name in row.recordings:
        source = Source(folder / f"{name}.jsonl.gz")
        _, lines = read(source)
        for trace in traces(source, islice(lines, 0, None, every)):
            steps, _, asked = follow(_automaton(automata, row, trace.kind), trace.steps, trace.results)
            if steps == len(trace.results):
                yield _Told(name, trace, asked)


def _automaton(automata: dict[Kind, Automaton], row: Family, kind: Kind) -> Automaton:
    if kind not in automata:
        automata[kind] = Automaton(RowMachine(kind, row))
    return automata[kind]


def _after(automata: dict[Kind, Automaton], row: Family, trace: Trace) -> Node | None:
    steps, node, _ = follow(_automaton(automata, row, trace.kind), trace.steps, trace.results)
    return node if steps == len(trace.results) else None


def _fitting(node: Node | None, point: str) -> set[str] | None:
    """Return the options with which a trace ends in one of these states; None where it was not asked."""
    if node is None:
        return set()
    given: list[Mapping[str, str]] = [dict(state.answers) for state in node.states]
    return None if any(point not in answers for answers in given) else {answers[point] for answers in given}
