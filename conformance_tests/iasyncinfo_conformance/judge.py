"""Is a run one that the specification allows?

The machine of the subject's own answers is asked first; it is deterministic and quick. Where it
disagrees, the nondeterministic machine decides: a run that some answers allow breaks no rule, though it
shows that the subject answers a point differently in different situations.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from iasyncinfo_conformance.comparison import Difference, Ids, describe, difference
from iasyncinfo_conformance.target import Result
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, RO_E_CLOSED
from iasyncinfo_spec.product import Configuration, NotDrivable, Product
from iasyncinfo_spec.rules import RULES
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.tables import RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import PROPERTIES, Step, Word


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a run left the machines: the number of the step, from 1, and the difference there.

    ``mixed`` marks a run that breaks no rule but contradicts an answer that the subject gave elsewhere.
    """

    step: int
    difference: Difference
    mixed: bool = False

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
        """Return whether every step of the word can be taken on an object of this row."""
        try:
            self.product.predict(word)
        except NotDrivable:
            return False
        return True

    def first(self, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        """Return the first thing in a run that is not as the row of the subject's answers has it, or None."""
        return _follow_one(self.product, word, results)

    def judge(self, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
        """Return the first thing in a run that the specification does not allow, or None."""
        first = self.first(word, results)
        if first is None:
            return None
        found = _follow_all(self._standard, word, results, first)
        if found is None or found.cites not in RULES:
            reopened = _reopened(word, results)
            if reopened is not None:
                return reopened
        if found is None:
            return Finding(first.step, self._explain(word, results, first), mixed=True)
        # The subject's own row knows best where a run that no answers allow first went wrong.
        return first if first.cites in RULES and first.step < found.step else found

    def _explain(self, word: Sequence[Step], results: Sequence[Result], first: Finding) -> Difference:
        """Name the one point whose answer has to be given up for the run to be allowed."""
        answers = {point: self.row.answer(point) for point in VARIATIONS}
        for point in VARIATIONS:
            others = {name: answer for name, answer in answers.items() if name != point}
            if _follow_all(self._with_fixed(others), word, results, first) is None:
                return Difference(point, first.difference.allowed, first.difference.actual)
        return first.difference

    def _with_fixed(self, fixed: Mapping[str, str]) -> StandardProduct:
        always = {point: self.row.answer(point) for point in ("CANCEL-SYNC", "CREATED")}
        return StandardProduct(self.kind, {**fixed, **always}, self.row.breaks)


def allowed_by(
    kind: Kind, fixed: Mapping[str, str], breaks: Iterable[str], word: Sequence[Step], results: Sequence[Result]
) -> Finding | None:
    """Return the first thing in a run that no answers compatible with ``fixed`` allow, or None."""
    return _follow_all(StandardProduct(kind, fixed, tuple(breaks)), word, results, None)


def _follow_one(product: Product, word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
    ids, here = Ids(), Configuration()
    for index, (step, result) in enumerate(zip(word, results, strict=True), 1):
        prediction, here = product.step(here, step)
        found = difference(prediction, result, ids, running=here.life in RUNNING_STATES)
        if found is not None:
            return Finding(index, found)
    return None


def _follow_all(
    standard: StandardProduct, word: Sequence[Step], results: Sequence[Result], first: Finding | None
) -> Finding | None:
    """Follow a run along every path that fits; return where the last one ends, or None if one goes through."""
    ids, here = Ids(), {Configuration()}
    for index, (step, result) in enumerate(zip(word, results, strict=True), 1):
        there: set[Configuration] = set()
        differences: list[Difference] = []
        for configuration in here:
            for branch in standard.branches(configuration, step):
                running = branch.dest.life in RUNNING_STATES
                found = difference(branch.prediction, result, ids, running=running)
                if found is None:
                    there.add(branch.dest)
                else:
                    differences.append(found)
        if not there:
            found = _most_telling(index, differences, first)
            return Finding(index, _half_closed(word[: index - 1], results, found))
        here = there
    return None


def _half_closed(before: Sequence[Step], results: Sequence[Result], found: Difference) -> Difference:
    """Name what is wrong with a refusal after a Close after which another member has worked."""
    refused = results[len(before)].get("hr") in (E_ILLEGAL_METHOD_CALL, RO_E_CLOSED)
    closed = any(step == ("close",) and "ok" in result for step, result in zip(before, results, strict=False))
    if refused and closed and found.cites in RULES:
        return Difference("CLOSED-ALIKE", f"what it did before Close: {found.allowed}", found.actual)
    return found


def _reopened(word: Sequence[Step], results: Sequence[Result]) -> Finding | None:
    """Return where a property is answered that one was refused before, after the same Close."""
    closed = refused = False
    for number, (step, result) in enumerate(zip(word, results, strict=True), 1):
        if step[0] in PROPERTIES and closed:
            if refused and "ok" in result:
                return Finding(number, Difference("CLOSED-ALIKE", "a refusal, as before", describe(step, result)))
            refused = refused or result.get("hr") in (E_ILLEGAL_METHOD_CALL, RO_E_CLOSED)
        closed = closed or (step == ("close",) and "ok" in result)
    return None


def _most_telling(index: int, differences: Sequence[Difference], first: Finding | None) -> Difference:
    """Prefer the difference from the subject's own row, then one that cites a rule."""
    if first is not None and first.step == index:
        return first.difference
    if not differences:
        raise NotDrivable(f"step {index} cannot be taken here")
    return next((found for found in differences if found.cites in RULES), differences[0])
