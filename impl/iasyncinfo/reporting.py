"""How the exception of a handler is reported, which is all that ever becomes of it."""


def report_exception(operation: object) -> None:
    """Log the exception being handled as ``concurrent.futures`` logs that of a callback."""
    from logging import getLogger

    getLogger("iasyncinfo").exception("exception calling callback for %r", operation)
