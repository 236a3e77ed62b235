"""How the exception of a handler is reported, which is all that ever becomes of it."""


INTERRUPTS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a program or a generator: a handler that raises it is not merely one that fails."""


def report_exception(operation: object) -> None:
    """Log the exception being handled as ``concurrent.futures`` logs that of a callback."""
    from logging import getLogger

    getLogger("iasyncinfo").exception("exception calling callback for %r", operation)
