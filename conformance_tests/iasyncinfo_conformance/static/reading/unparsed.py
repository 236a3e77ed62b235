"""Files that this Python cannot parse, read line by line."""

import re
from pathlib import Path

from iasyncinfo_conformance.static.reading.files import text_of


def found_in_text(file: Path, name: str) -> tuple[int, bool] | None:
    """Return the line of a class or function at the top of a file, and whether it is a class; None without one."""
    for number, line in enumerate(text_of(file).splitlines(), 1):
        match = re.match(rf"(class|def|async def) {re.escape(name)}\b", line)
        if match is not None:
            return number, match[1] == "class"
    return None


def names_in_text(file: Path) -> list[str]:
    """Return the public names of the classes and functions at the top of a file."""
    names = re.findall(r"^(?:class|def|async def) ([A-Za-z]\w*)", text_of(file), re.MULTILINE)
    return list(dict.fromkeys(names))


def member_in_text(file: Path, below: int, name: str, *, setter: bool) -> int | None:
    """Return the line of a member of the class that begins in this line; None where it has none of that name."""
    lines = text_of(file).splitlines()
    found = []
    for number, line in enumerate(lines[below:], below + 1):
        if re.match(r"\S", line) and not line.startswith((")", "]", "#")):
            break
        if re.match(rf"\s+(?:async )?def {re.escape(name)}\(|\s+{re.escape(name)}\s*[:=]", line):
            found.append(number)
    return found[-1 if setter else 0] if found else None
