"""What a part of a page is: a name, a title, a template, and what there is to show."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
View: TypeAlias = Mapping[str, Any]
"""The names that a template knows, and their values."""


class Section(NamedTuple, Generic[T]):
    """One part of a page.

    ``view`` returns what the template shows of a record, or of several; None where there is nothing of it, and the
    page leaves it out. The template is Jinja's: every value in it is escaped, and cut where it is long.
    """

    id: str
    title: str
    template: str
    view: Callable[[T], View | None]
