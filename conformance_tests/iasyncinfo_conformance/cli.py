"""The command line: which command runs, and what its end means to the shell."""

import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault, why_it_broke
from iasyncinfo_conformance.escaping import escaped_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever breaks is one paragraph, and no traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _occupy_standard_descriptors()
        # Loaded in here: a Ctrl-C that comes while they are is told as any other.
        from iasyncinfo_conformance.stopping import stopped_by_signals

        with stopped_by_signals(for_good=arguments is None):
            return _run(given)
    except SystemExit:  # of --help
        raise
    except BrokenPipeError:  # as of head; the default action of SIGPIPE would also end us when a driver dies
        from iasyncinfo_conformance.streams import let_go

        let_go(sys.stdout)
        return 141
    except BaseException as error:
        from iasyncinfo_conformance.console.telling import complain

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


def _run(given: list[str]) -> int:
    from iasyncinfo_conformance.commands.parser import DEBUG, parser

    with _debugging(shown=DEBUG in given):
        options = parser(given).parse_args(given)
        return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
