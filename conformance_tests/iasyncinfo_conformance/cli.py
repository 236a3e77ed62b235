"""The command line: which command runs, and what its end means to the shell."""

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever breaks is one paragraph, and no traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _occupy_standard_descriptors()
        # Loaded in here, as whatever else takes time: a Ctrl-C that comes while they are is told as any other.
        from iasyncinfo_conformance.stopping import stopped_by_signals

        with stopped_by_signals(for_good=arguments is None):
            from iasyncinfo_conformance.commands.running import run

            return run(given)
    except SystemExit:  # of --help
        raise
    except BrokenPipeError:  # as of head; the default action of SIGPIPE would also end us when a driver dies
        from iasyncinfo_conformance.streams import let_go

        let_go(sys.stdout)
        return 141
    except BaseException as error:
        from iasyncinfo_conformance.commands.running import end_of
        from iasyncinfo_conformance.console.telling import complain

        code, why = end_of(error)
        complain(why)
        return code


def _occupy_standard_descriptors() -> None:
    """Lead those that are closed nowhere: the next file opened would get their numbers, and what others print."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    sys.exit(main())
