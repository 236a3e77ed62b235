"""What the generic classes need of ``typing`` while the program runs, which is very little.

Importing ``typing`` costs more than importing all of this package, so only type checkers do: they take a
variable of the name TYPE_CHECKING for true and see the real names here.
"""

from __future__ import annotations

from types import GenericAlias

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Generic as Generic
    from typing import TypeVar as TypeVar
else:

    class Generic:
        """Makes ``AsyncOperation[str]`` an alias that forwards to ``AsyncOperation``, and no more."""

        __slots__ = ()

        __class_getitem__ = classmethod(GenericAlias)

    def TypeVar(name, **_of_it):  # noqa: N802  (stands for typing's)
        """Return the name, which is all that an alias of it has to show."""
        return name
