"""Mutants of a right consumer: one thing is wrong in each, and the situations have to find it."""

import ast
import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.here import Here
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.plan import situations
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.counterexamples.consumers import right
from iasyncinfo_conformance.selftest.lines import Line
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.consumer_rules import JUDGED
from iasyncinfo_spec.standard import STANDARD

NAME: Final = "mutants of a right consumer killed"
_CHANGES: Final = (
    ("loop.call_soon_threadsafe(", "loop.call_soon("),
    ("None if told.done() else told.set_result(status)", "told.set_result(status)"),
    ("status = await told", "status = await asyncio.wait_for(told, 0.5)"),
    ("operation.completed = ended", "operation.completed = ended; operation.close()"),
    ("operation.completed = ended", "operation.completed = ended; operation.get_results()"),
    ("operation.completed = ended", "operation.completed = None"),
    ("    try:\n", "    operation.cancel()\n    try:\n"),
    ("        operation.cancel()", "        operation.cancel(); operation.cancel()"),
    ("        operation.cancel()\n        raise", "        operation.cancel()\n        return None"),
    ("return settled(operation, status)", "return settled(operation, 2)"),
    ("return settled(operation, status)", "settled(operation, status); return operation.get_results()"),
    ("return settled(operation, status)", "return settled(operation, status) or None"),
    ("return settled(operation, status)", "operation.close(); return settled(operation, status)"),
    ("return settled(operation, status)", "return status"),
    ("if status != AsyncStatus.STARTED:", "if status == AsyncStatus.COMPLETED:"),
    ("if status != AsyncStatus.STARTED:", "if status != AsyncStatus.CANCELED:"),
    ("if status != AsyncStatus.STARTED:", "if status != AsyncStatus.ERROR:"),
)  # fmt: skip
"""What stands in the right consumer's source, and what stands there in a mutant."""


def mutants() -> list[tuple[str, Consumer]]:
    """Return the mutants, each by what is changed."""
    source = inspect.getsource(right.future).replace("@right\n", "")
    found = []
    for old, new in _CHANGES:
        if source.count(old) != 1:
            raise ValueError(f"the right consumer has not one {old!r} any more")
        found.append((f"{old.strip()} -> {new.strip()}", Consumer(_made(source.replace(old, new)))))
    return found


def _made(source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"asyncio": asyncio, "AsyncStatus": AsyncStatus, "settled": right.settled, "Any": Any}
    exec(compile(ast.parse(source), "<a mutant>", "exec"), names)  # our own source
    made: Callable[..., Any] = names["future"]
    return made


def killed_by(consumer: Consumer) -> str:
    """Return the situation and the rules that kill a consumer first, or nothing."""
    here = Here(consumer)
    about = here.ready()
    for run in situations(about, STANDARD, quick=True):
        if run.asked.kind is Kind.OPERATION:
            (seen,) = here.meet([run.asked])
            failed = Judged(JUDGED).take(run, seen, NAME)
            if failed and isinstance(seen, Seen):
                return f"{seen.text}: {', '.join(failed)}"
    return ""


def consumer_mutants() -> list[Line]:
    """Return the line of the table."""
    started, line = time.perf_counter(), Line(NAME)
    for name, consumer in mutants():
        line.count(bool(killed_by(consumer)), name)
    line.seconds = time.perf_counter() - started
    return [line]
