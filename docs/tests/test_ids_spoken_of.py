"""Pages speak of no rule and no point that there is not.

Nothing but the specification is imported: where a rule is gone, and the suite that has cases of it cannot be loaded,
the pages are named still.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from iasyncinfo_spec.static_rules import EVERY_POINT, EVERY_RULE

ROOT: Final = Path(__file__).parents[2]
ID: Final = re.compile(r"(?<![\w-])[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)+(?![\w-])")
"""What is spelled as ids are; those of one word alone are not told from other words in capitals."""
NO_IDS: Final = frozenset({"UTF-8", "A-C"})
HISTORY: Final = "CHANGELOG.md"
THEOREMS: Final = "docs/reference/theorems.md"
"""The pages with ids of what has been, and of theorems."""


def unknown() -> Iterator[str]:
    """Yield each page that speaks of an id that there is not, with the id."""
    for path in sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))):
        page = path.relative_to(ROOT).as_posix()
        if page not in (HISTORY, THEOREMS):
            spoken = dict.fromkeys(ID.findall(path.read_text(encoding="utf-8")))
            yield from (f"{page}: {name}" for name in spoken if name not in {*EVERY_RULE, *EVERY_POINT, *NO_IDS})


def test_pages_speak_of_rules_and_points_that_there_are() -> None:
    """Those that are written by hand, too."""
    assert list(unknown()) == []


def test_the_pages_that_speak_of_a_rule_that_is_gone_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one by hand that explains it, and the generated ones."""
    left = {name: rule for name, rule in EVERY_RULE.items() if name != "FIRE-ONCE"}
    monkeypatch.setattr(f"{__name__}.EVERY_RULE", left)
    assert {"docs/drivers.md: FIRE-ONCE", "docs/reference/rules.md: FIRE-ONCE"} <= set(unknown())
