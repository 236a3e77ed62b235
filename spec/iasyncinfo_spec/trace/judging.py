"""Traces held against a row, or against ``standard``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family, RaceFinding
from iasyncinfo_spec.meant import no_such
from iasyncinfo_spec.trace.automaton import Automaton, Node, follow
from iasyncinfo_spec.trace.formats import Trace
from iasyncinfo_spec.trace.machine import RowMachine
from iasyncinfo_spec.trace.renaming import renamed
from iasyncinfo_spec.trace.wording import described, placed
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import RACE, format_word, from_json, step_names

_MOST: Final = 12
"""Possibilities and states that are listed; standard may have hundreds."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first impossible event of a trace: its step, what came, what was possible, and the states before it."""

    kind: Kind
    word: str
    number: int
    step: str
    came: str
    possible: tuple[str, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is made of one trace: ``steps`` were possible; ``found`` says that what was not is a finding of the row."""

    steps: int
    cut_off: bool = False
    wrong: Wrong | None = None
    found: RaceFinding | None = None


class Judge:
    """Holds traces against one profile: a row, or None for ``standard``.

    At ``standard`` a row that ``likely`` explains a trace is tried first: what a row without breaches allows,
    ``standard`` allows, too, and one row is faster than all.
    """

    def __init__(self, row: Family | None, likely: Family | None = None) -> None:
        self._row = row
        self._machines = [row] if row or not likely else [keeping_all_rules(likely), row]
        self._automata: dict[tuple[int, Kind], Automaton] = {}

    def judge(self, trace: Trace) -> Verdict:
        """Return the verdict on one trace."""
        if self._explains(renamed(trace)):
            return Verdict(len(trace.results), cut_off=len(trace.results) < len(trace.steps))
        # What follows puts into words what is wrong, and so speaks of the names that the trace has.
        automaton = self._automaton(len(self._machines) - 1, trace.kind)
        steps, before, _ = follow(automaton, trace.steps, trace.results)
        if steps == len(trace.results):
            return Verdict(steps, cut_off=steps < len(trace.steps))
        found = self._finding(trace.steps[steps])
        return Verdict(steps, found=found, wrong=None if found else self._wrong(trace, steps, before))

    def _explains(self, trace: Trace) -> bool:
        judged = range(len(self._machines))
        ways = (follow(self._automaton(number, trace.kind), trace.steps, trace.results) for number in judged)
        return any(steps == len(trace.results) for steps, _, _ in ways)

    def _automaton(self, number: int, kind: Kind) -> Automaton:
        key = number, kind
        if key not in self._automata:
            row = self._machines[number]
            self._automata[key] = Automaton(RowMachine(kind, row, callbacks_may_fail=self._row is not None))
        return self._automata[key]

    def _finding(self, step: Sequence[Any]) -> RaceFinding | None:
        if step[0] != RACE or self._row is None:
            return None
        racing = tuple(step_names(from_json([step])))
        return next((finding for finding in self._row.findings if finding.covers(racing)), None)

    def _wrong(self, trace: Trace, steps: int, before: Node) -> Wrong:
        step = from_json([trace.steps[steps]])[0]
        possible = sorted(set(self._possible(trace.kind, before, step)))
        return Wrong(
            trace.kind,
            format_word(from_json(trace.steps[: steps + 1])),
            steps + 1,
            format_word([step]),
            described(step[0], trace.results[steps]),
            _shortened(possible) or ("nobody can take this step here",),
            _shortened(placed(before.states)),
        )

    def _possible(self, kind: Kind, before: Node, step: tuple[Any, ...]) -> Iterator[str]:
        if step[0] == RACE:
            yield "other results: no interleaving gives these"
            return
        machine = self._automaton(len(self._machines) - 1, kind).machine
        for state in before.states:
            for outcome in machine.reachable(state, step):
                yield described(step[0], outcome.prediction)


def row_of(profile: str) -> Family | None:
    """Return the row of a profile, None for ``standard``; a KeyError that names the profiles for any other name."""
    if profile == "standard":
        return None
    if profile not in FAMILIES:
        raise KeyError(no_such("profile", profile, ("standard", *FAMILIES)))
    return FAMILIES[profile]


def completed(row: Family | None, other: Family) -> Family:
    """Return a row, or ``standard``, whose open points are answered as another row answers them.

    Whatever it explains, the row explains, too; and it is followed much sooner than a row that leaves most open.
    """
    kept = keeping_all_rules(other)
    if row is None:
        return kept
    return replace(kept, answers={**kept.answers, **row.answers}, breaks=row.breaks)


def keeping_all_rules(row: Family) -> Family:
    """Return a row's answers without those that break rules, and without its breaches."""
    kept = {point: answer for point, answer in row.settled.items() if not VARIATIONS[point].option(answer).breaks}
    return replace(row, answers=kept, breaks={}, findings=())


def _shortened(texts: Sequence[str]) -> tuple[str, ...]:
    more = len(texts) - _MOST
    return (*texts[:_MOST], *([f"and {more} more"] if more > 0 else []))
