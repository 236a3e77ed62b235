"""Is a run one that the specification allows?

The machine of the subject's own answers is asked first; it is deterministic and quick. Where it
disagrees, the nondeterministic machine decides: a run that some answers allow breaks no rule, though it
shows that the subject answers a point differently in different situations.
"""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from iasyncinfo_conformance.judging.blame import Situation, blamed
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.judging.following import (
    Finding,
    Untaken,
    called,
    follow_all,
    layers,
    of_several,
    open_machine,
    unless_again,
)
from iasyncinfo_conformance.judging.wording import Difference, describe, difference
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, RO_E_CLOSED
from iasyncinfo_spec.pairs import drives_several, shares
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.tables import RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS, ShownBy, shown_by
from iasyncinfo_spec.words import PROPERTIES, Step, Word


class Judge:
    """Judges the runs of one kind by a row of answers, of which those in ``fixed`` are demanded.

    Of the others, what breaks a rule that the row keeps is no answer: whoever gives it is judged by another.
    """

    def __init__(self, kind: Kind, row: Family, fixed: Mapping[str, str]) -> None:
        self.kind = kind
        self.row: Family = lawful(row, fixed)
        self.product: Product = Product(self.row, kind)
        self.fixed = fixed
        self._alone: list[str] = []
        """The demanded points that have explained a run by themselves: they are looked at first."""

    @cached_property
    def _standard(self) -> StandardProduct:
        return self._with_fixed(self.fixed)

    @cached_property
    def _undemanding(self) -> StandardProduct:
        return self._with_fixed({})

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
            return of_several(self.first, word, results)
        return _follow_one(self.product, word, results)

    def judge(self, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        """Return the first thing in a run that the specification does not allow, or None."""
        if drives_several(word):
            return of_several(self.judge, word, results)
        first = self.first(word, results)
        if first is None:
            return None
        try:
            found = follow_all(self._standard, word, results, first)
        except Untaken as untaken:  # what came is allowed, and ended the work before the word did
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
        return self._unless_demanded(word, results, found)

    def _unless_demanded(self, word: Sequence[Step], results: Sequence[Result], found: Finding) -> Finding:
        """Lay a breach to the first of the demanded answers but for which it would be none.

        What comes later is followed with those answers given up, lest a breach of a rule hide behind it.
        """
        fixed, laid, later = dict(self.fixed), found, found
        while fixed and later.cites in RULES:
            given_up = self._given_up(fixed, word, results, later.step)
            if not given_up:
                return later
            if laid is found:
                laid = replace(found, difference=replace(found.difference, cites=given_up[0]))
            fixed = {point: answer for point, answer in fixed.items() if point not in given_up}
            beyond = self._followed(fixed, word, results)
            if beyond is None:
                break
            later = beyond
        return laid

    def _given_up(
        self, fixed: Mapping[str, str], word: Sequence[Step], results: Sequence[Result], step: int
    ) -> list[str]:
        """Return the fewest demanded points but for which a step is allowed, in the order in which they are met."""

        def allow_it_without(points: Sequence[str]) -> bool:
            left = {point: answer for point, answer in fixed.items() if point not in points}
            beyond = self._followed(left, word, results)
            return beyond is None or beyond.step > step

        for point in self._alone:
            if point in fixed and allow_it_without([point]):
                return [point]
        needed = [point for point in _asked(self._undemanding, word[:step], results[:step]) if point in fixed]
        if not allow_it_without(needed):
            return []
        for point in tuple(needed):
            others = [other for other in needed if other != point]
            if allow_it_without(others):
                needed = others
        if len(needed) == 1:
            self._alone.append(needed[0])
        return needed

    def _followed(self, fixed: Mapping[str, str], word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        machine = open_machine(self.kind, frozenset({**fixed, **self._always}.items()), frozenset(self.row.breaks))
        try:
            return follow_all(machine, word, results, None)
        except Untaken:
            return None

    def _is_first_wrong(self, word: Sequence[Step], results: Sequence[Result], first: Finding) -> bool:
        """Return whether it is a rule that is broken there, or a point that is answered as nobody answers it.

        Otherwise another answer to the point was given, which decides what may come after it.
        """
        if first.cites in RULES:
            return True
        return not self._allows_but(first.cites, word[: first.step], results[: first.step])

    def _explain(self, word: Sequence[Step], results: Sequence[Result], first: Finding) -> Difference:
        """Name the one point whose answer has to be given up for the run to be allowed."""
        touched = _asked(self._standard, word, results)
        for point in VARIATIONS:
            if point in touched and self._allows_but(point, word, results):
                return Difference(point, first.difference.allowed, first.difference.actual)
        return first.difference

    def _allows_but(self, open_point: str, word: Sequence[Step], results: Sequence[Result]) -> bool:
        """Return whether the subject's own answers allow a run once one of them is given up."""
        others = {point: self.row.answer(point) for point in VARIATIONS if point != open_point}
        try:
            return follow_all(self._with_fixed(others), word, results, None) is None
        except Untaken:
            return False

    def _with_fixed(self, fixed: Mapping[str, str]) -> StandardProduct:
        return StandardProduct(self.kind, {**fixed, **self._always}, self.row.breaks)

    @cached_property
    def _always(self) -> Mapping[str, str]:
        """What an adapter declares and what no word shows."""
        return {point: self.row.answer(point) for point in shown_by(ShownBy.DECLARED, ShownBy.NOTHING)}


def _asked(machine: StandardProduct, word: Sequence[Step], results: Sequence[Result]) -> Collection[str]:
    """Return the points that a run asks, in the order in which it does."""
    branches = (branch for layer in layers(machine, word, results) for branch in layer.fitting)
    return dict.fromkeys(chain.from_iterable(branch.answers for branch in branches))


def lawful(row: Family, fixed: Container[str] = ()) -> Family:
    """Return a row without the answers that break a rule which it keeps, but for the points in ``fixed``."""

    def is_lawful(point: str, answer: str) -> bool:
        rule = VARIATIONS[point].option(answer).breaks
        return point in fixed or not rule or rule in row.breaks

    return replace(row, answers={point: answer for point, answer in row.answers.items() if is_lawful(point, answer)})


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
            found = difference(unless_again(cites, results[:index]), prediction, result)
            return Finding(index, _with_earlier(found, word, results[:index]))
    return None


def _with_earlier(found: Difference, word: Sequence[Step], results: Sequence[Result]) -> Difference:
    """Say on which earlier step it turns that the last of these results is wrong."""
    *before, last = results
    again = (number for number, result in enumerate(before, 1) if called(result) & called(last))
    number = next(again, 0)
    if number:
        labels = ", ".join(sorted(called(before[number - 1]) & called(last)))
        return replace(found, allowed=f"{found.allowed}; step {number} has called {labels}")
    same = (
        at for at, (step, result) in enumerate(zip(word, before, strict=False), 1) if step == ("id",) and "ok" in result
    )
    number = next(same, 0)
    if number and word[len(before)] == ("id",):
        return replace(found, allowed=f"{found.allowed}; step {number} has returned {before[number - 1]['ok']}")
    return found


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
