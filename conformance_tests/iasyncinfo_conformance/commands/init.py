"""``iasyncinfo init``: write an adapter or a driver that passes at once, to be rewritten for one's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.starting.writing import STARTS, write

CODES: Final[Mapping[int | str, str]] = {
    0: "the files are written",
    3: "they cannot be written",
}
EXAMPLES: Final = (
    "iasyncinfo init python mine",
    "iasyncinfo init node mine",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "language", choices=tuple(STARTS),
        help="python: an adapter; node: a driver in JavaScript. For C++ and Rust begin with the drivers in "
        "iasyncinfo_conformance/drivers, for any other language with docs/wire.md",
    )  # fmt: skip
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; no file is overwritten")


def run(options: Options) -> int:
    """Write the files and say what to do next."""
    say(write(options.language, options.folder))
    return 0
