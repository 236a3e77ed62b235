"""``iasyncinfo report``: print records again, as the check printed them, or as a page."""

from pathlib import Path

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.commands.telling import tell
from iasyncinfo_conformance.errors import require_extra
from iasyncinfo_conformance.report.files import Reports, require_writable
from iasyncinfo_conformance.report.reading import read_record


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json", help="what check --json has written")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page that needs nothing else")


def run(options: Options) -> int:
    """Print each record; return the exit code of the worst: the first that is not 0."""
    require_extra()
    require_writable(options.html)
    records = [read_record(path) for path in options.files]
    return next(filter(None, [tell(record, Reports(html=options.html)) for record in records]), 0)
