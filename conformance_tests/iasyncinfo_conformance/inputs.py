"""The steps that a subject can take: what its kind, levers and driver allow."""

from collections.abc import Iterable

from iasyncinfo_conformance.judge import Judge
from iasyncinfo_conformance.target import Target, needs_of
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.exploration import System, explore, plain_inputs
from iasyncinfo_spec.product import Configuration, NotDrivable
from iasyncinfo_spec.standard import StandardProduct
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import Step


def supported_inputs(target: Target, kind: Kind) -> tuple[Step, ...]:
    """Return the plain steps that the target can take, and handlers that call back and that fail.

    Labels are interchangeable, so the handlers with programs stand in for the second plain ones.
    """
    calling = (("status",), ("get_results",), ("error_code",), ("get_completed",), ("put_completed", "h1"), ("cancel",))
    listening = (("put_completed", "h1"), ("get_progress",), ("put_progress", None), ("get_progress",), ("cancel",))
    failing = (("raise", 0x80070005),)
    steps: list[Step] = [("put_completed", "h2", calling), ("put_completed", "h3", failing)]
    if kind.has_progress:
        steps += [("put_progress", "p2", (*listening, ("put_progress", "p1"), *failing))]
    running = [step for step in steps if needs_of((step,)) <= target.supports(kind)]
    doubles = {step[:2] for step in running}
    plain = (
        step for step in (*plain_inputs(kind), ("cancel_notifications",)) if needs_of((step,)) <= target.supports(kind)
    )
    return (*(step for step in plain if step not in doubles), *running)


class Ground:
    """What may be trodden: the reachable configurations of a row, without the cells of unknown answers."""

    def __init__(self, target: Target, judge: Judge, novel: Iterable[str]) -> None:
        self.judge = judge
        self._novel = frozenset(novel)
        answers = {point: judge.row.answer(point) for point in VARIATIONS if point not in self._novel}
        self._open = StandardProduct(judge.kind, answers, judge.row.breaks)
        self.inputs = supported_inputs(target, judge.kind)

    def system(self, *, programs: bool) -> System:
        """Return the labelled transition system over the supported steps, unknown cells cut off.

        ``programs`` adds the handlers that call back and that fail to the plain steps.
        """
        inputs = self.inputs if programs else [step for step in self.inputs if len(step) < 3]
        return explore(self.judge.row, self.judge.kind, inputs, allowed=self.known)

    def known(self, here: Configuration, step: Step) -> bool:
        """Return whether a step touches no point that the subject answers as nobody does."""
        if not self._novel:
            return True
        return not any(self._novel & set(branch.answers) for branch in self._open.branches(here, step))

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
