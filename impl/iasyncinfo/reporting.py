"""How what nobody else is told of is reported: what a handler raised, and a failure that nobody looked at."""

from __future__ import annotations

import sys

from iasyncinfo.generics import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

INTERRUPTS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What is meant for the thread that runs, whoever called; all else that a handler raises is reported and forgotten."""


INTERRUPTS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a program or a generator: a handler that raises it is not merely one that fails."""


def report_exception(operation: object) -> None:
    """Log the exception being handled as ``concurrent.futures`` logs that of a callback."""
    from logging import getLogger

    getLogger("iasyncinfo").exception("exception calling callback for %r", operation)


def report_failure(message: str, error: BaseException) -> None:
    """Hand an error to the exception handler of the loop that runs on this thread; log it where none does."""
    loop = loop_of_this_thread()
    if loop is not None:
        loop.call_exception_handler({"message": message, "exception": error})
        return
    from logging import getLogger

    getLogger("iasyncinfo").error(message, exc_info=error)


def loop_of_this_thread() -> AbstractEventLoop | None:
    """Return the event loop that runs on this thread, without importing asyncio."""
    events = sys.modules.get("asyncio.events")
    running_loop = getattr(events, "_get_running_loop", None)  # absent while another thread imports asyncio
    loop: AbstractEventLoop | None = None if running_loop is None else running_loop()
    return loop
