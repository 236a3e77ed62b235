"""Somebody else's program, run to its end: a compiler, an installer, a type checker."""

import queue
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.children.child import Child, signal_name
from iasyncinfo_conformance.children.patience import Patience
from iasyncinfo_conformance.errors import HarnessFault

TOOL_SECONDS: Final = 600.0
_MOST_BYTES: Final = 64_000_000


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended, and what it wrote."""

    code: int
    output: str
    errors: str


def run_tool(
    command: Sequence[str],
    what: str,
    *,
    given: str = "",
    seconds: float = TOOL_SECONDS,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    merged: bool = False,
) -> Done:
    """Run a program and return how it ended; ``what`` names it to people, ``merged`` has its errors in its output.

    Raises HarnessFault where it cannot be started, does not end in time, or writes without end.
    """
    chunks: queue.Queue[tuple[Child, bytes]] = queue.Queue(64)
    try:
        stderr = subprocess.STDOUT if merged else subprocess.PIPE
        child = Child(command, chunks, stderr=stderr, environment=environment, folder=folder)
    except OSError as error:
        raise HarnessFault(f"{what} cannot be started: {command[0]!r}: {error.strerror or error}.") from error
    try:
        child.write(given.encode(), seconds)
        child.close_input()
        output = _everything(chunks, Patience(what, seconds))
        code = child.wait(5)
    finally:
        child.end()
    if code is None:
        raise HarnessFault(f"{what} closed its output and does not end.")
    errors = child.last_words()
    return Done(code, output, errors if code >= 0 else f"{errors}\nit ended with signal {signal_name(-code)}")


def _everything(chunks: "queue.Queue[tuple[Child, bytes]]", patience: Patience) -> str:
    found = bytearray()
    while not patience.is_over:
        try:
            _, chunk = chunks.get(timeout=patience.slice())
        except queue.Empty:
            continue
        if not chunk:
            return found.decode(errors="replace")
        found += chunk
        if len(found) > _MOST_BYTES:
            raise HarnessFault("a program that was to end writes and writes: more than 64 MB have come.")
    raise HarnessFault(f"{patience.what} does not end: it was given {patience.seconds:g} s.")
