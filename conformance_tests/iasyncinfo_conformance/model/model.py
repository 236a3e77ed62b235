"""What a right subject answers: its row of answers as a machine over the steps that its levers and driver allow."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import chain, permutations
from typing import Final

from iasyncinfo_conformance.model.minimal import Minimal, minimal
from iasyncinfo_conformance.model.values import OTHER_VALUES, Values
from iasyncinfo_conformance.target import Target, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System, explore, plain_inputs
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ACCESSDENIED
from iasyncinfo_spec.pairs import shares
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Product
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.variations import VARIATIONS, ShownBy, shown_by
from iasyncinfo_spec.words import CALLS, PRODUCER, RACE, Step, Word, threads_of

_SECOND: Final = {"put_completed": "h2", "put_progress": "p2"}
"""The label of the handler that stands aside for one with a program; labels are interchangeable."""
_KEPT: Final = 20_000
"""Arrows that are remembered."""
_FAILING: Final[Word] = (("raise", E_ACCESSDENIED),)
_CALLING: Final[Word] = (
    ("status",),
    ("get_results",),
    ("error_code",),
    ("get_completed",),
    ("put_completed", "h1"),
    ("cancel",),
)
_LISTENING: Final[Word] = (
    ("put_completed", "h1"),
    ("get_progress",),
    ("put_progress", None),
    ("get_progress",),
    ("cancel",),
    ("put_progress", "p1"),
    *_FAILING,
)


def puts_second(step: Step) -> bool:
    """Return whether a step puts the second of two plain handlers."""
    return step[1:] in ((_SECOND["put_completed"],), (_SECOND["put_progress"],))


class Model:
    """The reachable configurations of a row of answers on one kind, without the cells of unknown answers.

    ``supports`` are the target's capabilities but for those in ``unable``, ``plain`` the plain steps that it can
    take, ``looks`` those that only observe the worker.
    """

    def __init__(
        self, target: Target, kind: Kind, row: Family, novel: Iterable[str] = (), unable: Iterable[str] = ()
    ) -> None:
        self.kind = kind
        self.row = row
        self.product: Product = Product(row, kind)
        self.born: Word = target.born.get(kind, ())
        self.novel: frozenset[str] = frozenset(novel).difference(shown_by(ShownBy.IDS))  # any number will do
        self.supports: frozenset[str] = target.supports(self.kind) - {*unable}
        answers = {point: row.answer(point) for point in VARIATIONS if point not in self.novel}
        self._strings: bool = "string" in target.values
        self._open = StandardProduct(self.kind, answers, row.breaks)
        self.step: Callable[[Configuration, Step], tuple[Prediction, Configuration] | None]
        self.step = lru_cache(_KEPT)(self._step)
        """What a step answers and where it leads; None where nobody can take it, or knows what it answers."""
        self.plain: tuple[Step, ...] = self._supported(self._inputs())
        self.looks: tuple[Step, ...] = self._supported([("cancel_notifications",)])

    @property
    def slots(self) -> tuple[str, ...]:
        """The puts that the kind has."""
        return tuple(put for put in _SECOND if self.kind.has_progress or put == "put_completed")

    def calling_puts(self) -> Iterator[Step]:
        """Yield puts of handlers that make one call each, that fail, and that make many calls."""
        calls = [(step,) for step in self.plain if step[0] in CALLS and not puts_second(step)]
        for put in self.slots:
            many = _CALLING if put == "put_completed" else _LISTENING
            for program in (*calls, _FAILING, many):
                yield from self._supported([(put, _SECOND[put], program)])

    @cached_property
    def plain_system(self) -> System:
        """The labelled transition system over the plain steps, unknown cells cut off."""
        return explore(self.row, self.kind, self.plain, allowed=self.known)

    @cached_property
    def plain_machine(self) -> Minimal:
        """The minimal machine of the plain steps."""
        return minimal(self.plain_system)

    @property
    def other_values(self) -> Iterator[Values]:
        """Those that the target can carry; an object that had ended has the one that it was born with."""
        if self.born:
            return iter(())
        return (values for values in OTHER_VALUES if self._strings or not isinstance(values.result, str))

    def system_of(self, values: Values, put: Step | None = None) -> System:
        """Return the system over plain steps with other values; ``put`` stands in for the second handlers."""
        steps = self.plain if self.born else values.in_word(self.plain)
        if put is not None:
            steps = (*(step for step in steps if not puts_second(step)), put)
        return explore(self.row, self.kind, steps, allowed=self.known)

    def known(self, here: Configuration, step: Step) -> bool:
        """Return whether a step touches no point that the subject answers as nobody does."""
        if self.born and not self._is_given(here, step):
            return False
        return not self.novel or not any(self.novel & set(branch.answers) for branch in self._open.branches(here, step))

    def _inputs(self) -> Iterator[Step]:
        """Yield the plain steps; of the worker's, where the object had ended, those that ended it."""
        yield from (step for step in plain_inputs(self.kind) if not self.born or step[0] not in PRODUCER)
        yield from (step for step in self.born if step[0] in PRODUCER)

    def _is_given(self, here: Configuration, step: Step) -> bool:
        """Return whether an object that had ended can be met here: what ended it comes first, and once."""
        at = Configuration()
        for taken in self.born:
            if here == at:
                return step == taken
            _, at = self.product.step(at, taken)
        return True

    def follow(self, word: Iterable[Step], here: Configuration | None = None) -> Configuration | None:
        """Return where a word leads, or None where it cannot be taken; of several objects, where it leads the last."""
        at = here or Configuration()
        for share in shares(tuple(word)):
            led = self._follow_one(share.word, here or Configuration())
            if led is None:
                return None
            at = led
        return at

    def _follow_one(self, word: Word, at: Configuration) -> Configuration | None:
        for step in word:
            taken = self.step(at, step)
            if taken is None:
                return None
            _, at = taken
        return at

    def _step(self, here: Configuration, step: Step) -> tuple[Prediction, Configuration] | None:
        try:
            return self.product.step(here, step) if self.known(here, step) else None
        except NotDrivable:
            return None

    def knows_race(self, word: Word) -> bool:
        """Return whether no order of a race, nor what comes after it, touches a point answered as nobody does."""
        if not self.novel:
            return True
        at = next(index for index, step in enumerate(word) if step[0] == RACE)
        orders = permutations(threads_of(word[at]))
        return all(self._knows((*word[:at], *chain.from_iterable(order), *word[at + 1 :])) for order in orders)

    def _knows(self, word: Word) -> bool:
        """Return whether a word, as far as it can be taken, touches only known points."""
        here = Configuration()
        for step in word:
            if not self.known(here, step):
                return False
            try:
                _, here = self.product.step(here, step)
            except NotDrivable:
                return True
        return True

    def _supported(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        return tuple(step for step in steps if needs_of((step,)) <= self.supports)
