"""Is a run one that the specification allows?

The machine of the subject's own answers is asked first; it is deterministic and quick. Where it
disagrees, the nondeterministic machine decides: a run that some answers allow breaks no rule, though it
shows that the subject answers a point differently in different situations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import NamedTuple

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.judging.wording import Difference, describe, difference
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, E_NOTIMPL, RO_E_CLOSED
from iasyncinfo_spec.pairs import drives_several, shares
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import Branch, StandardProduct
from iasyncinfo_spec.standing import Standing, follow
from iasyncinfo_spec.tables import RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS, ShownBy, shown_by
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


class Judge:
    """Judges the runs of one kind by a row of answers, of which those in ``fixed`` are demanded."""

    def __init__(self, kind: Kind, row: Family, fixed: Mapping[str, str]) -> None:
        self.kind = kind
        self.product: Product = Product(row, kind)
        self.row = row
        self.fixed = fixed

    @cached_property
    def _standard(self) -> StandardProduct:
        return self._with_fixed(self.fixed)

    def drivable(self, word: Word) -> bool:
        """Return whether every step of the word can be taken on an object of this row, or on several."""
        try:
            for share in shares(word):
                self.product.predict(share.word)
        except NotDrivable:
            return False
        return True

    def first(self, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        """Return the first thing in a run that is not as the row of the subject's answers has it, or None."""
        if drives_several(word):
            return _of_several(self.first, word, results)
        return _follow_one(self.product, word, results)

    def judge(self, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        """Return the first thing in a run that the specification does not allow, or None."""
        if drives_several(word):
            return _of_several(self.judge, word, results)
        first = self.first(word, results)
        if first is None:
            return None
        try:
            found = _follow_all(self._standard, word, results, first)
        except _Untaken as untaken:  # what came is allowed, and ended the work before the word did
            found, taken = None, untaken.step - 1
            word, results = word[:taken], results[:taken]
        if found is None or found.cites not in RULES:
            reopened = _reopened(word, results)
            if reopened is not None:
                return reopened
        if found is None:
            return Finding(first.step, self._explain(word, results, first), mixed=True)
        # The subject's own row knows best where a run that no answers allow first went wrong.
        if first.step < found.step and self._is_first_wrong(word, results, first):
            return replace(first, shown=found.step)
        return found

    def _is_first_wrong(self, word: Sequence[Step], results: Sequence[Result], first: Finding) -> bool:
        """Return whether it is a rule that is broken there, or a point that is answered as nobody answers it.

        Otherwise another answer to the point was given, which decides what may come after it.
        """
        if first.cites in RULES:
            return True
        return not self._allows_but(first.cites, word[: first.step], results[: first.step])

    def _explain(self, word: Sequence[Step], results: Sequence[Result], first: Finding) -> Difference:
        """Name the one point whose answer has to be given up for the run to be allowed."""
        branches = (branch for layer in _layers(self._standard, word, results) for branch in layer.fitting)
        touched = frozenset(chain.from_iterable(branch.answers for branch in branches))
        for point in VARIATIONS:
            if point in touched and self._allows_but(point, word, results):
                return Difference(point, first.difference.allowed, first.difference.actual)
        return first.difference

    def _allows_but(self, open_point: str, word: Sequence[Step], results: Sequence[Result]) -> bool:
        """Return whether the subject's own answers allow a run once one of them is given up."""
        others = {point: self.row.answer(point) for point in VARIATIONS if point != open_point}
        try:
            return _follow_all(self._with_fixed(others), word, results, None) is None
        except _Untaken:
            return False

    def _with_fixed(self, fixed: Mapping[str, str]) -> StandardProduct:
        always = {point: self.row.answer(point) for point in shown_by(ShownBy.DECLARED, ShownBy.NOTHING)}
        return StandardProduct(self.kind, {**fixed, **always}, self.row.breaks)


def allowed_by(
    kind: Kind, fixed: Mapping[str, str], breaks: Iterable[str], word: Sequence[Step], results: Sequence[Result]
) -> Finding | None:
    """Return the first thing in a run that no answers compatible with ``fixed`` allow, or None.

    It cites nothing where what came is allowed, but cannot be followed by the next step of the word.
    """
    if drives_several(word):
        return _of_several(partial(allowed_by, kind, fixed, breaks), word, results)
    try:
        return _follow_all(_standard(kind, frozenset(fixed.items()), frozenset(breaks)), word, results, None)
    except _Untaken as untaken:
        return Finding(untaken.step, Difference("", "nobody can take it here", describe(*untaken.came)))


@lru_cache(maxsize=256)
def _standard(kind: Kind, fixed: frozenset[tuple[str, str]], breaks: frozenset[str]) -> StandardProduct:
    """Return the machine of these answers; it remembers the branches that words have in common."""
    return StandardProduct(kind, dict(fixed), breaks)


def _of_several(
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


def beside_another(word: Word, finding: Finding, is_wrong: Callable[[Word], bool]) -> Finding:
    """Lay what is found on several objects to that, where each is right alone; ``is_wrong`` tells of one."""
    if not drives_several(word) or not finding.cites or any(is_wrong(share.word) for share in shares(word)):
        return finding
    cites = blamed(Situation.BESIDE_ANOTHER, finding.cites)
    return replace(finding, difference=replace(finding.difference, cites=cites))


def _follow_one(product: Product, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
    ids, here = Ids(), Configuration()
    for index, (step, result) in enumerate(zip(word, results, strict=True), 1):
        prediction, here = product.step(here, step)
        cites = deciding(prediction, result, ids, running=here.life in RUNNING_STATES)
        if cites is not None:
            found = difference(_unless_again(cites, results[:index]), prediction, result)
            return Finding(index, _with_earlier(found, word, results[:index]))
    return None


def _with_earlier(found: Difference, word: Sequence[Step], results: Sequence[Result]) -> Difference:
    """Say on which earlier step it turns that the last of these results is wrong."""
    *before, last = results
    again = (number for number, result in enumerate(before, 1) if _called(result) & _called(last))
    number = next(again, 0)
    if number:
        labels = ", ".join(sorted(_called(before[number - 1]) & _called(last)))
        return replace(found, allowed=f"{found.allowed}; step {number} has called {labels}")
    same = (
        at for at, (step, result) in enumerate(zip(word, before, strict=False), 1) if step == ("id",) and "ok" in result
    )
    number = next(same, 0)
    if number and word[len(before)] == ("id",):
        return replace(found, allowed=f"{found.allowed}; step {number} has returned {before[number - 1]['ok']}")
    return found


def _unless_again(cites: str, results: Sequence[Result]) -> str:
    """Return what decides the last of these results: no point lets a handler be called again."""
    *before, last = map(_called, results)
    again = not last.isdisjoint(chain.from_iterable(before))
    return blamed(Situation.CALLED_AGAIN, cites) if again else cites


def _called(result: Result) -> frozenset[str]:
    """Return the labels of the Completed handlers that a step called."""
    return frozenset(str(event.get("handler")) for event in result.get("events", ()) if "status" in event)


class _Layer(NamedTuple):
    """What may happen at one step of a run: what came, and the rest with what decides the difference.

    ``forbidden`` are the rules against what would have fitted.
    """

    fitting: list[Branch]
    others: list[tuple[str, Prediction]]
    forbidden: list[str]


def _layers(standard: StandardProduct, word: Sequence[Step], results: Sequence[Result]) -> Iterator[_Layer]:
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


def _follow_all(
    standard: StandardProduct, word: Sequence[Step], results: Sequence[Result], first: Finding | None
) -> Finding | None:
    """Return where the last path ends that fits a run, or None if one goes through."""
    for index, layer in enumerate(_layers(standard, word, results), 1):
        if not layer.fitting:
            result = results[index - 1]
            if not layer.others:
                raise _Untaken(index, (word[index - 1], result))
            rules = layer.forbidden[:1]
            others = [
                (_unless_again(rules[0] if rules else cites, results[:index]), prediction)
                for cites, prediction in layer.others
            ]
            found = _most_telling(index, others, result, first)
            return Finding(index, _half_closed(standard, word, results[:index], found))
    return None


class _Untaken(Exception):
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
    *_, layer = _layers(standard, upto, results[: len(upto)])
    decide = {branch.prediction["cites"] for branch in layer.fitting}
    return decide.pop() if len(decide) == 1 and decide <= VARIATIONS.keys() else ""


def _reopened(word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
    """Return where a property is answered that one was refused before, after the same Close."""
    closed, refused = False, 0
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        if step[0] in PROPERTIES and closed:
            if refused and "ok" in result:
                rule = blamed(Situation.ANSWERED_ONCE_REFUSED)
                return Finding(number, Difference(rule, f"a refusal, as in step {refused}", describe(step, result)))
            if not refused and result.get("hr") in (E_ILLEGAL_METHOD_CALL, RO_E_CLOSED):
                refused = number
        closed = closed or (step == ("close",) and "ok" in result)
    return None


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
