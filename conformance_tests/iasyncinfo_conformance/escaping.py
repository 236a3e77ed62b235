"""Text of somebody else's, made safe to show: on a terminal, in a report, on one line.

A subject, its adapter, a driver and a file hand over texts: results, names, notes, what their exceptions say. A
line break in one would look like a line of the report, an escape sequence would move the cursor, a bidirectional
override would turn the line around, and half of a surrogate pair cannot be written at all.
"""

import re
from typing import Final

_LONGEST: Final = 2000
"""Characters of one foreign text that are shown."""
_NAME: Final = type.__dict__["__name__"].__get__
_WHITE: Final = re.compile(r"\s+")


def escaped(text: str) -> str:
    """Return a text on one line, with every character that cannot be seen as its escape, as Python writes it.

    What can be seen stays, also where it is not ASCII; so does a backslash, and a text that is escaped already.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def escaped_lines(text: str) -> str:
    """Return a text with its line breaks, and every other character that cannot be seen as its escape."""
    return text if text.isprintable() else "\n".join(map(escaped, text.split("\n")))


def one_line(text: str) -> str:
    """Return a text escaped, and cut where nobody would read on."""
    line = escaped(text[: _LONGEST + 1])
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def paragraph(text: str) -> str:
    """Return a text in one line, its white space single blanks."""
    return one_line(_WHITE.sub(" ", text[: 2 * _LONGEST]).strip())


def class_name(value: object) -> str:
    """Return the name of a value's class, which neither the class nor its metaclass can forge."""
    return escaped(_NAME(type(value)))[:100]


def told_by(error: BaseException) -> str:
    """Return what an exception of somebody else's code says, in one line; its own words may fail, too."""
    try:
        return paragraph(str(error))
    except (Exception, SystemExit, GeneratorExit):
        return "it cannot say what it is"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
