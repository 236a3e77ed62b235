"""Continuations: PPL's ``create_task(operation).then`` and WinJS's ``then`` and ``done``."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from iasyncinfo.bridges.observing import (
    ask_to_cancel,
    is_operation,
    outcome_of,
    require_operation,
    status_if_over,
    watch,
)
from iasyncinfo.bridges.relaying import take_over
from iasyncinfo.bridges.settling import Listener, Settling

if TYPE_CHECKING:
    import asyncio

    from iasyncinfo.bridges.settling import Handler
    from iasyncinfo_spec.protocols import IAsyncOperation

R_co = TypeVar("R_co", covariant=True)
S = TypeVar("S")


class Promise(Settling, Generic[R_co]):
    """The end of an operation, for any number of handlers that can be chained.

    ``Promise(operation)`` claims the operation's Completed, and its Progress if it has one. An error is the
    exception that ``get_results`` raised, on the thread that told of the end, or OperationCanceled. An error that no
    handler is ever told of is reported when the promise is dropped. A promise can be awaited.

    Raises TypeError for what is no operation, and what the operation raises where its Completed is taken
    (IllegalDelegateAssignment) or it is closed. Source: ``concurrency::create_task``, ``WinJS.Promise``.
    """

    def __init__(self, operation: IAsyncOperation[R_co, int], /) -> None:
        require_operation(operation, "Promise")
        self._prepare(partial(ask_to_cancel, operation), chained=False)
        status = watch(operation, partial(self._told, operation))
        if status is not None:
            self._told(operation, None, status)
        else:
            with suppress(AttributeError, OSError):  # a kind without progress, or one that was closed meanwhile
                operation.progress = lambda _sender, value: self._report(value)  # type: ignore[attr-defined]

    @overload
    def then(
        self, completed: None = None, error: None = None, progress: Callable[[Any], object] | None = None
    ) -> Promise[R_co]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], Promise[S]],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], IAsyncOperation[S, int]],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: Callable[[R_co], S],
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[S]: ...
    @overload
    def then(
        self,
        completed: None,
        error: Callable[[Exception], S | Promise[S] | IAsyncOperation[S, int]],
        progress: Callable[[Any], object] | None = None,
    ) -> Promise[R_co | S]: ...
    def then(self, completed: Handler = None, error: Handler = None, progress: Handler = None) -> Promise[Any]:
        """Call ``completed(value)`` or ``error(exception)`` at the end, and return a promise of what that returns.

        A returned operation or promise is waited for. An ``Exception`` raised is the new promise's error. Without a
        handler the value or the error is passed on. ``progress(value)`` is called for each report; reports are
        passed on where neither of the others is given, and an ``Exception`` that it raises is logged.

        Raises TypeError for a handler that is not callable.
        """
        _require_handlers(completed, error, progress)
        target = _pending(self.cancel)
        self._listen(Listener(completed, error, progress, target))
        return target

    def done(
        self,
        completed: Callable[[R_co], object] | None = None,
        error: Callable[[Exception], object] | None = None,
        progress: Callable[[Any], object] | None = None,
    ) -> None:
        """Do as ``then`` at the end of a chain: an error that nobody handles goes to ``sys.excepthook``.

        But for OperationCanceled, which is nobody's mistake.
        """
        _require_handlers(completed, error, progress)
        self._listen(Listener(completed, error, progress, None))

    def __await__(self) -> Generator[Any, None, R_co]:
        """Wait for the end in asyncio and return the value or raise the error.

        Canceling the task cancels the promise. Raises RuntimeError without a running loop.
        """
        import asyncio

        from iasyncinfo.awaiting import running_loop
        from iasyncinfo.bridges.to_asyncio import ends_of

        future: asyncio.Future[R_co] = running_loop().create_future()
        self._listen(Listener(*ends_of(future), None, None))
        try:
            return (yield from future)
        except asyncio.CancelledError:
            self.cancel()
            raise
        except Exception as error:
            outcome = self._outcome
            traceback = outcome.traceback if outcome is not None else None
            raise error.with_traceback(traceback)  # noqa: B904  # the same error; not where others awaited it

    def _source_of(self, value: Any) -> Settling | None:
        if isinstance(value, Settling):
            return value
        return Promise(value) if is_operation(value) else None

    def _told(self, operation: IAsyncOperation[Any, int], _sender: object, status: int) -> None:
        take_over(operation, partial(self._end_as, operation, status))

    def _end_as(self, operation: IAsyncOperation[Any, int], status: int) -> None:
        value: Any
        value, error = outcome_of(operation, status)
        while error is None and (within := _status_within(value)) is not None:
            value, error = outcome_of(value, within)  # without a promise in a promise, of which there may be many
        if error is None:
            self._resolve_and_tell(value)
        else:
            self._fail_and_tell(error)


def _pending(cancel_source: Callable[[], object]) -> Promise[Any]:
    """Return a promise that has no operation of its own."""
    promise: Promise[Any] = Promise.__new__(Promise)
    promise._prepare(cancel_source, chained=True)
    return promise


def _status_within(value: Any) -> int | None:
    """Return the status of a value that is an operation and has ended; None for all else."""
    if isinstance(value, Settling) or not is_operation(value):
        return None
    try:
        return status_if_over(value)
    except Exception:  # a promise of it will say the same
        return None


def _require_handlers(*handlers: object) -> None:
    for handler in handlers:
        if handler is not None and not callable(handler):
            raise TypeError(f"a handler is a callable or None, not {handler!r}")
