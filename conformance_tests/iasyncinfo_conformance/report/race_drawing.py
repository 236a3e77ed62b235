"""A race drawn in columns: one for each thread, from top to bottom what happened one after the other."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import Final

from iasyncinfo_conformance.escaping import escaped
from iasyncinfo_conformance.target import Moment
from iasyncinfo_spec.situations import BEGINS
from iasyncinfo_spec.words import Word, format_word, threads_of

THREADS: Final = "ABC"
_MARGIN: Final = 4


def threads_in(word: Word, step: int) -> tuple[str, ...]:
    """Return what each thread does at a step of a word: those of a race, or a consumer and what happens meanwhile."""
    begins = [number for number, (name, *_) in enumerate(word) if name in BEGINS]
    if begins:
        return "the consumer", format_word(word[begins[0] + 1 :])
    return tuple(map(format_word, threads_of(word[step - 1]))) if 0 < step <= len(word) else ()


def columns(threads: Sequence[str], trace: Sequence[Moment], width: int) -> Iterator[str]:
    """Yield the lines of the drawing; a line of dashes marks where another thread goes on."""
    wide = (width - _MARGIN) // len(threads)
    yield from _row([f"{THREADS[number]}  {text}" for number, text in enumerate(threads)], wide)
    for thread, moments in groupby(trace, key=lambda moment: moment.thread):
        yield " " * _MARGIN + _arrow(thread, len(threads), wide)
        for text in dict.fromkeys(_line(moment) for moment in moments):
            yield from _row([text if number == thread else "" for number in range(len(threads))], wide)


def _arrow(thread: int, threads: int, wide: int) -> str:
    """Return a line that leads to the column of the thread that goes on."""
    line = "-" * (wide * threads - 1)
    at = wide * thread
    return f"{line[:at]}v{line[at + 1 :]}"


def _line(moment: Moment) -> str:
    place = f"{PurePath(moment.file).name}:{moment.line}" if moment.file else ""
    return escaped(" ".join(filter(None, (place, moment.what if not moment.source else "", moment.source))))


def _row(texts: Sequence[str], wide: int) -> Iterator[str]:
    """Yield as many lines as the longest text takes when each is folded into its column."""
    folded = [textwrap.wrap(text, wide - 2, subsequent_indent="  ") or [""] for text in texts]
    for number in range(max(map(len, folded))):
        cells = (lines[number] if number < len(lines) else "" for lines in folded)
        yield (" " * _MARGIN + "".join(f"{cell:<{wide}}" for cell in cells)).rstrip()
