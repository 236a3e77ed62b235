"""``iasyncinfo types``: check the types of classes, without running them."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from iasyncinfo_conformance.checking.under_way import UnderWay
from iasyncinfo_conformance.commands.arguments import Options, Parser, add_reports, no_rule, reports
from iasyncinfo_conformance.console.progress import progress_line
from iasyncinfo_conformance.console.telling import tell
from iasyncinfo_conformance.record.options import Options as CheckOptions
from iasyncinfo_conformance.record.record import Named
from iasyncinfo_conformance.report.files import begin
from iasyncinfo_conformance.static.types import TYPE_RULES, typed

_CLASSES = "package.module:Class, package.module:function, package.module, path/to/file.py, or reference"

CODES: Final[Mapping[int | str, str]] = {
    0: "the types are right",
    1: "one is not",
    3: "there is nothing to look at, or no checker",
    4: "members have no type",
}
EXAMPLES: Final = (
    "iasyncinfo types ./mine.py",
    "iasyncinfo types package.module:Class --checker pyright",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("target", metavar="TARGET", help=f"what to look at: {_CLASSES}")
    parser.add_argument("--checker", choices=("mypy", "pyright"), default="mypy", help="default mypy")
    add_reports(parser)


def run(options: Options) -> int:
    """Look at the classes; return the exit code of the verdict."""
    if not any(fnmatchcase(rule, options.rule.upper()) for rule in TYPE_RULES):
        raise no_rule(options.rule, "on types", TYPE_RULES)
    begin(options.target, reports(options))
    with progress_line() as progress:
        progress(options.checker, options.target)
        found = typed(options.target, options.checker)
    under_way = UnderWay(
        Named(options.target, kinds=found.kinds), CheckOptions(rule=options.rule, types=options.checker)
    )
    under_way.expected = ()
    under_way.look_at(found.found())
    return tell(under_way.record(), reports(options))
