"""Calls on their way: what has been taken of each, and what its next atom does.

The atoms of a call come from :class:`iasyncinfo_spec.product.Run`. Between two of them other threads may come
in, so where a call stands is kept as a value: the configurations at which its atoms so far were taken. The next
atom is taken by taking those again, each where it was taken, and then one more.
"""

from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.predictions import Configuration, Event, Handler, NotDrivable, Prediction, Wild
from iasyncinfo_spec.product import Atoms
from iasyncinfo_spec.trace.assumptions import Assumption, OpenPoints
from iasyncinfo_spec.trace.machine import RowMachine, State, Told
from iasyncinfo_spec.variations import Answered
from iasyncinfo_spec.words import Step

Call: TypeAlias = tuple[Any, Any]
"""A handler's label, and the status or the value that it was told."""
Failure: TypeAlias = int | Wild | None
"""The code with which a handler failed, :attr:`Wild.FAILURE` where it has none, None where it did not fail."""

WORKER: Final = -1
"""Stands for the number of a step that nobody logged: the worker's."""
ELSEWHERE: Final = -2
"""Stands for the number of a call that has come back, though the handler that it calls runs elsewhere."""
_OVER: Final = object()
_SHOWN: Final = frozenset({("ID", "1")})
"""The one answer that decides no step and shows in a value: it is told apart from all others."""


class Ongoing(NamedTuple):
    """A call, or a step of the worker, on its way.

    ``inside`` is the handler that it has called and that has not come back, ``noticed`` the number of the
    event by which the log says so; ``failed`` is how a handler came back. ``answer`` is what the call answers,
    once all of its atoms have been taken.
    """

    number: int
    step: Step
    taken: tuple[Configuration, ...] = ()
    inside: Call | None = None
    noticed: int | None = None
    failed: Failure = None
    answer: tuple[tuple[str, Any], ...] = ()

    @property
    def can_go_on(self) -> bool:
        """Whether its next atom may be taken."""
        return not self.answer and self.inside is None

    def predicted(self) -> Prediction:
        """Return what the call answers."""
        return dict(self.answer)  # type: ignore[return-value]

    def left(self, failed: Failure) -> "Ongoing":
        """Return the call once its handler has come back."""
        return self._replace(inside=None, noticed=None, failed=failed)


class _Run(Told):
    """A run whose handlers are not words but come and go as a log says."""

    entered: Call | None = None
    failure: Failure = None

    def run_handler(self, handler: Handler, told: dict[str, Any], events: list[Event]) -> Atoms[Failure]:  # noqa: ARG002
        (value,) = told.values()
        self.entered = handler.label, value
        yield
        self.odd = self.failure is Wild.FAILURE
        return self.failure


class Way(NamedTuple):
    """How a call may go on: the call after its next atom, where that leads, and what it assumes.

    ``shown`` holds the answers that decide no step and show in a value.
    """

    call: Ongoing
    at: Configuration
    assumed: Assumption
    shown: Answered


def ways(machine: RowMachine, points: OpenPoints, at: Configuration, ongoing: Ongoing) -> list[Way]:
    """Return every way in which a call's next atom may be taken in a configuration."""

    def take(run: _Run) -> Ongoing:
        run.failure = ongoing.failed
        atoms = run.atoms(ongoing.step)
        for place in ongoing.taken:
            run.at = place
            if next(atoms, _OVER) is _OVER:
                raise NotDrivable("with these answers the call was over before")
        run.at, run.entered = at, None
        taken = (*ongoing.taken, at)
        try:
            next(atoms)
        except StopIteration as stop:
            # How it came to its answer matters no more: places that differ in nothing else are one.
            return ongoing._replace(taken=(), failed=None, answer=_hashable(stop.value))
        return ongoing._replace(taken=taken, inside=run.entered)

    found: dict[tuple[Ongoing, Configuration, Answered], list[Assumption]] = {}
    for after, state in machine.runs(State(at), take, _Run):
        key = after, state.at._replace(notified=0), state.answers & _SHOWN
        found.setdefault(key, []).append(points.answered(state.answers))
    return [
        Way(after, there, assumed, shown)
        for (after, there, shown), each in found.items()
        for assumed in points.joined(each)
    ]


def _hashable(prediction: Prediction) -> tuple[tuple[str, Any], ...]:
    return tuple((key, value) for key, value in prediction.items() if key in ("ok", "hr", "throws", "step"))
