"""A process of the self-test: ``python -P -m iasyncinfo_conformance.selftest.spread_worker``."""

import os
from typing import Any

from iasyncinfo_conformance.children.frames import received
from iasyncinfo_conformance.children.inside import pipes, sender
from iasyncinfo_conformance.errors import said
from iasyncinfo_conformance.selftest.spreading import Failed


def main() -> None:
    """Do pieces until there are no more."""
    asked, answers = pipes()
    send = sender(answers)
    for work, arguments in received(asked):
        send(_done(work, arguments))


def _done(work: Any, arguments: tuple[Any, ...]) -> Any:
    try:
        return work(*arguments)
    except Exception as error:
        return Failed(said(error))


if __name__ == "__main__":
    main()
    os._exit(0)  # threads of wrong implementations that never end are no reason to wait
