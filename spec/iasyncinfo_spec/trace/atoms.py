"""Calls on their way: what has been taken of each, and what its next atom does.

The atoms of a call come from :class:`iasyncinfo_spec.product.Run`. Between two of them other threads may come
in, so where a call stands is kept as a value: the configurations at which its atoms so far were taken. The next
atom is taken by taking those again, each where it was taken, and then one more.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from iasyncinfo_spec.predictions import Configuration, Event, Handler, Prediction
from iasyncinfo_spec.product import Atoms, Run
from iasyncinfo_spec.trace.machine import RowMachine, State
from iasyncinfo_spec.words import Step

Told: TypeAlias = tuple[Any, Any]
"""A handler's label, and the status or the value that it was told."""

WORKER: Final = -1
"""Stands for the number of a step that nobody logged: the worker's."""
ELSEWHERE: Final = -2
"""Stands for the number of a call that has come back, though the handler that it calls runs elsewhere."""


class Ongoing(NamedTuple):
    """A call, or a step of the worker, on its way.

    ``inside`` is the handler that it has called and that has not come back, ``noticed`` the number of the
    event by which the log says so; ``failed`` is how a handler came back. ``answer`` is what the call answers,
    once all of its atoms have been taken.
    """

    number: int
    step: Step
    taken: tuple[Configuration, ...] = ()
    inside: Told | None = None
    noticed: int | None = None
    failed: int | None = None
    answer: tuple[tuple[str, Any], ...] = ()

    @property
    def can_go_on(self) -> bool:
        """Whether its next atom may be taken."""
        return not self.answer and self.inside is None

    def predicted(self) -> Prediction:
        """Return what the call answers."""
        return dict(self.answer)  # type: ignore[return-value]

    def left(self, failed: int | None) -> "Ongoing":
        """Return the call once its handler has come back."""
        return self._replace(inside=None, noticed=None, failed=failed)


class _Run(Run):
    """A run whose handlers are not words but come and go as a log says."""

    entered: Told | None = None
    failure: int | None = None

    def run_handler(self, handler: Handler, told: dict[str, Any], events: list[Event]) -> Atoms[int | None]:  # noqa: ARG002
        (value,) = told.values()
        self.entered = handler.label, value
        yield
        return self.failure


def advance(machine: RowMachine, state: State, ongoing: Ongoing) -> Iterator[tuple[Ongoing, State]]:
    """Yield the call after its next atom, taken in a state, and the state after that."""

    def take(run: _Run) -> Ongoing:
        run.failure = ongoing.failed
        atoms = run.atoms(ongoing.step)
        for place in ongoing.taken:
            run.at = place
            next(atoms)
        run.at, run.entered = state.at, None
        taken = (*ongoing.taken, state.at)
        try:
            next(atoms)
        except StopIteration as stop:
            # How it came to its answer matters no more: places that differ in nothing else are one.
            return ongoing._replace(taken=(), failed=None, answer=_hashable(stop.value))
        return ongoing._replace(taken=taken, inside=run.entered)

    return machine.runs(state, take, _Run)


def _hashable(prediction: Prediction) -> tuple[tuple[str, Any], ...]:
    return tuple((key, value) for key, value in prediction.items() if key in ("ok", "hr", "throws", "step"))
