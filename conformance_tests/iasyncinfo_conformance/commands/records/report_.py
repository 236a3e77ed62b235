"""``iasyncinfo report``: print records again, as check or consume printed them, as Markdown, or as a page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_output
from iasyncinfo_conformance.console.telling import after, say, tell
from iasyncinfo_conformance.errors import require_extra
from iasyncinfo_conformance.report.files import require_writable, write
from iasyncinfo_conformance.report.markdown.one import of_one
from iasyncinfo_conformance.report.markdown.several import of_several
from iasyncinfo_conformance.report.reading import read_record

if TYPE_CHECKING:
    from iasyncinfo_conformance.record.record import Record

CODES: Final[Mapping[int | str, str]] = {
    0: "every record conforms",
    "1, 3, 4": "what check said, of the first that does not",
}
EXAMPLES: Final = (
    "iasyncinfo report report.json --html report.html",
    "iasyncinfo report mine.json theirs.json --format markdown",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE.json", help="what check or consume has written with --json"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page: of several records, one beside the other"
    )
    parser.add_argument("--format", choices=("text", "markdown"), default="text", help="default text")
    add_output(parser)


def run(options: Options) -> int:
    """Print each record; return the exit code of the worst: the first that is not 0."""
    require_extra()
    require_writable(options.html)
    records = [read_record(path) for path in options.files]
    with after(lambda: _write_page(options.html, records)):
        if options.format == "markdown":
            say((of_one(records[0]) if len(records) == 1 else of_several(records)).rstrip("\n"), verbatim=True)
            codes = [record.exit_code for record in records]
        else:
            codes = [tell(record, output=options.show_output) for record in records]
    return next(filter(None, codes), 0)


def _write_page(path: Path | None, records: "Sequence[Record]") -> None:
    if path is not None:
        from iasyncinfo_conformance.report.html.page import matrix, page

        write(path, page(records[0]) if len(records) == 1 else matrix(records))
