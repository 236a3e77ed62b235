"""How text is shown on a terminal: as wide as it is, and in colour, which only repeats what the words say.

On a pipe a text stays as it is. COLUMNS, NO_COLOR and FORCE_COLOR decide where they are set.
"""

import os
import re
import shutil
import textwrap
from collections.abc import Iterator
from typing import Final, TextIO

_NARROWEST: Final = 60
_LABEL: Final = re.compile(r"\s*\S+\s{2,}|\s*")
_COMMAND: Final = re.compile(r"(\s+(?:replay|again)\s+)(iasyncinfo .*)")
_WORD: Final = re.compile(r"(?:'[^']*'|[^\s'])+")
_RED, _GREEN, _YELLOW = "1;31", "32", "33"
_PAINTED: Final = (
    (re.compile(r"^(FAILED)(?=  )", re.MULTILINE), _RED),
    (re.compile(r"^(does-not-conform|not allowed)(?=$|:| \()", re.MULTILINE), _RED),
    (re.compile(r"^(conforms|conforms-with-deviations|allowed)(?=$|:| \()", re.MULTILINE), _GREEN),
    (re.compile(r"^(incomplete|harness-fault|a novel answer)(?=$|:| \()", re.MULTILINE), _YELLOW),
    (re.compile(r"^(Hazards|Untestable|Not run)(?=$| )", re.MULTILINE), _YELLOW),
)
"""What stands at the beginning of a line, where nothing of a subject's does."""


def shown(text: str, stream: TextIO) -> str:
    """Return a text as a stream shows it."""
    width = _width(stream)
    fitted = text if width is None else "\n".join(line for each in text.split("\n") for line in _folded(each, width))
    return _painted(fitted) if _has_colour(stream) else fitted


def _width(stream: TextIO) -> int | None:
    """Return the columns of a stream, or None where nothing says how many it has."""
    if not (os.environ.get("COLUMNS", "").isdecimal() or _is_terminal(stream)):
        return None
    return max(_NARROWEST, shutil.get_terminal_size().columns)


def _has_colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (_is_terminal(stream) and os.environ.get("TERM") != "dumb")


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False


def _folded(line: str, width: int) -> Iterator[str]:
    """Yield a line in as many as it needs; what follows stands below the text, not below its label."""
    if len(line) <= width:
        yield line
        return
    command = _COMMAND.fullmatch(line)
    label = _LABEL.match(line)
    indent = min(label.end() if label else 0, width // 3)
    if command is not None:
        yield from _command(command[1], command[2], width)
        return
    yield from textwrap.wrap(
        line, width, subsequent_indent=" " * indent, break_on_hyphens=False, drop_whitespace=True,
        replace_whitespace=False, expand_tabs=False,
    ) or [line]  # fmt: skip


def _command(label: str, command: str, width: int) -> Iterator[str]:
    """Yield a command in lines that a shell takes as one: broken between words, and never in quotes."""
    line, indent = label, " " * len(label)
    for word in _WORD.findall(command):
        if line.strip() and line not in (label, indent) and len(line) + len(word) + 3 > width:
            yield f"{line} \\"
            line = indent
        line += word if line in (label, indent) else f" {word}"
    yield line


def _painted(text: str) -> str:
    for pattern, colour in _PAINTED:
        text = pattern.sub(rf"\033[{colour}m\1\033[0m", text)
    return text
