"""Operations that are finished at birth: ``iasyncinfo check adapters.born:start``, in ``impl/tests``.

The suite begins with running objects. Here one runs until its worker ends; then, unless a handler waits or a
cancel is pending, an object that is born finished takes its place.
"""

from collections.abc import Callable
from typing import Any

from iasyncinfo import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress
from iasyncinfo_conformance import Kind, Subject
from iasyncinfo_spec import AsyncStatus

CLASSES: dict[Kind, Any] = {
    Kind.ACTION: AsyncAction,
    Kind.ACTION_WITH_PROGRESS: AsyncActionWithProgress,
    Kind.OPERATION: AsyncOperation,
    Kind.OPERATION_WITH_PROGRESS: AsyncOperationWithProgress,
}


class Forwarded:
    """A handler that is given the stand-in as the sender."""

    def __init__(self, sender: Any, handler: Callable[[Any, Any], object]) -> None:
        self.handler = handler
        self._sender = sender

    def __call__(self, _operation: object, told: object) -> None:
        """Call the handler."""
        self.handler(self._sender, told)


class UntilItEnds:
    """A running operation, and from its end on one that is finished at birth."""

    def __init__(self, kind: Kind) -> None:
        self._class = CLASSES[kind]
        self._has_result = kind.has_result
        self._now, self._producer = self._class.create()
        self._put = False
        self._id = 0
        self._requests = 0
        self._producer.on_cancel(self._count)

    def _count(self) -> None:
        self._requests += 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now, name)

    @property
    def id(self) -> int:
        """The number of the first of the two that was asked."""
        number: int = self._now.id
        self._id = self._id or number
        return self._id

    @property
    def completed(self) -> Any:
        """The handler of the end."""
        return getattr(self._now.completed, "handler", None)

    @completed.setter
    def completed(self, handler: Any) -> None:
        self._put = True
        self._now.completed = None if handler is None else Forwarded(self, handler)

    @property
    def progress(self) -> Any:
        """The handler of the reports."""
        return getattr(self._now.progress, "handler", None)

    @progress.setter
    def progress(self, handler: Any) -> None:
        self._now.progress = None if handler is None else Forwarded(self, handler)

    # -- the worker's ---------------------------------------------------------------------------------

    def complete(self, result: Any) -> None:
        """End with a result."""
        results = (result,) * self._has_result
        self._end(
            lambda: self._producer.complete(*results),
            self._class.from_result if results else self._class.finished,
            results,
        )

    def fail(self, hresult: int) -> None:
        """End with an error."""
        self._end(lambda: self._producer.fail(hresult), self._class.from_error, (hresult,))

    def acknowledge_cancel(self) -> None:
        """End as canceled."""
        self._end(self._producer.acknowledge_cancel, self._class.canceled, ())

    def report_progress(self, value: Any) -> None:
        """Report progress."""
        self._producer.report_progress(value)

    def disconnect(self) -> None:
        """Give the work up."""
        self._producer.disconnect()

    def _end(self, end: Callable[[], object], born: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        acknowledged = born == self._class.canceled
        replaced = not self._put and self._is_open() and acknowledged == self._producer.cancel_requested
        end()
        if replaced:
            self._now = born(*arguments)

    def _is_open(self) -> bool:
        try:
            return bool(self._now.status in tuple(AsyncStatus))
        except OSError:
            return False


def start(kind: Kind) -> Subject:
    """Return a stand-in and its levers."""
    operation = UntilItEnds(kind)
    return Subject(
        operation,
        complete=operation.complete,
        fail=operation.fail,
        acknowledge_cancel=operation.acknowledge_cancel,
        report_progress=operation.report_progress if kind.has_progress else None,
        cancel_notifications=lambda: operation._requests,
        dispose=operation.disconnect,
    )
