"""``iasyncinfo report``: print records again, as the check printed them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_output
from iasyncinfo_conformance.commands.telling import tell
from iasyncinfo_conformance.errors import require_extra
from iasyncinfo_conformance.report.reading import read_record

CODES: Final[Mapping[int | str, str]] = {
    0: "every record conforms",
    "1, 3, 4": "what check said, of the first that does not",
}
EXAMPLES: Final = (
    "iasyncinfo report report.json",
    "iasyncinfo report mine.json theirs.json",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help="what check --json has written")
    add_output(parser)


def run(options: Options) -> int:
    """Print each record; return the exit code of the worst: the first that is not 0."""
    require_extra()
    records = [read_record(path) for path in options.files]
    return next(filter(None, [tell(record, output=options.show_output) for record in records]), 0)
