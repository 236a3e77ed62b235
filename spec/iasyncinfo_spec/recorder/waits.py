"""``get``, ``wait`` and ``await``, done by the object itself, and what a log can say of them.

Each is made of members: it may set Completed, for a handler of its own, and it may read the results. Which, and
when, is not seen. So the log has these calls as begun when the wait begins. The one that sets Completed never
comes back: it may have been made or not, and whoever explains the log may choose. The one that reads comes back
with the wait. A task that is canceled may cancel the operation, which is noted likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, Final

from iasyncinfo_spec.hresults import E_ILLEGAL_DELEGATE_ASSIGNMENT, ERROR_CANCELLED
from iasyncinfo_spec.recorder.labels import code_of, failure, number
from iasyncinfo_spec.recorder.track import Track
from iasyncinfo_spec.words import WAITER

_PUT: Final = "put_completed"
_ENDED: Final = ("1", "2", "3")


def waited(track: Track, wait: Callable[[], Any]) -> Any:
    """Wait as ``get`` does, and return or raise what it does."""
    put = _begin(track, "get_results")
    try:
        value = wait()
    except BaseException as error:
        _failed(track, put, error)
        raise
    track.was_answered("get_results", f'"ok":{track.value(value)}')
    return value


def waited_for(track: Track, wait: Callable[[], Any]) -> Any:
    """Wait as ``wait`` does, and return the status that it does; Started says no more than that the time was over."""
    put = _begin(track, "status")
    try:
        status = wait()
    except BaseException as error:
        if code_of(error) == E_ILLEGAL_DELEGATE_ASSIGNMENT:
            track.was_refused(_PUT, put, failure(error))
        raise
    if (text := number(status)) in _ENDED:
        track.was_answered("status", f'"ok":{text}')
    return status


def awaited(track: Track, wait: Callable[[], Iterator[Any]]) -> Generator[Any, Any, Any]:
    """Wait as ``await`` does."""
    put = _begin(track, "get_results")
    try:
        value = yield from _driven(track, wait())
    except BaseException as error:
        _failed(track, put, error)
        raise
    track.was_answered("get_results", f'"ok":{track.value(value)}')
    return value


def _driven(track: Track, steps: Iterator[Any]) -> Generator[Any, Any, Any]:
    """Do as ``yield from`` does, and note that a task was canceled before the operation hears of it."""
    try:
        due = next(steps)
        while True:
            try:
                sent = yield due
            except GeneratorExit:
                getattr(steps, "close", lambda: None)()
                raise
            except BaseException as error:
                track.may_call("cancel")
                if not hasattr(steps, "throw"):
                    raise
                due = steps.throw(error)
            else:
                due = next(steps) if sent is None else steps.send(sent)  # type: ignore[attr-defined]
    except StopIteration as stop:
        return stop.value


def _begin(track: Track, reads: str) -> int | None:
    """Note what a wait may do; return the number of the call that sets Completed, if nobody else may have made it."""
    put = track.may_call(_PUT, f'"{WAITER}"')
    track.may_call(reads)
    return put


def _failed(track: Track, put: int | None, error: BaseException) -> None:
    """Note the code with which reading failed; ERROR_CANCELLED may be the waiter's own."""
    code = code_of(error)
    if code == E_ILLEGAL_DELEGATE_ASSIGNMENT:
        track.was_refused(_PUT, put, failure(error))
    elif code is not None and code != ERROR_CANCELLED:
        track.was_answered("get_results", failure(error))
