"""What was found of a component's surface, for a program to read."""

from dataclasses import asdict
from typing import Any

from iasyncinfo_conformance.record.static.surface import Surface


def surface_as_json(found: Surface) -> dict[str, Any]:
    """Return what was found as JSON has it."""
    return {
        "package": found.package,
        "checker": found.checker,
        "passes": found.passes,
        "looked_at": found.looked_at,
        "offenders": [{**asdict(each), "file": str(each.file)} for each in found.offenders],
        "exempt": list(map(asdict, found.exempt)),
        "stale": list(map(asdict, found.stale)),
        "untyped": list(found.untyped),
    }
