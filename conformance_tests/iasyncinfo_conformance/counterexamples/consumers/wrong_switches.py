"""Consumers that are right until their thread and the worker's take turns in one unlucky way."""

import asyncio
import threading
from typing import Any, Final

from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import wrong
from iasyncinfo_conformance.counterexamples.consumers.right import settled
from iasyncinfo_spec.abi import AsyncStatus

_COMPLETES: Final = "reference: wait publish complete(5) call"


@wrong("CONSUME-ENDS", _COMPLETES, switched=True)
def looks_then_waits(operation: Any) -> Any:
    """Looks whether it was told before it takes the lock under which it waits."""
    told: list[int] = []
    changed = threading.Condition()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        with changed:
            changed.notify_all()

    operation.completed = ended
    if not told:
        with changed:
            changed.wait()
    return settled(operation, told[0])


@wrong("CONSUME-ENDS", _COMPLETES, switched=True)
def clears_what_was_told(operation: Any) -> Any:
    """Clears the event that its handler sets, to be sure that it waits for this operation."""
    told: list[int] = []
    over = threading.Event()

    def ended(_sender: object, status: int) -> None:
        told.append(status)
        over.set()

    operation.completed = ended
    if not told:
        over.clear()
        over.wait()
    return settled(operation, told[0])


@wrong("CONSUME-VALUE", _COMPLETES, switched=True)
def wakes_before_it_writes(operation: Any) -> Any:
    """Wakes the one who waits, and writes down for him afterwards how it ended."""
    told: list[int] = []
    over = threading.Event()

    def ended(_sender: object, status: int) -> None:
        over.set()
        told.append(status)

    operation.completed = ended
    over.wait()
    return settled(operation, told[0])


@wrong("CLOSE-USE", _COMPLETES, switched=True)
def closes_behind_its_back(operation: Any) -> Any:
    """Has the handler close the operation once it has woken the one who wants the result."""
    told: list[int] = []
    over = threading.Event()

    def ended(sender: Any, status: int) -> None:
        told.append(status)
        over.set()
        sender.close()

    operation.completed = ended
    over.wait()
    return settled(operation, told[0])


@wrong("CONSUME-RESULTS-ONCE", _COMPLETES, switched=True)
def fetches_on_both_threads(operation: Any) -> Any:
    """Has whoever comes first fetch the result, and lets both come."""
    fetched: list[Any] = []
    over = threading.Event()

    def fetch(status: int) -> None:
        if not fetched:
            fetched.append(settled(operation, status))

    def ended(_sender: object, status: int) -> None:
        if status == AsyncStatus.COMPLETED:
            fetch(status)
        over.set()

    operation.completed = ended
    while operation.status == AsyncStatus.STARTED:
        over.wait(0.1)
    if operation.status == AsyncStatus.CANCELED:
        raise asyncio.CancelledError
    fetch(operation.status)
    return fetched[0]
