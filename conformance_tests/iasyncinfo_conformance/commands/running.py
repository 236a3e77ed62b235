"""A command run, and what its end means to the shell."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from iasyncinfo_conformance.commands.parser import DEBUG, parser
from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault, why_it_broke
from iasyncinfo_conformance.escaping import escaped_lines


def run(given: list[str]) -> int:
    """Run the command that the arguments name, and return its exit code; raises what ends it before."""
    with _debugging(shown=DEBUG in given):
        options = parser(given).parse_args(given)
        return int(options.run(options))


def end_of(error: BaseException) -> tuple[int, object]:
    """Return the exit code and the paragraph of what ended a command."""
    match error:
        case UsageFault():
            return 2, error
        case HarnessFault():
            return 3, error
        case KeyboardInterrupt():
            return 130, "stopped by the keyboard"
        case Stopped():
            return 128 + signal.Signals[error.signal].value, error
    return 3, why_it_broke(error)


@contextmanager
def _debugging(*, shown: bool) -> Iterator[None]:
    """Log what ends a command, and show what is logged where that was asked for."""
    handler = logging.StreamHandler() if shown else logging.NullHandler()
    handler.setFormatter(_Escaping("%(name)s: %(message)s"))
    logger = logging.getLogger("iasyncinfo_conformance")
    level = logger.level
    logger.addHandler(handler)
    if shown:
        logger.setLevel(logging.DEBUG)
    try:
        yield
    except Exception:
        logger.debug("what ended the command:", exc_info=True)
        raise
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _Escaping(logging.Formatter):
    """What tracebacks quote may be a subject's."""

    def format(self, record: logging.LogRecord) -> str:
        return escaped_lines(super().format(record))
