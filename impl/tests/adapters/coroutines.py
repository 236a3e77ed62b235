"""Operations made of coroutines: ``iasyncinfo check adapters.coroutines:start`` in ``impl/tests``."""

from collections.abc import Callable
from typing import Any

from iasyncinfo import (
    async_action,
    async_action_with_progress,
    async_operation,
    async_operation_with_progress,
    get_cancellation_token,
)
from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_spec.hresults import E_ABORT

from .stepped_loop import lever, new_future, turn, within


class Failure(OSError):
    """What the worker fails with."""

    def __init__(self, hresult: int) -> None:
        super().__init__("the worker failed")
        self.hresult = hresult


class Worker:
    """A coroutine that does what its levers say, one thing at a time."""

    def __init__(self) -> None:
        self.notifications: list[None] = []
        self.reports: Callable[[Any], None] | None = None
        self._next = new_future()

    async def work(self) -> Any:
        """Wait for a lever: return a result, raise an exception, or wait again, where a requested cancel is noticed."""
        get_cancellation_token().callback(lambda: self.notifications.append(None))
        while True:
            again, result = await self._next
            if not again:
                return result

    async def work_and_report(self, report: Callable[[Any], None]) -> Any:
        """Do the same with progress."""
        self.reports = report
        return await self.work()

    def _go_on(self, again: bool, result: Any) -> None:
        if not self._next.done():
            done, self._next = self._next, new_future()
            done.set_result((again, result))

    def complete(self, result: Any) -> None:
        """Return a result."""
        self._go_on(False, result)

    def fail(self, hresult: int) -> None:
        """Raise an error."""
        if not self._next.done():
            self._next.set_exception(Failure(hresult))

    def acknowledge_cancel(self) -> None:
        """Go on to the next suspension, where a cancel that was requested is raised."""
        self._go_on(True, None)

    def report(self, value: Any) -> None:
        """Report a value, as a part of the work on another thread would."""
        assert self.reports is not None
        self.reports(value)


def start(kind: Kind) -> Subject:
    """Return an operation whose coroutine waits for levers."""
    worker = Worker()
    make: dict[Kind, Callable[[], Any]] = {
        Kind.ACTION: async_action(worker.work),
        Kind.ACTION_WITH_PROGRESS: async_action_with_progress(worker.work_and_report),
        Kind.OPERATION: async_operation(worker.work),
        Kind.OPERATION_WITH_PROGRESS: async_operation_with_progress(worker.work_and_report),
    }
    return Subject(
        within(make[kind]),
        complete=lever(worker.complete),
        fail=lever(worker.fail),
        acknowledge_cancel=lever(worker.acknowledge_cancel),
        report_progress=worker.report if kind.has_progress else None,
        cancel_notifications=lambda: len(worker.notifications),
        settle=turn,
        dispose=lambda: lever(worker.fail)(E_ABORT),
    )


def start_propagating(kind: Kind) -> Subject:
    """Return an operation whose cancel reaches what its coroutine awaits, and so ends it."""
    if kind is not Kind.OPERATION:
        raise NotImplementedError
    worker = Worker()

    async def work() -> Any:
        get_cancellation_token().enable_propagation()
        return await worker.work()

    return Subject(
        within(async_operation(work)),
        complete=lever(worker.complete),
        fail=lever(worker.fail),
        acknowledge_cancel=lever(worker.acknowledge_cancel),
        cancel_notifications=lambda: len(worker.notifications),
        cancel_ends_work=True,
        settle=turn,
        dispose=lambda: lever(worker.fail)(E_ABORT),
    )
