"""The command line: which command runs, and what its end means to the shell."""

import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from iasyncinfo_conformance.commands.parser import DEBUG, parser
from iasyncinfo_conformance.commands.telling import complain, let_go
from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault, why_it_broke
from iasyncinfo_conformance.escaping import escaped_lines

_ENDING: Final = ("SIGTERM", "SIGHUP")
"""The signals that end a command in order, as Ctrl-C does; not every system has both."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever breaks is one paragraph, and no traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _occupy_standard_descriptors()
        with _ended_by_signals(), _debugging(shown=DEBUG in given):
            options = parser(given).parse_args(given)
            return int(options.run(options))
    except SystemExit:  # of --help
        raise
    except BrokenPipeError:  # as of head; the default action of SIGPIPE would also end us when a driver dies
        let_go(sys.stdout)
        return 141
    except BaseException as error:
        code, why = _end(error)
        complain(why)
        return code


def _end(error: BaseException) -> tuple[int, object]:
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


def _occupy_standard_descriptors() -> None:
    """Lead those that are closed nowhere: the next file opened would get their numbers, and what others print."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


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


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn the signals that end a command into an exception, so that what was found is written and all is ended."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(signal.Signals(number).name)

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    try:
        before = {number: signal.signal(number, stop) for number in numbers}
    except ValueError:  # not the main thread: the signals are somebody else's
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
