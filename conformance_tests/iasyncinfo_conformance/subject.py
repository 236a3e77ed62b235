"""What an adapter hands over: one object under test and the levers of its worker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iasyncinfo_spec.hresults import unsigned
from iasyncinfo_spec.words import Word


@dataclass(slots=True)
class Subject:
    """One fresh, started object under test together with the levers that move its worker.

    Only ``operation`` is required, and ``complete`` unless ``ended`` is given. A lever left out makes the rules
    that need it untestable, and the verdict says so.
    """

    operation: Any
    """The object under test, with PyWinRT's member names."""
    complete: Callable[[Any], object] | None = None
    """``complete(result)``: the worker ends with this result, which actions ignore."""
    fail: Callable[[int], object] | None = None
    """``fail(hresult)``: the worker ends with this error."""
    acknowledge_cancel: Callable[[], object] | None = None
    """The worker sees that it is to cancel, and ends as canceled."""
    report_progress: Callable[[Any], object] | None = None
    """``report_progress(value)``: the worker reports this value."""
    cancel_notifications: Callable[[], int] | None = None
    """How often the worker has been told to cancel."""
    cancel_ends_work: bool = False
    """True where ``cancel()`` itself ends the work, so that no cancel is ever seen pending."""
    settle: Callable[[], object] | None = None
    """Return once every callback that is due has run; for implementations that call back elsewhere."""
    dispose: Callable[[], object] | None = None
    """Clean up after one word."""
    hresult_of: Callable[[BaseException], int | None] | None = None
    """The HRESULT of an exception, where the library spells its refusals in its own way."""
    cancel_callback_fails: Callable[[int], object] | None = None
    """``cancel_callback_fails(hresult)``: from now on the worker's own cancel callback fails with this code."""
    ended: tuple[str, Any] | str | None = None
    """``("completed", result)``, ``("error", code)`` or ``"canceled"``: the object had ended when it was handed out."""


def born(ended: tuple[str, Any] | str | None) -> Word:
    """Return the steps that had been taken when an object was handed out: none, or those that ended it.

    Raises ValueError where ``ended`` is nothing of what it may be.
    """
    match ended:
        case None:
            return ()
        case "canceled":
            return (("cancel",), ("acknowledge_cancel",))
        case ("completed", result):
            return (("complete", result),)
        case ("error", int(code)):
            return (("fail", unsigned(code)),)
    raise ValueError(f'ended is ("completed", result), ("error", code) or "canceled", not {ended!r}')
