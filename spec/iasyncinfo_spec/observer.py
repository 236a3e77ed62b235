"""An observer of one object: what it has seen so far, and what it makes of the next step.

It sees steps and answers only, never the states of the tables. The rules are read as predicates over what it
sees: :mod:`iasyncinfo_spec.predicates`.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.exploration import Edge, System
from iasyncinfo_spec.product import Configuration, Event, Prediction
from iasyncinfo_spec.words import Step


class History(NamedTuple):
    """What the observer of one object remembers."""

    requested: bool = False
    ended: Step = ()
    final: object = None
    handler: str = ""
    calls: int = 0
    closed: bool = False
    listener: str | None = None
    taken: bool = False


class Sight(NamedTuple):
    """One step, with what was known before it and after it; ``told`` are the calls of Completed handlers."""

    before: History
    edge: Edge
    after: History
    system: System
    name: str
    answer: Prediction
    told: list[Event]

    @property
    def reported(self) -> list[Event]:
        """The calls of Progress handlers."""
        return [event for event in self.answer.get("events", ()) if "value" in event]

    @property
    def ends(self) -> bool:
        """Whether the worker ended in this step."""
        return bool(self.after.ended and not self.before.ended)

    @property
    def put(self) -> bool:
        """Whether this step set a Completed handler with success."""
        return self.after.handler != self.before.handler

    def earlier(self, member: str) -> Prediction:
        """Return what a member would have answered just before the step."""
        return self.system.edges[self.edge.source][member,].prediction

    def later(self, member: str) -> Prediction:
        """Return what a member answers just after the step."""
        return self.system.edges[self.edge.dest][member,].prediction


def remember(history: History, edge: Edge, system: System) -> History:
    """Return what is known after a step."""
    name, answer = edge.step[0], edge.prediction
    status = system.edges[edge.dest]["status",].prediction
    ended = history.ended
    if not ended and _worker_ended(history, edge, status, system):
        ended = edge.step
        history = history._replace(final=status.get("ok"))
    told = [event for event in answer.get("events", ()) if "status" in event]
    handler = history.handler
    if name == "put_completed" and edge.step[1] and not handler and not history.closed and ("ok" in answer or told):
        handler = edge.step[1]
    return history._replace(
        requested=history.requested or (_requests(edge, system) and not history.ended and not history.closed),
        ended=ended,
        handler=handler,
        calls=min(history.calls + len(told), 2),
        closed=history.closed or (name == "close" and "ok" in answer and "hr" in status),
        listener=_listener(history, edge, system),
        taken=history.taken or name == "get_results" or any(event.get("results") for event in told),
    )


def _worker_ended(history: History, edge: Edge, status: Prediction, system: System) -> bool:
    match edge.step[0]:
        case "complete" | "fail":
            return True
        case "acknowledge_cancel":
            return status.get("ok") != AsyncStatus.STARTED
        case "cancel" | "close":
            at_once = system.product.answer("CANCEL-SYNC") == "yes" and not history.requested
            return _requests(edge, system) and at_once and status.get("ok") == AsyncStatus.CANCELED
    return False


def _requests(edge: Edge, system: System) -> bool:
    """Return whether a step asks the work to stop, where it still can be asked."""
    return edge.step[0] == "cancel" or (edge.step[0] == "close" and system.product.answer("CLOSE_S") == "cancel")


def _listener(history: History, edge: Edge, system: System) -> str | None:
    name = edge.step[0]
    if name == "put_progress" and not history.closed and "ok" in edge.prediction:
        return str(edge.step[1]) if edge.step[1] else None
    if name == "close" and "ok" in edge.prediction and "hr" in system.edges[edge.dest]["status",].prediction:
        return history.listener if system.product.answer("Z-PROG") == "kept" or history.closed else None
    if name in ("complete", "fail", "acknowledge_cancel", "put_completed", "cancel"):
        progress = system.edges[edge.dest].get(("get_progress",))
        return None if progress and progress.prediction.get("ok", "") is None else history.listener
    return history.listener


def sights(system: System) -> Iterator[Sight]:
    """Yield every step of every configuration, under every history that leads there."""
    start = (Configuration(), History())
    seen, queue = {start}, deque([start])
    while queue:
        here, before = queue.popleft()
        for edge in system.edges[here].values():
            after = remember(before, edge, system)
            told = [event for event in edge.prediction.get("events", ()) if "status" in event]
            yield Sight(before, edge, after, system, edge.step[0], edge.prediction, told)
            there = (edge.dest, after)
            if there not in seen:
                seen.add(there)
                queue.append(there)
