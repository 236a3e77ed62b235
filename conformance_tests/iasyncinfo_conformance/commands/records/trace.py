"""``iasyncinfo trace``: is what a recording or a log tells a behaviour of the specification?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, profile
from iasyncinfo_conformance.console.telling import say
from iasyncinfo_spec.trace import trace_files

CODES: Final[Mapping[int | str, str]] = {
    0: "every trace is possible",
    1: "one is not",
}
EXAMPLES: Final = (
    "iasyncinfo trace run.jsonl",
    "iasyncinfo trace recording.jsonl.gz --profile wrl",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording or a log, .jsonl or .jsonl.gz")
    parser.add_argument("--profile", metavar="P", help="default: the row that the file's header names, or standard")


def run(options: Options) -> int:
    """Print the account of each file; return 1 where something is impossible, 2 where a file cannot be used."""
    text, code = trace_files(options.files, profile(options.profile) if options.profile else None)
    say(text)
    return code
