"""The ids of rules and points that pages speak of, and that there are not.

Nothing but the specification is imported: where a rule is gone, and the suite that has cases of it cannot be loaded,
the pages are named still.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

_ROOT: Final = Path(__file__).parents[1]
_ID: Final = re.compile(
    r"(?<![\w-])[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)+(?![\w-])|(?<=^## )[A-Z][A-Z0-9_-]+(?=$)", re.MULTILINE
)
"""What is spelled as ids are; those of one word are told from other words in capitals in headings alone."""
_NO_IDS: Final = frozenset({"UTF-8", "A-C"})
_HISTORY: Final = "CHANGELOG.md"
_THEOREMS: Final = "docs/reference/theorems.md"
"""The pages with ids of what has been, and of theorems."""


def unknown() -> Iterator[tuple[str, str]]:
    """Yield each page that speaks of an id that there is not, with the id."""
    for path in sorted((*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"))):
        page = path.relative_to(_ROOT).as_posix()
        if page not in (_HISTORY, _THEOREMS):
            spoken = dict.fromkeys(_ID.findall(path.read_text(encoding="utf-8")))
            yield from ((page, name) for name in spoken if name not in {*EVERY_RULE, *EVERY_POINT, *_NO_IDS})
