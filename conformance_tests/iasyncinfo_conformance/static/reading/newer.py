"""Newer syntax in the spelling of an older Python, line by line: type parameters, and the statement ``type``.

A type checker reads stubs that are written for a newer Python than the one that runs. What is sought in a file are its
names, its lines and its annotations, and those stay as they are.
"""

import io
import tokenize
from collections.abc import Iterator, Sequence
from itertools import pairwise

_Token = tokenize.TokenInfo
_Place = tuple[int, int]
"""A line, counted from one, and a column, counted from zero."""


def older_spelling(text: str) -> str:
    """Return a source without type parameters, its aliases being assignments; as it is where it is no Python."""
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.string]
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.splitlines(keepends=True)
    for first, last in reversed(list(_newer(tokens))):
        _cut(lines, first, last)
    return "".join(lines)


def _newer(tokens: Sequence[_Token]) -> Iterator[tuple[_Place, _Place]]:
    """Yield where what an older Python has not begins, and where it ends."""
    begins = True
    for index, (token, following) in enumerate(pairwise(tokens)):
        is_alias = begins and token.string == "type" and following.type == tokenize.NAME
        if is_alias:
            yield token.start, following.start
        opening = index + 2
        has_name = is_alias or token.string in ("class", "def")
        if has_name and opening < len(tokens) and tokens[opening].string == "[":
            yield tokens[opening].start, _closing(tokens, opening)
        begins = _ends_statement(token) or (begins and token.type in (tokenize.NL, tokenize.COMMENT))


def _ends_statement(token: _Token) -> bool:
    return token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT) or token.string in (";", ":")


def _closing(tokens: Sequence[_Token], opening: int) -> _Place:
    """Return where the bracket ends that is opened by a token."""
    depth = 0
    for token in tokens[opening:]:
        depth += {"[": 1, "]": -1}.get(token.string, 0)
        if depth == 0:
            return token.end
    return tokens[opening].end


def _cut(lines: list[str], first: _Place, last: _Place) -> None:
    """Take out what is between two places; the statement goes on in its first line, and no line is lost."""
    (top, left), (bottom, right) = first, last
    joined = lines[top - 1][:left] + lines[bottom - 1][right:]
    lines[top - 1 : bottom] = [joined, *["\n"] * (bottom - top)]
