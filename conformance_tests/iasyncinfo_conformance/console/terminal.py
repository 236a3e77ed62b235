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
_QUOTED: Final = re.compile(r"'[^']*'|[^']+")
_WORD: Final = re.compile(r"(?:'[^']*'|[^\s'])+")
_RED, _GREEN, _MAGENTA = "1;31", "32", "35"  # yellow cannot be read on a white ground
_PAINTED: Final = (
    (re.compile(r"^(FAILED)(?=  )", re.MULTILINE), _RED),
    (re.compile(r"^(does-not-conform|not allowed)(?=$|:| \()", re.MULTILINE), _RED),
    (re.compile(r"^(conforms|conforms-with-deviations|allowed)(?=$|:| \()", re.MULTILINE), _GREEN),
    (re.compile(r"^(incomplete|harness-fault|a novel answer)(?=$|:| \()", re.MULTILINE), _MAGENTA),
    (re.compile(r"^(Hazards|Untestable|Not run)(?=$| )", re.MULTILINE), _MAGENTA),
)
"""What stands at the beginning of a line, where nothing of a subject's does."""


def shown(text: str, stream: TextIO) -> str:
    """Return a text as a stream shows it."""
    width = columns(stream)
    fitted = text if width is None else "\n".join(line for each in text.split("\n") for line in _folded(each, width))
    return _painted(fitted) if _has_colour(stream) else fitted


def columns(stream: TextIO | None) -> int | None:
    """Return the columns of a stream, or None where nothing says how many it has."""
    if not (os.environ.get("COLUMNS", "").isdecimal() or (stream is not None and _is_terminal(stream))):
        return None
    return room()


def room() -> int:
    """Return the columns that there are, or as many as a text needs where there are fewer."""
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
    if command is not None:
        yield from _command(command[1], command[2], width)
        return
    label = _LABEL.match(line)
    text = line.lstrip()
    room = max(0, width - max(map(len, text.split()), default=0))  # before a word that is long, rather than in it
    indent = min(label.end() if label else 0, width // 3, room)
    yield from textwrap.wrap(
        text, width, initial_indent=" " * min(len(line) - len(text), room), subsequent_indent=" " * indent,
        break_on_hyphens=False, replace_whitespace=False, expand_tabs=False,
    ) or [line]  # fmt: skip


def _command(label: str, command: str, width: int) -> Iterator[str]:
    """Yield a command in lines that a shell takes as one: broken between words, and in words that are too long."""
    line, indent = label, " " * len(label)
    for word in _WORD.findall(command):
        first, *others = _pieces(word, width - len(indent) - 2)
        if line.strip() and line not in (label, indent) and len(line) + len(first) + 3 > width:
            yield f"{line} \\"
            line = indent
        line += first if line in (label, indent) else f" {first}"
        for piece in others:
            yield f"{line}\\"
            line = piece
    yield line


def _pieces(word: str, room: int) -> list[str]:
    """Return a word of a command in pieces that fit; one in quotes is closed and opened again, after a space if it can.

    A quote in quotes stays as it is.
    """
    if len(word) <= room or '"\'"' in word:
        return [word]
    return [piece for part in _QUOTED.findall(word) for piece in _cut(part, room)]


def _cut(part: str, room: int) -> list[str]:
    if not part.startswith("'"):
        return [part[at : at + room] for at in range(0, len(part), room)]
    return [f"'{piece}'" for piece in re.findall(rf".{{1,{room - 2}}}(?:(?<= )|$)|.{{1,{room - 2}}}", part[1:-1])]


def _painted(text: str) -> str:
    for pattern, colour in _PAINTED:
        text = pattern.sub(rf"\033[{colour}m\1\033[0m", text)
    return text
