"""One end after another without one call inside another: what makes chains of any depth work.

An operation's end calls its handler, which is another's waiter and ends that, whose handler ends a third. As calls
these would lie on one stack, whose depth is limited. So who follows an end takes it over as a *step*, and who ends
something as the last deed of a step hands it on: the steps of those who follow just that come when the deed has
returned, one after the other, on the same thread.

Nothing else is put off: what a handler of the user's does while it is called is done when it returns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import local


class _Relay(local):
    """What a thread is about: the steps ahead, and what it is ending."""

    steps: deque[Callable[[], object]] | None = None
    baton: object = None


_relay = _Relay()


def take_over(baton: object, step: Callable[[], object]) -> None:
    """Run a step that follows the end of ``baton``; where this thread is handing that on, once it has done so.

    Every step is run. What one raises is raised when all have been.
    """
    relay = _relay
    if relay.baton is baton and relay.steps is not None:
        relay.steps.append(step)
        return
    before = relay.steps, relay.baton
    relay.steps, relay.baton = steps, _ = deque([step]), None
    interrupts: list[BaseException] = []
    try:
        while steps:
            _run(steps.popleft(), interrupts)
    finally:
        relay.steps, relay.baton = before
    if interrupts:
        raise interrupts[0]


def _run(step: Callable[[], object], interrupts: list[BaseException]) -> None:
    try:
        step()
    except BaseException as interrupt:
        interrupts.append(interrupt)


def hand_on(baton: object, deed: Callable[[], object]) -> None:
    """End ``baton`` by a deed, as the last thing that a step does."""
    relay = _relay
    before, relay.baton = relay.baton, baton
    try:
        deed()
    finally:
        relay.baton = before
