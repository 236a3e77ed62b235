"""The page of the wire's messages: each with its schema, as it ships."""

import json
from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.report.json_report import schema

_PARTS: Final = "Parts"


def messages() -> str:
    """Return a section for each message, and after them one for each part that they share."""
    whole = schema("wire")
    names = [each["$ref"].rpartition("/")[2] for each in whole["anyOf"]]
    parts = [name for name in whole["$defs"] if name not in names]
    return "\n\n".join([*_sections(names, whole), f"## {_PARTS}", *_sections(parts, whole, "###")])


def _sections(names: list[str], whole: dict[str, Any], mark: str = "##") -> Iterator[str]:
    for name in names:
        yield f"{mark} {name}\n\n```json\n{json.dumps(whole['$defs'][name], indent=2)}\n```"
