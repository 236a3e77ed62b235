"""What was found of a component's surface, for a program to read."""

from typing import Any

from iasyncinfo_conformance.record.surface import Surface


def surface_as_json(found: Surface) -> dict[str, Any]:
    """Return what was found, for a program to read."""
    return {
        "package": found.package,
        "checker": found.checker,
        "passes": found.passes,
        "looked_at": found.looked_at,
        "offenders": [
            {
                "rule": each.rule,
                "name": each.name,
                "found": each.found,
                "instead": each.instead,
                "file": str(each.file),
                "line": each.line,
            }
