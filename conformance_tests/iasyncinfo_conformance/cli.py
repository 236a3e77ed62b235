"""The command line: which command runs, and what its end means to the shell."""

import os
import signal
import sys
from collections.abc import Sequence

from iasyncinfo_conformance.errors import HarnessFault, Stopped, UsageFault


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Loaded in here: a Ctrl-C that comes while they are is told as any other.
        from iasyncinfo_conformance.stopping import stopped_by_signals

        with stopped_by_signals(for_good=arguments is None):
            code = _run(given)
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


def _run(given: list[str]) -> int:
    from iasyncinfo_conformance.commands.parser import parser

    options = parser(given).parse_args(given)
    code = int(options.run(options))
    sys.stdout.flush()
    return code


def _complain(fault: object, code: int) -> int:
    print(f"iasyncinfo: {fault}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
