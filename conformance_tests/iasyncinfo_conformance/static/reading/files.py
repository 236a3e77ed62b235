"""Source files as texts and trees."""

import ast
import sys
import tokenize
from functools import lru_cache
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.static.reading.newer import older_spelling

_KEPT: Final = 256
"""Files whose texts and trees are kept: those of a package are read over and over, and a tree is large."""


@lru_cache(_KEPT)
def tree_of(file: Path) -> ast.Module | None:
    """Return the tree of a file, without type parameters; None where a newer Python, or none, would parse it."""
    text = text_of(file)
    try:
        return _parsed(text)
    except (SyntaxError, RecursionError):
        return None


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse(older_spelling(text))


def require_parsable(file: Path) -> None:
    """Raise a HarnessFault where a file is not parsed, but for the type parameters of a newer Python."""
    try:
        _parsed(text_of(file))
    except SyntaxError as error:
        raise HarnessFault(
            f"{file}:{error.lineno} is not understood by Python {sys.version_info.major}.{sys.version_info.minor}: "
            f"{error.msg}. Mend the line, or run under the Python that it is written for."
        ) from None
    except RecursionError:
        raise HarnessFault(f"{file} nests too deeply for Python to parse it.") from None


@lru_cache(_KEPT)
def text_of(file: Path) -> str:
    """Return the text of a source file; raises HarnessFault where it cannot be read."""
    try:
        with tokenize.open(file) as opened:
            text = opened.read()
    except OSError as error:
        raise HarnessFault(f"{file} cannot be read: {error.strerror or error}.") from None
    except (UnicodeDecodeError, SyntaxError) as error:
        if "null bytes" in str(error):  # CPython 3.14 refuses them while it looks for the encoding
            raise _holds_null_bytes(file) from None
        raise HarnessFault(
            f"{file} is no text that Python reads: {error}. Save it as UTF-8, or name its encoding in the first line."
        ) from None
    if "\0" in text:
        raise _holds_null_bytes(file)
    return text


def _holds_null_bytes(file: Path) -> HarnessFault:
    return HarnessFault(f"{file} is no Python source: it holds null bytes.")
