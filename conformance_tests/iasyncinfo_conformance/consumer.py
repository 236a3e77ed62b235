"""What is judged by ``iasyncinfo consume``: a function that waits for an operation, or an application."""

import asyncio
import concurrent.futures
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final

from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import E_ABORT, ERROR_CANCELLED, is_code, unsigned

_ATTRIBUTES: Final = ("winerror", "hresult", "errno", "code")
"""Where exceptions of Windows libraries hold a code. CPython's OSError keeps winerror on Windows only."""
_CANCEL_CODES: Final = frozenset({ERROR_CANCELLED, E_ABORT})


@dataclass(frozen=True, slots=True)
class Consumer:
    """One consumer: ``wait(operation)`` returns the operation's result or raises; or an ``application``.

    A function may be synchronous or a coroutine function. A plain function ``wait`` is a consumer by itself.
    Raises TypeError unless there is exactly one of ``wait`` and ``application``.
    """

    wait: Callable[..., Any] | None = None
    """``wait(operation)``, or ``wait(operation, report)`` with ``progress``."""
    kinds: tuple[Kind, ...] = tuple(Kind)
    """The kinds of operation that it takes."""
    progress: bool = False
    """Whether it forwards what is reported, by calling ``report(value)``."""
    hresult_of: Callable[[BaseException], int | None] | None = None
    """The code that an exception of its carries; without it winerror, hresult and args are looked at."""
    is_canceled: Callable[[BaseException], bool] | None = None
    """Whether an exception of its stands for a cancel; without it, CancelledError, a class named so, or a code."""
    cancel: Callable[[Any], object] | None = None
    """``cancel(operation)`` asks a synchronous wait of it to give up; an asynchronous one's task is canceled."""
    time_limit: float | None = None
    """After how many seconds it gives up by itself."""
    application: Callable[..., Any] | None = None
    """``run(begin)``: each ``begin(name, kind)`` stands for a call of an API and returns an operation."""

    def __post_init__(self) -> None:
        """Refuse what can be no consumer."""
        if (self.wait is None) == (self.application is None):
            raise TypeError("a Consumer has either wait or application")
        for name in ("wait", "application", "cancel", "hresult_of", "is_canceled"):
            value = getattr(self, name)
            if value is not None and not callable(value):
                raise TypeError(f"{name} of a Consumer is a function, not {value!r}")

    @property
    def function(self) -> Callable[..., Any]:
        """The function that is judged."""
        function = self.wait or self.application
        assert function is not None
        return function

    @property
    def is_coroutine(self) -> bool:
        """Whether it says by itself that it is asynchronous."""
        function = getattr(self.function, "func", self.function)  # of functools.partial
        return iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004

    def codes(self, error: BaseException) -> tuple[int, ...]:
        """Return the codes, unsigned, that an exception carries: its own, and those of what it was raised from."""
        if self.hresult_of is not None:
            code = self.hresult_of(error)
            return () if code is None else (unsigned(code),)
        return tuple(dict.fromkeys(_codes(error)))

    def shows_cancel(self, error: BaseException) -> str:
        """Return how an exception shows a cancel: ``canceled``, ``code``, ``said``, or nothing."""
        if self.is_canceled is not None:
            return "canceled" if self.is_canceled(error) else ""
        if isinstance(error, asyncio.CancelledError | concurrent.futures.CancelledError) or _is_said(
            type(error).__name__
        ):
            return "canceled"
        if _CANCEL_CODES.intersection(self.codes(error)):
            return "code"
        return "said" if _is_said(str(error)) else ""


def consumer_of(value: object) -> Consumer:
    """Return the consumer that a function is, or that was made of one; raises TypeError for anything else."""
    if isinstance(value, Consumer):
        return value
    if callable(value):
        return Consumer(value)
    raise TypeError(f"a consumer is a function wait(operation) or a Consumer, not {value!r}")


def _is_said(text: str) -> bool:
    return any(word in text.lower() for word in ("cancelled", "canceled", "cancellation"))


def _codes(error: BaseException) -> Iterator[int]:
    """Yield what may be a code, of the exception, of those that it names as its cause, and of a group's."""
    seen: set[int] = set()
    due: list[BaseException | None] = [error]
    while due:
        cause = due.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        held = [getattr(cause, name, None) for name in _ATTRIBUTES]
        for value in (*held, *cause.args):
            number = getattr(value, "value", value)
            if isinstance(number, int) and not isinstance(number, bool) and is_code(number) and number:
                yield unsigned(number)
        due += [cause.__cause__, *(cause.exceptions if isinstance(cause, BaseExceptionGroup) else ())]
