"""The pages of what JSON documents look like: each message or member with its schema, as it ships."""

import json
from collections.abc import Iterator
from typing import Any, Final

from iasyncinfo_conformance.report.json_report import schema

_PARTS: Final = "Parts"


def parts_of(name: str) -> str:
    """Return a section for each sort of line that a schema has, and after them one for each part that they share."""
    whole = schema(name)
    lines = [each["$ref"].rpartition("/")[2] for each in whole["anyOf"]]
    shared = {part: each for part, each in whole["$defs"].items() if part not in lines}
    return "\n\n".join(
        [*_sections({line: whole["$defs"][line] for line in lines}), f"## {_PARTS}", *_sections(shared, "###")]
    )


def members_of(name: str) -> str:
    """Return a section for each member of a document that is one object."""
    return "\n\n".join(_sections(schema(name)["properties"]))


def _sections(named: dict[str, dict[str, Any]], mark: str = "##") -> Iterator[str]:
    for name, each in named.items():
        about = f"{each['description']}\n\n" if "description" in each else ""
        said = {key: value for key, value in each.items() if key != "description"}
        yield f"{mark} {name}\n\n{about}```json\n{json.dumps(said, indent=2)}\n```"
