"""The calls of handlers, which are due between two atoms of a step."""

from collections.abc import Callable
from typing import Any, TypeAlias

from iasyncinfo_spec import product
from iasyncinfo_spec.abi import AsyncStatus
from iasyncinfo_spec.hresults import E_FAIL, unsigned
from iasyncinfo_spec.product import Atoms, Event, Run

Handler: TypeAlias = Callable[[Any, Any], object]
"""Called with the operation and the status or the value."""


class Call:
    """The call of a handler: what it is told, and what it raised."""

    def __init__(self, handler: Handler, told: object) -> None:
        self._handler = handler
        self._told = told
        self.error: BaseException | None = None

    def make(self, operation: object) -> None:
        try:
            self._handler(operation, self._told)
        except BaseException as error:
            self.error = error


class LiveRun(Run):
    """A run whose handlers are callables: it leaves each call that is due to whoever takes the atoms."""

    due: Call | None = None

    def run_handler(self, handler: product.Handler, told: dict[str, Any], events: list[Event]) -> Atoms[int | None]:  # noqa: ARG002
        (value,) = told.values()
        if "status" in told and value in tuple(AsyncStatus):
            value = AsyncStatus(value)
        call = self.due = Call(handler.label, value)
        yield
        return None if call.error is None else failure(call.error)


def failure(error: BaseException) -> int:
    """Return the HRESULT of an exception."""
    codes = (getattr(error, name, None) for name in ("winerror", "hresult"))
    return next((unsigned(code) for code in codes if isinstance(code, int) and unsigned(code) >= 2**31), E_FAIL)
