"""``iasyncinfo surface``: does a component return the interfaces, and no other type?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from iasyncinfo_conformance.commands.arguments import Options, Parser
from iasyncinfo_conformance.console.telling import tell_with
from iasyncinfo_conformance.files.known_file import load_known
from iasyncinfo_conformance.record.known import Known
from iasyncinfo_conformance.report.files import require_writable
from iasyncinfo_conformance.report.surfaces.surface_json import surface_as_json
from iasyncinfo_conformance.report.surfaces.surface_text import surface_report
from iasyncinfo_conformance.static.surface import surface

CODES: Final[Mapping[int | str, str]] = {
    0: "nothing else is returned",
    1: "something is that no entry exempts",
    3: "the package cannot be read",
}
EXAMPLES: Final = (
    "iasyncinfo surface mypackage",
    "iasyncinfo surface src/mypackage --known surface.toml --json -",
)


def arguments(parser: Parser) -> None:
    """Add what the command takes."""
    parser.add_argument("package", metavar="PACKAGE", help="a package or module, a folder or a file")
    parser.add_argument("--known", type=Path, metavar="FILE", help="TOML: [[exemption]] with a name and a reason")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found as JSON; - is standard output")


def run(options: Options) -> int:
    """Look at the surface; return 0 if it passes, 1 if not."""
    known = load_known(options.known) if options.known else Known()
    require_writable(options.json)
    found = surface(options.package, known.exemptions)
    document = json.dumps(surface_as_json(found), indent=2) + "\n"
    tell_with(surface_report(found), options.json, document)
    return 0 if found.passes else 1
