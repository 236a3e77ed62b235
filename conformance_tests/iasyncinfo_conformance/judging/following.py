"""A run is followed along every path that the nondeterministic machine allows, to where the last one ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.judging.wording import Difference, describe, difference
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, E_NOTIMPL, RO_E_CLOSED
from iasyncinfo_spec.pairs import drives_several, shares
from iasyncinfo_spec.product import Prediction
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import Branch, StandardProduct
from iasyncinfo_spec.standing import Standing, follow
from iasyncinfo_spec.tables import RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import PROPERTIES, Step, Word


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a run left the machines: the number of the step, from 1, and the difference there.

    ``mixed`` marks a run that breaks no rule but contradicts an answer that the subject gave elsewhere.
    ``shown`` is the number of a later step, where that step alone may still be allowed.
    """

    step: int
    difference: Difference
    mixed: bool = False
    shown: int = 0

    @property
    def length(self) -> int:
        """How many steps it takes to show it."""
        return max(self.step, self.shown)

    @property
    def cites(self) -> str:
        """The rule or variation point that decides the cell."""
        return self.difference.cites

    @property
    def breaks_rule(self) -> bool:
        """Whether the finding is a breach, not a remark about a variation point."""
        return self.cites in RULES and not self.mixed


def allowed_by(
    kind: Kind, fixed: Mapping[str, str], breaks: Iterable[str], word: Sequence[Step], results: Sequence[Result]
) -> Finding | None:
    """Return the first thing in a run that no answers compatible with ``fixed`` allow, or None.

    It cites nothing where what came is allowed, but cannot be followed by the next step of the word.
    """
    if drives_several(word):
        return of_several(partial(allowed_by, kind, fixed, breaks), word, results)
    try:
        return follow_all(open_machine(kind, frozenset(fixed.items()), frozenset(breaks)), word, results, None)
    except Untaken as untaken:
        return Finding(untaken.step, Difference("", "nobody can take it here", describe(*untaken.came)))


@lru_cache(maxsize=256)
def open_machine(kind: Kind, fixed: frozenset[tuple[str, str]], breaks: frozenset[str]) -> StandardProduct:
    """Return the machine of these answers; it remembers the branches that words have in common."""
    return StandardProduct(kind, dict(fixed), breaks)


def of_several(
    judge: Callable[[Word, list[Result]], Finding | None], word: Sequence[Step], results: Sequence[Result]
) -> Finding | None:
    """Return the first thing that is wrong with any of several objects, each judged by itself."""
    found = []
    for share in shares(tuple(word)):
        finding = judge(share.word, share.of(results))
        if finding is not None:
            shown = share.numbers[finding.shown - 1] if finding.shown else 0
            found.append(replace(finding, step=share.numbers[finding.step - 1], shown=shown))
    return min(found, key=lambda finding: finding.step, default=None)


def unless_again(cites: str, results: Sequence[Result]) -> str:
    """Return what decides the last of these results: no point lets a handler be called again."""
    *before, last = map(called, results)
    again = not last.isdisjoint(chain.from_iterable(before))
    return blamed(Situation.CALLED_AGAIN, cites) if again else cites


def called(result: Result) -> frozenset[str]:
    """Return the labels of the Completed handlers that a step called."""
    return frozenset(str(event.get("handler")) for event in result.get("events", ()) if "status" in event)


class _Layer(NamedTuple):
    """What may happen at one step of a run: what came, and the rest with what decides the difference.

    ``forbidden`` are the rules against what would have fitted.
    """

    fitting: list[Branch]
    others: list[tuple[str, Prediction]]
    forbidden: list[str]


def layers(standard: StandardProduct, word: Sequence[Step], results: Sequence[Result]) -> Iterator[_Layer]:
    """Follow a run along every path that fits."""
    ids, here = Ids(), {Standing()}
    for step, result in zip(word, results, strict=True):
        layer, there = _Layer([], [], []), set[Standing]()
        for taken in (taken for standing in here for taken in follow(standard, standing, step)):
            branch = taken.branch
            cites = deciding(branch.prediction, result, ids, running=branch.dest.life in RUNNING_STATES)
            if cites is not None:
                layer.others.append((cites, branch.prediction))
            elif taken.breaks:
                layer.forbidden.append(taken.breaks)
            else:
                layer.fitting.append(branch)
                there.add(taken.there)
        yield layer
        here = there


def follow_all(
    standard: StandardProduct, word: Sequence[Step], results: Sequence[Result], first: Finding | None
) -> Finding | None:
    """Return where the last path ends that fits a run, or None if one goes through."""
    for index, layer in enumerate(layers(standard, word, results), 1):
        if not layer.fitting:
            result = results[index - 1]
            if not layer.others:
                raise Untaken(index, (word[index - 1], result))
            rules = layer.forbidden[:1]
            others = [
                (unless_again(rules[0] if rules else cites, results[:index]), prediction)
                for cites, prediction in layer.others
            ]
            found = _most_telling(index, others, result, None if rules else first)
            return Finding(index, _half_closed(standard, word, results[:index], found))
    return None


class Untaken(Exception):
    """A step was taken where no machine can take it: what came before has ended the work."""

    def __init__(self, step: int, came: tuple[Step, Result]) -> None:
        super().__init__(step)
        self.step = step
        self.came = came


def _half_closed(
    standard: StandardProduct, word: Sequence[Step], results: Sequence[Result], found: Difference
) -> Difference:
    """Name what is wrong with a refusal, at the end of these results, after a Close that left the object open.

    Where a property was answered after the same Close, the object is half closed. Where none was, it is closed,
    and Close did here what no answer to its point makes it do.
    """
    *before, last = zip(word, results, strict=False)
    closes = [number for number, (step, result) in enumerate(before) if step == ("close",) and "ok" in result]
    if not closes or last[1].get("hr") not in (E_ILLEGAL_METHOD_CALL, RO_E_CLOSED):
        return found
    rule = blamed(Situation.REFUSED_ONCE_CLOSED, found.cites)
    if rule not in RULES:
        return found
    answered = any(step[0] in PROPERTIES and "ok" in result for step, result in before[closes[0] :])
    point = "" if answered else _decides_close(standard, word[: closes[0] + 1], results)
    return Difference(point or rule, f"what it did before Close: {found.allowed}", found.actual)


def _decides_close(standard: StandardProduct, upto: Sequence[Step], results: Sequence[Result]) -> str:
    """Return the one point that decides what the Close at the end of a word does, or nothing."""
    *_, layer = layers(standard, upto, results[: len(upto)])
    decide = {branch.prediction["cites"] for branch in layer.fitting}
    return decide.pop() if len(decide) == 1 and decide <= VARIATIONS.keys() else ""


def _most_telling(
    index: int, others: Sequence[tuple[str, Prediction]], result: Result, first: Finding | None
) -> Difference:
    """Prefer the difference from the subject's own row, then an answer of the same nature, then what cites a rule.

    A refusal where some answer to a point has a refusal is one that nobody gives; the rule for another answer to
    the point, which stands beside its cell, speaks of something else. So does a point that allows a member not to
    be implemented, for then it is in no state.
    """
    if first is not None and first.step == index:
        return first.difference
    there = [other for other in others if other[1].get("hr") != E_NOTIMPL] or others
    alike = [other for other in there if ("ok" in other[1]) == ("ok" in result)] or there
    return difference(*next((other for other in alike if other[0] in RULES), alike[0]), result)
