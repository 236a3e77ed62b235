"""What a part of the page is: a name, a title, a template, and what a record has for it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from iasyncinfo_conformance.report.html.shown import Shown

View: TypeAlias = Mapping[str, Any]
"""The names that a template knows, and their values."""


class Section(NamedTuple):
    """One part of the page.

    ``view`` returns what the template shows; None where a record has nothing of it, and the page leaves it out.
    The template is Jinja's: every value in it is escaped, and cut where it is long.
    """

    id: str
    title: str
    template: str
    view: Callable[[Shown], View | None]
