"""Runs somebody else's program, which ends with the command that asked for it, and all that it started with it.

It is the first process of a group, and waits; a program that waits for a compiled one of its own would be deaf.
``python -m iasyncinfo_conformance.children.leash COMMAND...``
"""

import os
import signal
import subprocess
import sys
from types import FrameType

from iasyncinfo_conformance.children.child import python_command
from iasyncinfo_conformance.children.descendants import die_with_parent


def leashed(module: str, *arguments: str) -> list[str]:
    """Return how to run a module on a leash."""
    return python_command("iasyncinfo_conformance.children.leash", *python_command(module, *arguments))


def main(command: list[str]) -> int:
    """Run a command to its end; return its exit code."""
    if hasattr(os, "killpg"):
        signal.signal(signal.SIGTERM, _end_group)
        die_with_parent(signal.SIGTERM)
    return subprocess.run(command, check=False).returncode


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
