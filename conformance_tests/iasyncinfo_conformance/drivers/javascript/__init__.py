"""A small implementation in plain JavaScript on the wire, run by Node without any package."""

import shutil
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import HarnessFault

OLDEST: Final = 18
NEWEST: Final = ""
VERSIONS: Final = (NEWEST,)
"""It ships with the suite, and has no version of its own."""
FOLDER: Final = Path(__file__).parent


class NoNode(HarnessFault):
    """There is no Node on this machine."""


def node() -> str:
    """Return the path of Node; raises NoNode, which says what to install, where there is none."""
    found = shutil.which("node")
    if found is None:
        raise NoNode(
            f"The JavaScript driver runs on Node, and there is no node in PATH. Install Node {OLDEST} or newer "
            "(Debian, Ubuntu: apt install nodejs; elsewhere: https://nodejs.org)."
        )
    return found


def command(_version: str = NEWEST) -> list[str]:
    """Return the command line of the driver; raises NoNode where it cannot be run."""
    return [node(), str(FOLDER / "driver.mjs")]
