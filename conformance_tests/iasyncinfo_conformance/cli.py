"""The command line: which command runs, and what its end means to the shell."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from iasyncinfo_conformance.commands.parser import parser
from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault

_ENDING: Final = ("SIGTERM", "SIGHUP")
"""The signals that end a command in order, as Ctrl-C does; not every system has both."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _ended_by_signals():
            options = parser(given).parse_args(given)
            code = int(options.run(options))
            sys.stdout.flush()
    except UsageFault as fault:
        return _complain(fault, 2)
    except HarnessFault as fault:
        return _complain(fault, 3)
    except KeyboardInterrupt:
        return _complain("stopped by the keyboard", 130)
    except Stopped as stop:
        return _complain(stop, 128 + signal.Signals[stop.signal].value)
    except BrokenPipeError:  # as of head; the default action of SIGPIPE would also end us when a driver dies
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


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


def _complain(fault: object, code: int) -> int:
    print(f"iasyncinfo: {fault}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
