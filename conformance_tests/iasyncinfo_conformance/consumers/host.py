"""A process in which one consumer is run: it alone imports the consumer, and it can be ended whenever that hangs.

Run as ``python -P -m iasyncinfo_conformance.consumers.host TARGET``.
"""

import gc
import inspect
import logging
import os
import sys
from dataclasses import replace

from iasyncinfo_conformance.children.frames import received
from iasyncinfo_conformance.children.inside import pipes, require_original, sender
from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.application import ApplicationMeeting
from iasyncinfo_conformance.consumers.loading import load_consumer, module_and_name
from iasyncinfo_conformance.consumers.meeting import Meeting
from iasyncinfo_conformance.consumers.messages import Asked, CannotStart, Ready, Switched, Switches
from iasyncinfo_conformance.consumers.scene.clock import stand_in_time
from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_conformance.consumers.switching.schedules import Schedules
from iasyncinfo_conformance.consumers.switching.standstill import ends_where_it_stands_still
from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable, UsageFault
from iasyncinfo_spec.situations import parse_situation


def ready(consumer: Consumer) -> Ready:
    """Return what there is to say of a consumer; finds out whether a plain function is asynchronous."""
    is_async = consumer.is_coroutine or _needs_a_loop(consumer)
    return Ready(
        consumer.kinds,
        is_async,
        consumer.progress,
        is_async or consumer.cancel is not None,
        consumer.time_limit,
        consumer.application is not None,
    )


def _needs_a_loop(consumer: Consumer) -> bool:
    """Return whether a plain function returns something to await, or asks for a running loop."""
    if consumer.application is not None:
        return False
    word = parse_situation("reference: complete(5) wait")
    outcome = Meeting(_Probing(consumer).consumer, word, consumer.kinds[0], is_async=False).run().outcome
    asks = outcome.end is End.RAISED and _NO_LOOP in outcome.shown.lower()
    return asks or outcome.shown == _AWAITABLE


_NO_LOOP = "event loop"
_AWAITABLE = "'something to await'"


class _Probing:
    """A consumer whose awaitables are told, and closed."""

    def __init__(self, consumer: Consumer) -> None:
        self._function = consumer.function
        self.consumer = Consumer(self._wait, progress=consumer.progress)

    def _wait(self, *arguments: object) -> object:
        value = self._function(*arguments)
        if inspect.isawaitable(value):
            getattr(value, "close", lambda: None)()
            return "something to await"
        return value


def meet(consumer: Consumer, asked: Asked, *, is_async: bool, schedules: Schedules | None = None) -> Seen:
    """Run a consumer in a situation; one that blocks its thread under its schedules, where it has any."""
    seen = _met(consumer, asked, is_async, schedules)
    if consumer.application is None or not seen.has("refuse"):
        return seen
    failing = tuple(("fail", step[1]) if step[0] == "refuse" else step for step in asked.situation)
    otherwise = _met(consumer, replace(asked, situation=failing), is_async, schedules)
    return replace(seen, otherwise=otherwise.outcome)


def _met(consumer: Consumer, asked: Asked, is_async: bool, schedules: Schedules | None) -> Seen:
    why = asked.unscheduled
    if schedules is not None and not is_async and not why:
        try:
            with ends_where_it_stands_still(busy=True):
                return schedules.play(asked)
        except NotSchedulable as refusal:
            why = str(refusal)
    meeting = Meeting if consumer.application is None else ApplicationMeeting
    seen = meeting(consumer, asked.situation, asked.kind, is_async=is_async, patience=asked.patience).run()
    return replace(seen, unscheduled=why)


def quiet() -> None:
    """Have nothing logged that is part of every run, as a handler's failure is."""
    logging.getLogger("iasyncinfo_conformance").setLevel(logging.CRITICAL + 1)


def main(text: str) -> None:
    """Answer what is asked until there is no more."""
    owner, (questions, answers) = os.getpid(), pipes()
    send = sender(answers)
    quiet()
    stand_in_time()
    try:
        consumer = load_consumer(text)
        about = ready(consumer)
    except (HarnessFault, UsageFault) as fault:
        send(CannotStart(str(fault)))
        return
    require_original(owner)
    gc.collect()
    gc.freeze()
    send(about)
    schedules = Schedules(consumer, module_and_name(text), is_async=about.is_async)
    for asked in received(questions):
        if isinstance(asked, Switches):
            with ends_where_it_stands_still():
                came: Seen | Switched = schedules.answer(asked)
        else:
            came = meet(consumer, asked, is_async=about.is_async, schedules=schedules)
        require_original(owner)
        send(came)


if __name__ == "__main__":
    main(sys.argv[1])
    os._exit(0)  # threads of the consumer that never end are no reason to wait
