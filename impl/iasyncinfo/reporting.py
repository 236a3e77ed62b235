"""How the exception of a handler is reported, which is all that ever becomes of it."""

import sys

INTERRUPTS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a program or a generator: a handler that raises it is not merely one that fails."""


def report_exception(operation: object) -> None:
    """Log the exception being handled as ``concurrent.futures`` logs that of a callback.

    What ends a program or a generator is raised again.
    """
    from logging import getLogger

    if isinstance(sys.exc_info()[1], INTERRUPTS):
        raise  # there is an exception being handled

    getLogger("iasyncinfo").exception("exception calling callback for %r", operation)
