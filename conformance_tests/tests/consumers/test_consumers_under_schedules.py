"""Consumers that block their thread are run in every order of their lines and the worker's levers."""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from iasyncinfo_conformance import Consumer
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.loading import load_consumer
from iasyncinfo_conformance.consumers.messages import Switched, Switches
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.consumers.switching.scheduled import Schedules
from iasyncinfo_conformance.counterexamples.consumers import RIGHT_CONSUMERS, WRONG_CONSUMERS, WrongConsumer
from iasyncinfo_conformance.counterexamples.consumers.right import settled
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.situations import parse_situation

Cli = Callable[..., tuple[int, str, str]]
COMPLETES = "reference: wait publish complete(5) call"
LATER = "reference: wait publish complete(5) pause call"
RACING = [entry for entry in WRONG_CONSUMERS if entry.switched]
racing = pytest.mark.parametrize("entry", RACING, ids=[entry.name for entry in RACING])


@cache
def schedules(target: str) -> Schedules:
    """The schedules of a consumer, whose sources are copied once."""
    return Schedules(load_consumer(target), target, is_async=False)


def explored(target: str, situation: str = COMPLETES, bound: int = 2) -> Switched:
    """What comes of every schedule of a consumer in a situation."""
    return schedules(target).answer(Switches(parse_situation(situation), Kind.OPERATION, bound))


def broken(seen: Seen) -> list[str]:
    """The rules that are broken in a run."""
    return [breach.rule for breach in breaches(seen)]


@racing
def test_a_race_is_found_by_its_rule_and_is_there_again_under_its_schedule(entry: WrongConsumer) -> None:
    """Under another schedule the consumer keeps every rule."""
    found = explored(entry.target, entry.situation).found
    assert [] in [broken(under.seen) for under in found]
    unlucky = next(under for under in found if entry.rule in broken(under.seen))
    asked = Switches(parse_situation(entry.situation), Kind.OPERATION, schedule=unlucky.schedule)
    (again,) = schedules(entry.target).answer(asked).found
    assert (again.seen.outcome, broken(again.seen)) == (unlucky.seen.outcome, broken(unlucky.seen))
    assert {moment.thread for moment in again.trace} == {0, 1}


def looks_again(operation: Any) -> Any:
    """Looks at its own event, without a pause."""
    over = threading.Event()
    operation.completed = lambda *_: over.set()
    while not over.is_set():
        pass
    return settled(operation, operation.status)


def polls(operation: Any) -> Any:
    """Looks at the status, and sleeps."""
    while operation.status == AsyncStatus.STARTED:
        time.sleep(0.1)
    return settled(operation, operation.status)


def gets(operation: Any) -> Any:
    """Has the operation wait."""
    return operation.get()


def has_a_queue(operation: Any) -> Any:
    """Waits for what its handler puts into a queue."""
    import queue

    ends: queue.SimpleQueue[int] = queue.SimpleQueue()
    operation.completed = lambda _sender, status: ends.put(status)
    return settled(operation, ends.get())


def has_a_future(operation: Any) -> Any:
    """Waits for a future that its handler sets."""
    from concurrent.futures import Future

    end: Future[int] = Future()
    operation.completed = lambda _sender, status: end.set_result(status)
    return settled(operation, end.result())


@pytest.mark.parametrize("wait", [looks_again, polls, gets, has_a_queue, has_a_future])
@pytest.mark.parametrize("situation", [COMPLETES, LATER])
def test_a_right_wait_of_any_build_is_right_under_every_schedule(wait: Any, situation: str) -> None:
    """However it waits, time passes where nobody can run."""
    came = explored(f"{__name__}:{wait.__name__}", situation)
    assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]])
    assert came.schedules > 1


def test_right_consumers_cause_no_alarm() -> None:
    """Those that block their thread, with progress, a time-out or a cancel; one preemption suffices to see it."""
    plain = ("with_progress", "within_time", "given_up")
    targets = [entry.target for entry in RIGHT_CONSUMERS if entry.name in plain]
    assert len(targets) == len(plain)
    for target in targets:
        came = explored(target, bound=1)
        assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]]), target


def starts_a_thread(operation: Any) -> Any:
    """Has a thread of its own wait."""
    ends: list[Any] = []
    thread = threading.Thread(target=lambda: ends.append(operation.get()))
    thread.start()
    thread.join()
    return ends[0]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"{__name__}:starts_a_thread", "it starts threads of its own"),
        ("iasyncinfo_conformance.counterexamples.consumers.right:in_a_pool", "threads of its own"),
        ("iasyncinfo_conformance.counterexamples.consumers.right:runs_asyncio", "it runs an event loop"),
    ],
)
def test_what_no_scheduler_can_choose_for_is_left_to_luck_and_says_why(target: str, why: str) -> None:
    """It is judged on real threads alone."""
    came = explored(target)
    assert why in came.why
    assert came.found == ()


def test_a_lambda_has_no_name_to_be_copied_by() -> None:
    """It is judged on real threads alone."""
    came = Schedules(Consumer(lambda operation: operation.get()), "", is_async=False)
    assert "cannot be loaded by its name" in came.answer(Switches(parse_situation(COMPLETES), Kind.OPERATION)).why
