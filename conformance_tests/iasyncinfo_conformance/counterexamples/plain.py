"""An independent implementation without tables, threads or locks, written from the rules' sentences.

The wrong implementations are subclasses that override one of its methods.
"""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import (
    E_ILLEGAL_DELEGATE_ASSIGNMENT,
    E_ILLEGAL_METHOD_CALL,
    E_ILLEGAL_STATE_CHANGE,
    S_OK,
    signed,
)

_LOG: Final = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Any, Any], object]


class Refused(OSError):
    """A call that is refused; ``winerror`` is the signed code."""

    def __init__(self, hresult: int) -> None:
        super().__init__(0, f"refused with 0x{hresult:08X}")
        self.winerror: int = signed(hresult)


class Plain:
    """An operation or action without progress, seen by its caller and, underscored, by its worker."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._status = AsyncStatus.STARTED
        self._working = True
        self._closed = False
        self._result: Any = None
        self._code = S_OK
        self._assigned = False
        self._called = False
        self._handler: Handler | None = None
        self._cancels_told = 0

    # -- the caller's members -----------------------------------------------------------------------

    @property
    def id(self) -> int:
        """The operation's number."""
        self._enter()
        return 1

    @property
    def status(self) -> Any:
        """How far the operation has come."""
        self._enter()
        return self._status

    @property
    def error_code(self) -> Any:
        """The code with which the worker failed, or S_OK."""
        self._enter()
        return self._code

    @property
    def completed(self) -> Handler | None:
        """The handler that waits or runs, or null."""
        self._enter()
        return self._get_completed()

    @completed.setter
    def completed(self, handler: Handler | None) -> None:
        self._enter()
        self._put_completed(handler)

    def get_results(self) -> Any:
        """Return the worker's result; refused where there is none."""
        self._enter()
        if self._status == AsyncStatus.COMPLETED:
            return self._result
        raise self._refusal(self._why_no_results())

    def cancel(self) -> None:
        """Ask the worker to stop, once; nothing afterwards."""
        if self._status == AsyncStatus.STARTED:
            self._status = AsyncStatus.CANCELED
            self._tell_worker()

    def close(self) -> None:
        """End the use of the operation; refused while it is started."""
        if self._status == AsyncStatus.STARTED:
            raise self._refusal(E_ILLEGAL_STATE_CHANGE)
        self._closed = True

    # -- what they are made of ------------------------------------------------------------------------

    def _enter(self) -> None:
        """Begin any member but Cancel and Close."""
        if self._closed:
            raise self._refusal(E_ILLEGAL_METHOD_CALL)

    def _refusal(self, hresult: int) -> Exception:
        return Refused(hresult)

    def _why_no_results(self) -> int:
        return self._code if self._status == AsyncStatus.ERROR else E_ILLEGAL_METHOD_CALL

    def _get_completed(self) -> Handler | None:
        return self._handler

    def _put_completed(self, handler: Handler | None) -> None:
        if self._assigned:
            raise self._refusal(E_ILLEGAL_DELEGATE_ASSIGNMENT)
        self._assigned = True
        self._handler = handler
        if self._is_due():
            self._fire(self._status)

    def _is_due(self) -> bool:
        """Whether a handler that is set now is called now."""
        return self._status != AsyncStatus.STARTED

    def _tell_worker(self) -> None:
        self._cancels_told += 1

    def _fire(self, status: AsyncStatus) -> None:
        """Call the handler that waits, if any."""
        handler = self._handler
        if handler is None or self._called:
            return
        self._called = True
        try:
            self._call(handler, self._told(status))
        finally:
            self._handler = None

    def _told(self, status: AsyncStatus) -> Any:
        return status

    def _sender(self) -> Any:
        return self

    def _call(self, handler: Handler, argument: Any) -> None:
        try:
            handler(self._sender(), argument)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise  # the program's end, or a generator's, and no handler's failure
        except BaseException:
            _LOG.debug("a handler failed", exc_info=True)

    # -- the worker's ---------------------------------------------------------------------------------

    def _complete(self, result: Any) -> None:
        self._end(AsyncStatus.COMPLETED, result=result if self._kind.has_result else None)

    def _fail(self, hresult: int) -> None:
        self._end(AsyncStatus.ERROR, code=hresult)

    def _acknowledge_cancel(self) -> None:
        if self._status == AsyncStatus.CANCELED:
            self._end(AsyncStatus.CANCELED)

    def _end(self, status: AsyncStatus, result: Any = None, code: int = S_OK) -> None:
        self._working = False
        self._publish(status, result, code)
        self._fire(self._status)

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        """Make the end visible, unless a cancel came first."""
        if self._status == AsyncStatus.STARTED:
            self._status, self._result, self._code = status, result, code


class Reporting(Plain):
    """The same with progress."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._listener: Handler | None = None

    @property
    def progress(self) -> Handler | None:
        """The handler of the worker's reports, or null."""
        self._enter()
        return self._get_progress()

    @progress.setter
    def progress(self, handler: Handler | None) -> None:
        self._enter()
        self._put_progress(handler)

    def _get_progress(self) -> Handler | None:
        return self._listener

    def _put_progress(self, handler: Handler | None) -> None:
        self._listener = handler

    def _fire(self, status: AsyncStatus) -> None:
        self._stop_listening()
        super()._fire(status)

    def _stop_listening(self) -> None:
        """Empty the Progress slot: the end has come."""
        self._listener = None

    def _report_progress(self, value: Any) -> None:
        if self._working:
            self._report(value)

    def _report(self, value: Any) -> None:
        if self._listener is not None:
            self._call(self._listener, value)


def subject(implementation: type[Plain], kind: Kind) -> Subject:
    """Return a fresh object of this class, or of it with progress, and the levers of its worker."""
    operation: Any = _for_kind(implementation, kind.has_progress)(kind)
    return Subject(
        operation,
        complete=operation._complete,
        fail=operation._fail,
        acknowledge_cancel=operation._acknowledge_cancel,
        report_progress=operation._report_progress if kind.has_progress else None,
        cancel_notifications=lambda: operation._cancels_told,
    )


_with_progress: dict[type[Plain], type[Plain]] = {Plain: Reporting}


def _for_kind(implementation: type[Plain], has_progress: bool) -> type[Plain]:
    if not has_progress:
        return Plain if issubclass(implementation, Reporting) else implementation
    if implementation not in _with_progress:
        _with_progress[implementation] = type(implementation.__name__, (implementation, Reporting), {})
    return _with_progress[implementation]


@correct("plain")
def start(kind: Kind) -> Subject:
    """Everything happens in the calling thread, before the call returns."""
    return subject(Plain, kind)
