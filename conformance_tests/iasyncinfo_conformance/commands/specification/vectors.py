"""``iasyncinfo vectors``: write words with what is allowed, for an implementation in any language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import (
    Options,
    Parser,
    add_kind,
    add_profile,
    count,
    profile,
)
from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_conformance.errors import require_extra
from iasyncinfo_spec.abi import Kind

CODES: Final[Mapping[int | str, str]] = {
    0: "the vectors are written",
    3: "they cannot be written",
}
EXAMPLES: Final = (
    "iasyncinfo vectors export -o vectors",
    "iasyncinfo vectors export -o wrl --profile wrl --kind operation",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=("export",), help="write them into a new folder, with a runner in JavaScript")
    parser.add_argument(
        "-o", dest="folder", type=Path, required=True, metavar="DIR", help="the folder; it must be empty"
    )
    add_profile(parser)
    add_kind(parser, "the kind of object; all that the profile has")
    parser.add_argument(
        "--extra-states", type=count, default=0, metavar="K",
        help="states that an implementation may have more than a family's machine (default 0)",
    )  # fmt: skip


def run(options: Options) -> int:
    """Write the vectors and say what they are."""
    require_extra()
    from iasyncinfo_conformance.vectors.export import export

    kinds = (options.kind,) if options.kind else tuple(Kind)
    with progress_line() as progress:
        lines = export(
            options.folder, profile(options.profile), kinds, options.extra_states, lambda at: progress("vectors", at)
        )
    say("\n".join([*lines, f"{options.folder}: node {options.folder / 'run.mjs'} COMMAND runs them on a driver"]))
    return 0
