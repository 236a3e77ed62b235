"""The steps that a subject can take: what its kind, levers and driver allow."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.hsi import Minimal, minimal
from iasyncinfo_conformance.target import Target, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System, explore, plain_inputs
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, E_INVALIDARG, E_UNEXPECTED
from iasyncinfo_spec.product import Configuration, NotDrivable
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import CALLS, Step, Word

_SECOND: Final = {"put_completed": "h2", "put_progress": "p2"}
"""The label of the handler that stands aside for one with a program; labels are interchangeable."""
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


class Values(NamedTuple):
    """What a worker ends with and reports: a result, an HRESULT, and progress."""

    result: int | str
    code: int
    progress: float

    def in_word(self, word: Iterable[Step]) -> Word:
        """Return a word with these values in place of its own."""
        own: dict[str, Any] = {"complete": self.result, "fail": self.code, "report_progress": self.progress}
        return tuple((step[0], own[step[0]]) if step[0] in own else step for step in word)


PLAIN_VALUES: Final = Values(5, E_FAIL, 1)
"""Those of the plain steps."""
OTHER_VALUES: Final = (
    Values(-1, E_INVALIDARG, 0.5),
    Values(0, E_ACCESSDENIED, 0),
    Values(2**31 - 1, 0xC00D36B2, 100),
    Values("", E_UNEXPECTED, -1),
    Values("na\u00efve \U0001f642", 0x80072EE7, 1e9),
)
"""Falsy and large ones, strings, and codes of other facilities."""


class Ground:
    """What may be trodden: the reachable configurations of a row, without the cells of unknown answers.

    ``supports`` are the target's capabilities, ``plain`` the plain steps that it can take, ``looks`` those
    that only observe the worker.
    """

    def __init__(self, target: Target, judge: Judge, novel: Iterable[str]) -> None:
        self.judge = judge
        self.kind: Kind = judge.kind
        self.novel: frozenset[str] = frozenset(novel)
        self.supports: frozenset[str] = target.supports(self.kind)
        answers = {point: judge.row.answer(point) for point in VARIATIONS if point not in self.novel}
        self._strings: bool = "string" in target.values
        self._open = StandardProduct(self.kind, answers, judge.row.breaks)
        self.plain: tuple[Step, ...] = self._supported(plain_inputs(self.kind))
        self.looks: tuple[Step, ...] = self._supported([("cancel_notifications",)])

    @property
    def slots(self) -> tuple[str, ...]:
        """The puts that the kind has."""
        return tuple(put for put in _SECOND if self.kind.has_progress or put == "put_completed")

    def calling_puts(self) -> Iterator[Step]:
        """Yield puts of handlers that make one call each, that fail, and that make many calls."""
        calls = [(step,) for step in self.plain if step[0] in CALLS and step[1:] not in (("h2",), ("p2",))]
        for put in self.slots:
            many = _CALLING if put == "put_completed" else _LISTENING
            for program in (*calls, _FAILING, many):
                yield from self._supported([(put, _SECOND[put], program)])

    @cached_property
    def plain_system(self) -> System:
        """The labelled transition system over the plain steps, unknown cells cut off."""
        return explore(self.judge.row, self.kind, self.plain, allowed=self.known)

    @cached_property
    def plain_machine(self) -> Minimal:
        """The minimal machine of the plain steps."""
        return minimal(self.plain_system)

    @property
    def other_values(self) -> Iterator[Values]:
        """Those that the target can carry."""
        return (values for values in OTHER_VALUES if self._strings or not isinstance(values.result, str))

    def system_of(self, values: Values, put: Step | None = None) -> System:
        """Return the system over plain steps with other values; ``put`` stands in for the second handlers."""
        steps = values.in_word(self.plain)
        if put is not None:
            steps = (*(step for step in steps if step[1:] not in (("h2",), ("p2",))), put)
        return explore(self.judge.row, self.kind, steps, allowed=self.known)

    def known(self, here: Configuration, step: Step) -> bool:
        """Return whether a step touches no point that the subject answers as nobody does."""
        if not self.novel:
            return True
        return not any(self.novel & set(branch.answers) for branch in self._open.branches(here, step))

    def follow(self, word: Iterable[Step], here: Configuration | None = None) -> Configuration | None:
        """Return where a word leads, or None where it cannot be taken."""
        at = here or Configuration()
        for step in word:
            try:
                if not self.known(at, step):
                    return None
                _, at = self.judge.product.step(at, step)
            except NotDrivable:
                return None
        return at

    def _supported(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        return tuple(step for step in steps if needs_of((step,)) <= self.supports)
