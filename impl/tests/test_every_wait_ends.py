"""Every way of waiting comes to the right end, for every order of wait, cancel, close and the worker's end.

What is right is read off the family's machine. A foreign operation that is not Started is answered by its status;
otherwise by what a Completed handler put at that moment is told. Where that is nothing, the waiter waits for ever:
because the work has not ended (a worker that nobody asked to cancel cannot acknowledge one where SPONT-CANCEL is
ignored), or by the family's own manner (Z-FIRE is dropped).
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeAlias

import pytest

from iasyncinfo import (
    AsyncOperation,
    AsyncStatus,
    Promise,
    as_future,
    as_task,
    when_all,
    when_any,
)
from iasyncinfo_conformance import Kind, families
from iasyncinfo_spec import FAMILIES, Product
from iasyncinfo_spec.families import Family
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL, ERROR_CANCELLED, unsigned
from iasyncinfo_spec.product import Configuration, NotDrivable, Prediction, Run

WATCHDOG: Final = 60.0
"""Seconds after which a waiter that should have ended is said to hang."""
CANCELED: Final = ("failed", ERROR_CANCELLED)
ENDS: Final = (("complete", 5), ("fail", 0x80004005), ("acknowledge_cancel",))
WAIT: Final = ("wait",)

Step: TypeAlias = tuple[Any, ...]
Outcome: TypeAlias = tuple[str, Any] | None
"""("completed", the result) or ("failed", the HRESULT); None for a waiter that waits."""


def orders() -> Iterator[tuple[Step, ...]]:
    """Yield every order of one wait, one end of the work, and at most one cancel and one close."""
    for end in ENDS:
        for more in ((), (("cancel",),), (("close",),), (("cancel",), ("close",))):
            yield from itertools.permutations((WAIT, end, *more))


# -- what is right --------------------------------------------------------------------------------


def expected(family: Family, order: tuple[Step, ...]) -> Outcome:
    """Return what a waiter on an operation of the family comes to."""
    run = Run(Product(family, Kind.OPERATION), Configuration())
    found: list[Outcome] = []
    for step in order:
        if step == WAIT:
            found += begun(run)
        else:
            found += told(run, step)
    return found[0] if found else None


def begun(run: Run) -> list[Outcome]:
    """Begin to wait: by the status where that is not Started, otherwise with a handler."""
    status = run.take(("status",))
    if status.get("ok") == AsyncStatus.STARTED:
        return told(run, ("put_completed", "h1", (("get_results",), ("error_code",))))
    if "hr" in status:
        return [("failed", status["hr"])]
    if status["ok"] == AsyncStatus.CANCELED:
        return [CANCELED]
    return [answer(status["ok"], run.take(("get_results",)), run.take(("error_code",)))]


def told(run: Run, step: Step) -> list[Outcome]:
    """Take a step and return what the handler was told by it, if it was called."""
    try:
        events = run.take(step).get("events", [])
    except NotDrivable:
        return []
    return [
        answer(event["status"], *event["results"])
        if event["status"] in (AsyncStatus.COMPLETED, AsyncStatus.ERROR)
        else CANCELED
        for event in events
    ]


def answer(status: int, results: Prediction, code: Prediction) -> Outcome:
    """Return what get_results comes to; the code of what has failed is error_code's, where that tells one."""
    if status == AsyncStatus.ERROR and code.get("ok"):
        return "failed", code["ok"]
    return ("failed", results["hr"]) if "hr" in results else ("completed", results["ok"])


# -- ways of waiting ------------------------------------------------------------------------------


class Waiter:
    """Collects what one way of waiting comes to."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []

    def completed(self, result: Any) -> None:
        """Take a result."""
        self.outcomes.append(("completed", result))

    def failed(self, error: BaseException) -> None:
        """Take an error by its HRESULT."""
        code = getattr(error, "winerror", None)
        self.outcomes.append(("failed", ERROR_CANCELLED if code is None else unsigned(code)))

    @property
    def outcome(self) -> Outcome:
        """The one thing that came."""
        assert len(self.outcomes) < 2
        return self.outcomes[0] if self.outcomes else None


def by_task(operation: Any, waiter: Waiter) -> Callable[[], None]:
    """Use as_task; look at the future afterwards, because its callbacks come a turn later."""
    return look_at(as_task(operation), waiter)


def by_future(operation: Any, waiter: Waiter) -> Callable[[], None]:
    """Use as_future."""
    return look_at(as_future(operation), waiter)


def look_at(future: Any, waiter: Waiter) -> Callable[[], None]:
    def look() -> None:
        if future.cancelled():
            waiter.outcomes.append(CANCELED)
        elif future.done() and future.exception() is not None:
            waiter.failed(future.exception())
        elif future.done():
            waiter.completed(future.result())

    return look


def by_promise(operation: Any, waiter: Waiter) -> None:
    """Use Promise."""
    Promise(operation).done(waiter.completed, waiter.failed)


def by_when_any(operation: Any, waiter: Waiter) -> None:
    """Use when_any, and look at what it makes."""
    by_promise(when_any(operation), waiter)


def by_when_all(operation: Any, waiter: Waiter) -> None:
    """Use when_all; the result stays in the operation, so one is made up."""
    Promise(when_all(operation)).done(lambda _: waiter.completed(5), waiter.failed)


WAYS: Final[list[Callable[[Any, Waiter], Any]]] = [by_task, by_future, by_promise, by_when_any, by_when_all]


async def outcome(way: Callable[[Any, Waiter], Any], operation: Any, producer: Any, order: tuple[Step, ...]) -> Outcome:
    """Take the steps and return what the waiter has by then, on this one thread."""
    waiter = Waiter()
    look: Callable[[], None] | None = None
    for name, *arguments in order:
        try:
            if name == "wait":
                look = way(operation, waiter)
            else:
                getattr(operation if name in ("cancel", "close") else producer, name)(*arguments)
        except OSError as refusal:
            if name == "wait":
                waiter.failed(refusal)
    if look is not None:
        look()
    return waiter.outcome


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAMILIES)
def test_a_foreign_operation_is_waited_for_to_the_end_that_its_family_tells(
    name: str, way: Callable[[Any, Waiter], Any]
) -> None:
    """For every order; and nobody waits for ever for work that has ended."""

    async def main() -> None:
        for order in orders():
            operation, producer = families.create(name, Kind.OPERATION)
            right = expected(FAMILIES[name], order)
            assert await outcome(way, operation, producer, order) == right, order
            assert right is not None or ("acknowledge_cancel",) in order, order
            producer.fail(0x80004004)

    asyncio.run(main())


def test_a_family_that_drops_its_handler_lets_a_waiter_hang() -> None:
    """Its own manner: no way of waiting can know. Only this order of them, and a status is read before waiting."""
    dropping = FAMILIES["wrl"].answering("dropping", {"Z-FIRE": "dropped"})
    order = (WAIT, ("cancel",), ("close",), ("complete", 5))
    assert expected(dropping, order) is None
    waiter = Waiter()
    subject = families.starter(dropping)(Kind.OPERATION)
    by_promise(subject.operation, waiter)
    subject.operation.cancel()
    subject.operation.close()
    assert subject.complete is not None
    subject.complete(5)
    assert waiter.outcome is None


# -- the reference implementation's own -----------------------------------------------------------


def own_expected(order: tuple[Step, ...]) -> Outcome:
    """Return what a waiter on one of ours comes to: it is told when the work ends, also during a pending cancel."""
    closed = [order.index(step) for step in (("close",),) if step in order]
    others = tuple(step for step in order if step != WAIT)
    run = Run(Product(FAMILIES["reference"], Kind.OPERATION), Configuration())
    found = told(run, ("put_completed", "h1", (("get_results",), ("error_code",))))
    for step in others:
        found += told(run, step)
        if step == ("close",) and order.index(WAIT) > closed[0] and "hr" in run.take(("status",)):
            return ("failed", E_ILLEGAL_METHOD_CALL)
    return found[0] if found else None


@pytest.mark.parametrize("way", WAYS)
def test_one_of_ours_is_waited_for_to_its_end(way: Callable[[Any, Waiter], Any]) -> None:
    """For every order."""

    async def main() -> None:
        for order in orders():
            operation, producer = AsyncOperation[int].create()
            assert await outcome(way, operation, producer, order) == own_expected(order), order
            producer.disconnect()

    asyncio.run(main())


class WaitingThread(threading.Thread):
    """A thread that waits for an operation, and is known to have begun once it has been made."""

    def __init__(self, wait: Callable[[Any], Any], operation: Any) -> None:
        super().__init__(daemon=True)
        self.waiter = Waiter()
        self._wait = wait
        self._operation = operation
        self.start()
        while self.is_alive() and operation._slot == 0:
            pass

    def run(self) -> None:
        """Keep what comes."""
        try:
            self.waiter.completed(self._wait(self._operation))
        except OSError as error:
            self.waiter.failed(error)

    def come_back(self) -> None:
        """Wait until it has ended."""
        self.join(WATCHDOG)
        assert not self.is_alive()


def get(operation: Any) -> Any:
    """Wait on the thread."""
    return operation.get()


def await_in_a_loop(operation: Any) -> Any:
    """Await it in a loop of the thread's own."""

    async def main() -> Any:
        return await operation

    return asyncio.run(main())


@pytest.mark.parametrize("wait", [get, await_in_a_loop])
def test_a_thread_that_waits_for_one_of_ours_comes_back(wait: Callable[[Any], Any]) -> None:
    """For every order in which the work ends; a close after that waits for the thread, which would find it closed."""
    for order in orders():
        right = own_expected(order)
        if right is None:
            continue
        operation, producer = AsyncOperation[int].create()
        thread: WaitingThread | None = None
        for name, *arguments in order:
            if name == "wait":
                thread = WaitingThread(wait, operation)
            elif name in ("cancel", "close"):
                with suppress(OSError):
                    getattr(operation, name)()
            elif getattr(producer, name)(*arguments) and thread is not None:
                thread.come_back()
        assert thread is not None
        thread.come_back()
        assert thread.waiter.outcome == right, order
        producer.disconnect()
