"""``iasyncinfo report``: print records again, as the check printed them."""

from pathlib import Path

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.commands.telling import tell
from iasyncinfo_conformance.errors import require_extra
from iasyncinfo_conformance.report.reading import read_record


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help="what check --json has written")


def run(options: Options) -> int:
    """Print each record; return the exit code of the worst: the first that is not 0."""
    require_extra()
    records = [read_record(path) for path in options.files]
    return next(filter(None, [tell(record) for record in records]), 0)
