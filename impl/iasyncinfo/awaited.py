"""What waiting needs of an operation. Imported by type checkers alone: the modules that wait do not know the class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from iasyncinfo_spec.abi import AsyncStatus

R_co = TypeVar("R_co", covariant=True)


class Awaited(Protocol[R_co]):
    """One of this package's operations, as ``get``, ``wait`` and ``await`` see it."""

    @property
    def _life(self) -> int: ...

    def _claim(self, waiter: Callable[[Any, AsyncStatus], object], /) -> AsyncStatus | None: ...

    def _give_back(self, waiter: Callable[[Any, AsyncStatus], object], /) -> None: ...

    def _see(self) -> object: ...

    @property
    def status(self) -> AsyncStatus:
        """The status of the moment."""

    def cancel(self) -> None:
        """Request that the work stop."""

    def get_results(self) -> R_co:
        """Return the result, or raise why there is none."""
