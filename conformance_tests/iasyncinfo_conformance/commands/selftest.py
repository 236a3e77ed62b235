"""``iasyncinfo selftest``: does the suite find what it has to find?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser, add_processes, processes
from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.console.telling import tell_with
from iasyncinfo_conformance.errors import require_extra

CODES: Final[Mapping[int | str, str]] = {
    0: "every line of the table holds",
    1: "one does not",
    3: "the suite is broken",
}
EXAMPLES: Final = (
    "iasyncinfo selftest",
    "iasyncinfo selftest --full -n 2",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("--full", action="store_true", help="all families, all kinds, all mutants of the sources")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write both tables as JSON; - is standard output")
    add_processes(parser, "processes to spread the work over")


def run(options: Options) -> int:
    """Prove the suite; return 0 if every line of the table holds, 1 if not."""
    require_extra()
    from iasyncinfo_conformance.report.files import require_writable
    from iasyncinfo_conformance.selftest.proof import selftest
    from iasyncinfo_conformance.selftest.table import as_text, table

    require_writable(options.json)
    with progress_line() as progress:
        proof = selftest(full=options.full, processes=processes(options), progress=progress)
    tell_with(table(proof), options.json, as_text(proof))
    return 0 if proof.holds else 1
