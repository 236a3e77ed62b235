"""Consumers are run in every order of their lines and the worker's levers, on their thread or in their loop."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from iasyncinfo_conformance import Consumer
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.law.obligations import breaches
from iasyncinfo_conformance.consumers.loading import load_consumer
from iasyncinfo_conformance.consumers.messages import Switched, Switches
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.consumers.switching.schedules import Schedules
from iasyncinfo_conformance.counterexamples.consumers import RIGHT_CONSUMERS, WRONG_CONSUMERS, WrongConsumer
from iasyncinfo_conformance.counterexamples.consumers.right import settled
from iasyncinfo_conformance.record.findings import Failure
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
    consumer = load_consumer(target)
    return Schedules(consumer, target, is_async=consumer.is_coroutine)


def kind_for(situation: str) -> Kind:
    """A kind that the situation is possible with."""
    return Kind.OPERATION_WITH_PROGRESS if "report_progress" in situation else Kind.OPERATION


def explored(target: str, situation: str = COMPLETES, bound: int = 2) -> Switched:
    """What comes of every schedule of a consumer in a situation."""
    return schedules(target).answer(Switches(parse_situation(situation), kind_for(situation), bound))


def broken(seen: Seen) -> list[str]:
    """The rules that are broken in a run."""
    return [breach.rule for breach in breaches(seen)]


@racing
def test_a_race_is_found_by_its_rule_and_is_there_again_under_its_schedule(entry: WrongConsumer) -> None:
    """Under another schedule the consumer keeps every rule."""
    found = explored(entry.target, entry.situation).found
    assert [] in [broken(under.seen) for under in found]
    unlucky = next(under for under in found if entry.rule in broken(under.seen))
    asked = Switches(parse_situation(entry.situation), kind_for(entry.situation), schedule=unlucky.schedule)
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
    """Waits for the first of its futures, which its handler sets."""
    from concurrent.futures import FIRST_COMPLETED, Future, as_completed
    from concurrent.futures import wait as wait_for_futures

    end: Future[int] = Future()
    operation.completed = lambda _sender, status: end.set_result(status)
    wait_for_futures([end], return_when=FIRST_COMPLETED)
    wait_for_futures([end])
    return settled(operation, next(as_completed([end])).result())


@pytest.mark.parametrize("wait", [looks_again, polls, gets, has_a_queue, has_a_future])
@pytest.mark.parametrize("situation", [COMPLETES, LATER])
def test_a_right_wait_of_any_build_is_right_under_every_schedule(wait: Any, situation: str) -> None:
    """However it waits, time passes where nobody can run."""
    came = explored(f"{__name__}:{wait.__name__}", situation)
    assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]])
    assert came.schedules > 1


async def makes_it_first(operation: Any) -> Any:
    """Makes the future that its handler sets before it sets the handler."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    told: list[int] = []

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        loop.call_soon_threadsafe(lambda: None if over.done() else over.set_result(None))

    operation.completed = ended
    await over
    return settled(operation, told[0])


async def goes_on_before_it_is_woken(operation: Any) -> Any:
    """Goes on once it sees that it was told, before the loop is asked to wake it."""
    loop, over, told = asyncio.get_running_loop(), asyncio.Event(), list[int]()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        loop.call_soon_threadsafe(over.set)

    operation.completed = ended
    if not told:
        await over.wait()
    return settled(operation, told[0])


def has_a_loop_that_ends_first(operation: Any) -> Any:
    """Runs a loop of its own, which may be closed when its handler asks something of it."""
    return asyncio.run(goes_on_before_it_is_woken(operation))


def test_a_loop_that_is_closed_before_its_handler_is_done_with_it_is_found() -> None:
    """What is right in a loop that goes on is not in one that ends with its only task."""
    rules = [broken(under.seen) for under in explored(f"{__name__}:has_a_loop_that_ends_first").found]
    assert rules == [[], ["CONSUME-HANDLERS-QUIET"]]
    assert [broken(under.seen) for under in explored(f"{__name__}:goes_on_before_it_is_woken").found] == [[]]


async def writes_on_the_loop(operation: Any) -> Any:
    """Has the loop's thread alone touch what it looks at."""
    loop, changed = asyncio.get_running_loop(), asyncio.Condition()
    told: list[int] = []

    async def tell(status: int) -> None:
        async with changed:
            told.append(status)
            changed.notify_all()

    operation.completed = lambda _sender, status: asyncio.run_coroutine_threadsafe(tell(status), loop)
    async with changed:
        while not told:
            await changed.wait()
    return settled(operation, told[0])


def has_a_loop(operation: Any) -> Any:
    """Runs a loop of its own."""
    return asyncio.run(makes_it_first(operation))


async def looks_at_each_turn(operation: Any) -> Any:
    """Looks at the status at every turn of the loop."""
    while operation.status == AsyncStatus.STARTED:
        await asyncio.sleep(0)
    return settled(operation, operation.status)


async def wraps_a_future(operation: Any) -> Any:
    """Hands a future that its handler sets to asyncio, which asks whether it is a real one."""
    from concurrent.futures import Future

    end: Future[int] = Future()

    def ended(_sender: object, status: int) -> None:
        if end.set_running_or_notify_cancel():
            end.set_result(status)

    operation.completed = ended
    return settled(operation, await asyncio.wrap_future(end))


LOOPING = [makes_it_first, writes_on_the_loop, has_a_loop, looks_at_each_turn, wraps_a_future]


@pytest.mark.parametrize("wait", LOOPING)
def test_a_right_wait_in_a_loop_is_right_under_every_schedule(wait: Any) -> None:
    """Also where the worker comes between any two of its lines."""
    came = explored(f"{__name__}:{wait.__name__}")
    assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]])
    assert came.schedules > 1


def counts_on_the_loop() -> Consumer:
    """An application whose handlers have the loop count the calls that are under way."""

    async def run(begin: Callable[..., Any]) -> None:
        for operation in [begin("scan_async"), begin("pair_async")]:
            await makes_it_first(operation)

    return Consumer(application=run)


counted: Consumer = counts_on_the_loop()


def test_the_calls_of_a_right_application_are_right_under_every_schedule() -> None:
    """Whichever of them meets the situation."""
    for call in ("scan_async", "pair_async"):
        came = explored(f"{__name__}:counted", f"reference: begin({call}) publish complete(5) call")
        assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]])
        assert [under.seen.is_met for under in came.found] == [True]


def test_a_hang_under_a_schedule_leaves_the_one_within_the_put_its_rule() -> None:
    """Only who hangs at that end without a switch hangs wherever it comes; then the put is not to blame."""
    within = Failure("REENTRANT-SET", Kind.ACTION, parse_situation("ppl: complete(5) wait"), 3, "", "", "situations")
    hangs = Failure("CONSUME-ENDS", Kind.ACTION, parse_situation(COMPLETES), 5, "", "", "switched", schedule="B")
    for other, rules in ((hangs, ["REENTRANT-SET", "CONSUME-ENDS"]), (replace(hangs, schedule=""), ["CONSUME-ENDS"])):
        judged = Judged(("REENTRANT-SET", "CONSUME-ENDS"))
        for failure in (within, other):
            judged.journal.failed(failure)
        judged.settle()
        assert list(dict.fromkeys(each.rule for each in judged.journal.failures)) == rules


def test_right_consumers_cause_no_alarm() -> None:
    """With progress, a time-out or a cancel, and in loops; one preemption suffices to see it."""
    plain = ("with_progress", "within_time", "given_up", "closes_at_last", "fetches_in_the_handler", "awaits_it")
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


async def reads_a_socket(operation: Any) -> Any:
    """Has its handler write to a socket that its loop reads."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    operation.completed = lambda *_: theirs.send(b".")
    await loop.sock_recv(ours, 1)
    return settled(operation, operation.status)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"{__name__}:starts_a_thread", "it starts threads of its own"),
        ("iasyncinfo_conformance.counterexamples.consumers.right:in_a_pool", "threads of its own"),
        ("iasyncinfo_conformance.counterexamples.consumers.right:in_a_thread", "it starts threads of its own"),
        (f"{__name__}:reads_a_socket", "it waits for files, processes or other hosts"),
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


BESIDE = """
import threading


def until_told(operation):
    over = threading.Event()
    operation.completed = lambda *_: over.set()
    over.wait()
"""
WAITS = """
import waiting_beside


def wait(operation):
    waiting_beside.until_told(operation)
    return operation.get_results()
"""


def test_a_module_that_lies_beside_the_consumers_is_copied_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it waits with is the scheduler's there as well."""
    (tmp_path / "waiting_beside.py").write_text(BESIDE, encoding="utf-8")
    (tmp_path / "waits_with_it.py").write_text(WAITS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    came = explored("waits_with_it:wait")
    assert (came.why, [broken(under.seen) for under in came.found]) == ("", [[]])
