"""A process that tries mutants. Run as ``python -P -m iasyncinfo_conformance.selftest.mutants.bench_worker``."""

import os

from iasyncinfo_conformance.children.frames import received
from iasyncinfo_conformance.children.inside import pipes, sender
from iasyncinfo_conformance.selftest.mutants.bench import serve


def _work() -> None:
    asked, answers = pipes()
    serve(received(asked), sender(answers))
    os._exit(0)  # threads of mutants that never end are no reason to wait


if __name__ == "__main__":
    _work()
