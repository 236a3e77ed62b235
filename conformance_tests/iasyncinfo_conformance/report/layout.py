"""How lines of a report are folded."""

import shutil
import textwrap
from typing import Final

_WIDTH: Final = 100
"""Columns of a report where nothing says how wide it may be."""
_NARROWEST: Final = 60
_WIDEST: Final = 120


def width() -> int:
    """Return the columns of a report: those of the terminal, as long as people can read them."""
    return min(max(shutil.get_terminal_size((_WIDTH, 24)).columns, _NARROWEST), _WIDEST)


def labelled(label: str, text: str) -> str:
    """Return a fact of a card: indented, its label before it."""
    return folded(text, f"    {label:<9}", 13)


def hanging(head: str, text: str) -> str:
    """Return an entry of a section: indented, with a wider head."""
    return folded(text, f"    {head:<16} ", 21)


def numbered(label: str, text: str) -> str:
    """Return one of the lines of numbers, its label at the margin."""
    return folded(text, f"{label:<9}", 9)


def folded(text: str, first: str, indent: int) -> str:
    """Return a text in lines: the first begins with ``first``, the others are indented so far."""
    return textwrap.fill(
        text, width(), initial_indent=first, subsequent_indent=" " * indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
