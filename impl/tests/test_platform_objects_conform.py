"""The actions of thread pools and dispatchers, and subclasses for a runtime type, pass the conformance suite."""

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncOperation,
    CoreDispatcher,
    CoreDispatcherPriority,
    CoreProcessEventsOption,
    OperationClosed,
    ThreadPool,
)
from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.record.findings import Outcome
from iasyncinfo_conformance.record.known import Known, Unverified
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.record.record import Verdict
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec import AsyncStatus
from iasyncinfo_spec.hresults import E_ABORT

POLLING = Known(
    unverified=(Unverified("CANCEL-ONCE", None, "a running work item is not told to stop: it looks at its status"),)
)


class Failure(Exception):
    """What the work item raises for the lever ``fail``."""

    def __init__(self, hresult: int) -> None:
        super().__init__(hresult)
        self.hresult = hresult


class PolledWork:
    """A work item that waits for levers, and the levers.

    Each lever returns when the next item of the same thread has run, so when the work has ended.
    """

    def __init__(self, submit: Callable[[Callable[..., object]], AsyncAction], stop: Callable[[], None]) -> None:
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._submit = submit
        self._stop = stop
        self._ended = False
        begun = threading.Event()
        self.action = submit(partial(self._work, begun))
        begun.wait()  # canceled before its turn, the action would have ended

    def _work(self, begun: threading.Event, *_action: AsyncAction) -> None:
        begun.set()
        try:
            self._orders.get()()
        finally:
            self._ended = True

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.put(order)
        self._submit(lambda *_: None).get()

    def complete(self, _result: object) -> None:
        """Let the work item return."""
        self._order(lambda: None)

    def fail(self, hresult: int) -> None:
        """Let the work item raise."""

        def order() -> None:
            raise Failure(hresult)

        self._order(order)

    def acknowledge_cancel(self) -> None:
        """Let the work item look at the status once and return if it is to stop."""
        try:
            stop = self.action.status is AsyncStatus.CANCELED
        except OperationClosed:
            stop = True
        if stop:
            self._order(lambda: None)

    def dispose(self) -> None:
        """Let a work item end that still waits, and the thread."""
        if not self._ended:
            self.fail(E_ABORT)
        self._stop()

    def subject(self) -> Subject:
        """Return the action and the levers."""
        return Subject(self.action, self.complete, self.fail, self.acknowledge_cancel, dispose=self.dispose)


def on_thread_pool(kind: Kind) -> Subject:
    """Start a work item on a pool of its own."""
    if kind is not Kind.ACTION:
        raise NotImplementedError
    pool = ThreadPool(1)
    return PolledWork(pool.run_async, pool.close).subject()


def on_dispatcher(kind: Kind) -> Subject:
    """Start a callback on a dispatcher of its own, which another thread serves."""
    if kind is not Kind.ACTION:
        raise NotImplementedError
    born: SimpleQueue[CoreDispatcher] = SimpleQueue()

    def window() -> None:
        dispatcher = CoreDispatcher()
        born.put(dispatcher)
        dispatcher.process_events(CoreProcessEventsOption.PROCESS_UNTIL_QUIT)

    threading.Thread(target=window).start()
    dispatcher = born.get()
    return PolledWork(partial(dispatcher.run_async, CoreDispatcherPriority.NORMAL), dispatcher.shutdown).subject()


@pytest.mark.parametrize("start", [on_thread_pool, on_dispatcher])
def test_actions_of_the_platform_conform(start: Callable[[Kind], Subject]) -> None:
    """Nothing is found; only the rule that needs a worker that is notified cannot be tested."""
    done = check(InProcess(start, "platform"), Options(quick=True, known=POLLING))
    assert done.verdict.exit_code == 0
    assert [verdict.id for verdict in done.verdicts if verdict.outcome is Outcome.DEVIATING] == ["CANCEL-ONCE"]


class SignOutUserOperation(AsyncAction):
    """As Windows.Security.Authentication.OnlineId.SignOutUserOperation: an action under a name of its own."""

    __slots__ = ()


class DataReaderLoadOperation(AsyncOperation[int]):
    """As Windows.Storage.Streams.DataReaderLoadOperation: its result is how many bytes were loaded."""

    __slots__ = ("requested",)

    def __init__(self) -> None:
        super().__init__()
        self.requested = 0


def sign_out(kind: Kind) -> Subject:
    """Start an action of a subclass."""
    if kind is not Kind.ACTION:
        raise NotImplementedError
    operation, producer = SignOutUserOperation.create()
    return _subject(operation, producer, lambda _result: producer.complete())


def load(kind: Kind) -> Subject:
    """Start an operation of a subclass."""
    if kind is not Kind.OPERATION:
        raise NotImplementedError
    operation, producer = DataReaderLoadOperation.create()
    return _subject(operation, producer, producer.complete)


def _subject(operation: Any, producer: Any, complete: Callable[[Any], object]) -> Subject:
    told: list[None] = []
    producer.on_cancel(lambda: told.append(None))
    return Subject(
        operation,
        complete,
        producer.fail,
        producer.acknowledge_cancel,
        cancel_notifications=lambda: len(told),
        dispose=producer.disconnect,
    )


@pytest.mark.parametrize("start", [sign_out, load])
def test_subclasses_for_a_runtime_type_conform(start: Callable[[Kind], Subject]) -> None:
    """Nothing is found and nothing is left untested."""
    assert check(InProcess(start, "subclass"), Options(quick=True)).verdict is Verdict.CONFORMS
