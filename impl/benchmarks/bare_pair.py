"""The least that a caller and its worker can share: two objects, one lock, no check of anything.

This is a yardstick, not an implementation: it never refuses, knows no cancel, and a handler that is set late is
lost. Its lock is taken in with statements, as one writes it; the implementation spells one of its own out.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final, Self

STARTED: Final = 0
COMPLETED: Final = 1


class BareOperation:
    """The caller's object."""

    __slots__ = ("_handler", "_lock", "_result", "_status")

    def __init__(self) -> None:
        self._lock = Lock()
        self._status = STARTED
        self._handler: Callable[[Any, int], object] | None = None
        self._result: Any = None

    @classmethod
    def create(cls) -> "tuple[Self, BareProducer]":
        """Return a running operation and its producer."""
        operation = cls()
        return operation, BareProducer(operation)

    @property
    def completed(self) -> Callable[[Any, int], object] | None:
        """The handler called at the end."""
        return self._handler

    @completed.setter
    def completed(self, handler: Callable[[Any, int], object]) -> None:
        with self._lock:
            self._handler = handler

    def get_results(self) -> Any:
        """Return the result, or None before there is one."""
        return self._result


class BareProducer:
    """The worker's object."""

    __slots__ = ("_operation",)

    def __init__(self, operation: BareOperation) -> None:
        self._operation = operation

    def complete(self, result: object) -> None:
        """Publish the result and call the handler."""
        operation = self._operation
        with operation._lock:
            operation._result = result
            operation._status = COMPLETED
            handler = operation._handler
        if handler is not None:
            handler(operation, COMPLETED)
