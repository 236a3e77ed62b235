"""Consumers that wake, look and wait again, that have a thread of theirs finish, and applications of both builds."""

import asyncio
import contextlib
import threading
import time
from typing import Any

import pytest

from iasyncinfo_conformance import Consumer
from iasyncinfo_conformance.consumers.host import meet
from iasyncinfo_conformance.consumers.law.answers import answers
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.messages import Asked
from iasyncinfo_conformance.consumers.scene.seen import End, Seen
from iasyncinfo_conformance.counterexamples.consumers.right import settled
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.situations import parse_situation


def met(consumer: Consumer, situation: str, *, is_async: bool) -> Seen:
    """What is seen of a consumer in a situation."""
    return meet(consumer, Asked(parse_situation(situation), Kind.OPERATION), is_async=is_async)


def wakes_and_looks(operation: Any) -> Any:
    """Waits for an event a moment at a time, so that Ctrl-C is heard."""
    over, told = threading.Event(), list[int]()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        over.set()

    operation.completed = ended
    while not over.wait(0.05):
        pass
    return settled(operation, told[0])


def polls_with_an_event(operation: Any) -> Any:
    """Has an event that nobody sets as its pause, which is longer than others are given."""
    pause = threading.Event()
    while operation.status == AsyncStatus.STARTED:
        pause.wait(0.5)
    return settled(operation, operation.status)


@pytest.mark.parametrize("wait", [wakes_and_looks, polls_with_an_event])
def test_a_wait_with_a_time_out_that_looks_again_ends_with_the_work(wait: Any) -> None:
    """It is not taken for one that waits for ever."""
    seen = met(Consumer(wait), "reference: wait complete(5)", is_async=False)
    assert (seen.outcome.end, breaches(seen)) == (End.RETURNED, [])


def spins_on_its_own(operation: Any) -> Any:
    """Looks at its event without a pause, and calls no member meanwhile."""
    over = threading.Event()
    operation.completed = lambda *_: over.set()
    while not over.is_set():
        pass
    return settled(operation, operation.status)


async def spins_on_the_loop(operation: Any) -> Any:
    """Looks at the status whenever its loop comes round."""
    while operation.status == AsyncStatus.STARTED:
        await asyncio.sleep(0)
    return settled(operation, operation.status)


@pytest.mark.parametrize(
    ("consumer", "answer"),
    [
        (Consumer(spins_on_its_own), "spins"),
        (Consumer(spins_on_the_loop), "spins"),
        (Consumer(polls_with_an_event), "looks"),
        (Consumer(wakes_and_looks), "told"),
    ],
    ids=lambda value: getattr(getattr(value, "wait", None), "__name__", None),
)
def test_how_a_consumer_learns_of_the_end_is_asked(consumer: Consumer, answer: str) -> None:
    """One that spins comes to the right end, and is a hazard."""
    seen = met(consumer, "reference: wait pause complete(5)", is_async=consumer.is_coroutine)
    assert breaches(seen) == []
    assert dict(answers(seen))["CONSUME-LOOKS"] == answer


def test_a_wait_that_looks_again_for_ever_is_seen_to_wait() -> None:
    """Where the work never ends the meeting comes to its end by itself."""
    seen = met(Consumer(wakes_and_looks), "reference: wait pause", is_async=False)
    assert (seen.outcome.end, breaches(seen)) == (End.WAITS, [])


def _polls(operation: Any) -> Any:
    while operation.status == AsyncStatus.STARTED:
        time.sleep(0.01)
    return settled(operation, operation.status)


async def leaves_its_thread_to_finish(operation: Any) -> Any:
    """Goes at once when it is told to give up; its thread ends with the work, and tells of a failure."""
    loop, inner = asyncio.get_running_loop(), asyncio.ensure_future(asyncio.to_thread(_polls, operation))

    def told(task: "asyncio.Task[Any]") -> None:
        if not task.cancelled() and isinstance(error := task.exception(), OSError):
            loop.call_exception_handler({"message": "failed after all", "exception": error})

    try:
        return await asyncio.shield(inner)
    except asyncio.CancelledError:
        operation.cancel()
        inner.add_done_callback(told)
        raise


@pytest.mark.parametrize("end", ["complete(5)", "fail(0x80070005)"])
def test_a_thread_that_ends_with_the_work_is_nothing_left_behind(end: str) -> None:
    """What it brings a moment later is waited for."""
    seen = met(Consumer(leaves_its_thread_to_finish), f"cppwinrt: wait give_up {end}", is_async=True)
    assert breaches(seen) == []


def gets_both(begin: Any) -> None:
    """A program without a loop: each call is waited for where it was made."""
    begin("find_async", Kind.OPERATION).get()
    begin("write_async", Kind.ACTION).get()


@pytest.mark.parametrize("call", ["find_async", "write_async"])
def test_a_synchronous_application_has_all_of_its_calls_end(call: str) -> None:
    """Those that meet no situation complete, too."""
    seen = met(Consumer(application=gets_both), f"reference: begin({call}) complete(5)", is_async=False)
    assert (seen.outcome.end, breaches(seen)) == (End.RETURNED, [])


async def _awaits(operation: Any) -> Any:
    return await operation


async def has_a_group(begin: Any) -> None:
    """Awaits two calls in a group of tasks."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_awaits(begin("find_async", Kind.OPERATION)))
        group.create_task(_awaits(begin("write_async", Kind.ACTION)))


async def holds_on(begin: Any) -> None:
    """Awaits a call again whenever it is told to give up, and passes nothing on."""
    inner = asyncio.ensure_future(_awaits(begin("find_async", Kind.OPERATION)))
    while not inner.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(inner)


@pytest.mark.parametrize(("application", "broken"), [(has_a_group, []), (holds_on, ["CONSUME-LETS-GO"])])
def test_a_second_cancel_counts_where_it_reaches_who_waits(application: Any, broken: list[str]) -> None:
    """A task group of asyncio passes on the first alone; whoever catches it is another matter."""
    seen = met(Consumer(application=application), "reference: begin(find_async) give_up give_up", is_async=True)
    assert [breach.rule for breach in breaches(seen) if breach.rule == "CONSUME-LETS-GO"] == broken
