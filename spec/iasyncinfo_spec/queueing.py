"""Operations whose handlers run elsewhere: between the step that causes a call and the call there is a queue.

Where CTX is ``elsewhere`` or ``mixed`` a step that calls the Completed handler returns before the handler has begun:
the call is *queued*, and whoever owns the context takes a turn some time. In between everybody may do anything. To
the tables such an operation is one between two atoms of a step (:class:`iasyncinfo_spec.product.Run`); here the rest
of the step is a state of its own, so that what holds of every word can be said of these operations, too. Reports of
progress are as they are elsewhere: nobody waits for one.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from iasyncinfo_spec.predictions import Configuration, Event, NotDrivable, Wild
from iasyncinfo_spec.product import Atoms, Product, Run
from iasyncinfo_spec.tables import HELD
from iasyncinfo_spec.words import Step

TURN: Final[Step] = ("turn",)
"""The step that the queue takes: the call that was queued first is made."""


class Queued(NamedTuple):
    """A call that was decided and not yet made: the step that caused it, and the status to be told."""

    cause: str
    status: int


class Place(NamedTuple):
    """Where such an operation stands: its configuration, and the calls that are queued, the first one first."""

    at: Configuration = Configuration()
    queue: tuple[Queued, ...] = ()


class Went(NamedTuple):
    """What a step came to: the handlers that it called, with what they were told, and where it leads."""

    called: tuple[tuple[str, int], ...]
    there: Place


class QueueingRun(Run):
    """A run of one object whose Completed handler is called in the turns of a queue."""

    def __init__(self, product: Product, place: Place) -> None:
        super().__init__(product, place.at)
        self.queue: list[Queued] = list(place.queue)

    def turn(self) -> list[Event]:
        """Make the call that was queued first, and return it; none where its handler has been called already."""
        queued, events = self.queue.pop(0), list[Event]()
        for _ in super()._tell(queued.cause, queued.status, events):
            pass
        return events

    def _tell(self, name: str, status: int, events: list[Event]) -> Atoms[int | Wild | None]:
        if self.at.completed == HELD and self._runs_elsewhere(late=name == "put_completed"):
            self.queue.append(Queued(name, status))
            return None
        return (yield from super()._tell(name, status, events))


def went(product: Product, here: Place, step: Step) -> Went:
    """Return what a step, or a turn of the queue, comes to; raises NotDrivable where it cannot be taken."""
    run = QueueingRun(product, here)
    if step != TURN:
        events = run.take(step).get("events", [])
    elif here.queue:
        events = run.turn()
    else:
        raise NotDrivable("a turn of an empty queue")
    called = tuple((event["handler"], event["status"]) for event in events if "status" in event)
    return Went(called, Place(run.at, tuple(run.queue)))


def explore_queueing(product: Product, steps: Iterable[Step]) -> dict[Place, dict[Step, Went]]:
    """Return every place that steps and turns reach, with all that may happen there."""
    taken = (*steps, TURN)
    found: dict[Place, dict[Step, Went]] = {}
    untried = deque([Place()])
    while untried:
        here = untried.popleft()
        if here not in found:
            found[here] = dict(_all_from(product, here, taken))
            untried.extend(way.there for way in found[here].values())
    return found


def _all_from(product: Product, here: Place, steps: Iterable[Step]) -> Iterable[tuple[Step, Went]]:
    for step in steps:
        try:
            yield step, went(product, here, step)
        except NotDrivable:
            continue
