"""Files written for somebody who begins: an implementation, and what puts it under the suite."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from iasyncinfo_conformance.drivers.javascript import FOLDER
from iasyncinfo_conformance.errors import SCARCE, ToolFault, UsageFault

_PYTHON: Final = Path(__file__).parent / "python"


@dataclass(frozen=True)
class Start:
    """What is written for one language, under which names, and how the target is named in ``folder``."""

    files: Mapping[str, Path]
    target: str
    marked: str
    """The file whose lines that have to be replaced are marked."""


STARTS: Final = {
    "python": Start(
        {"adapter.py": _PYTHON / "adapter.py.txt", "tiny.py": _PYTHON / "tiny.py.txt"}, "adapter:start", "adapter.py"
    ),
    "node": Start(
        {name: FOLDER / name for name in ("driver.mjs", "operation.mjs")}, "--exec 'node driver.mjs'", "driver.mjs"
    ),
}
"""The languages of ``iasyncinfo init``."""


def write(language: str, folder: Path) -> str:
    """Write the files of a language into a folder; return what to do next.

    Raises UsageFault where one of them is there already or cannot be written, and ToolFault where the disk is full.
    """
    start = STARTS[language]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = [name for name in start.files if (folder / name).exists()]
        if there:
            raise UsageFault(f"{folder / there[0]} is there already, and nothing is overwritten. Name another folder.")
        for name, source in start.files.items():
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write(source.read_text(encoding="utf-8"))
    except OSError as error:
        whose = ToolFault if error.errno in SCARCE else UsageFault
        raise whose(f"{str(folder)!r} cannot be written: {error.strerror}. Name another folder.") from error
    entered = f"./{folder}" if str(folder).startswith("-") else str(folder)
    return (
        f"wrote {', '.join(str(folder / name) for name in start.files)}\n"
        f"first    cd {quote(entered)} && iasyncinfo smoke {start.target}\n"
        f"then     iasyncinfo check {start.target}, which conforms\n"
        f"then     replace what {start.marked} marks with REPLACE, and check again"
    )
