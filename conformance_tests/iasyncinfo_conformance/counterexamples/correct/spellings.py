"""Right implementations that spell codes, statuses, refusals and themselves in other ways."""

from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from types import MethodType
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import signed


class _UnsignedRefusal(OSError):
    def __init__(self, hresult: int) -> None:
        super().__init__(0, "refused")
        self.winerror = hresult


class _HresultRefusal(Exception):
    def __init__(self, hresult: int) -> None:
        super().__init__("refused")
        self.hresult = hresult


class _OwnRefusal(Exception):
    def __init__(self, hresult: int) -> None:
        super().__init__(f"{hresult:08x}")


class _Unsigned(Plain):
    def _refusal(self, hresult: int) -> Exception:
        return _UnsignedRefusal(hresult)


class _HresultOnly(Plain):
    @property
    def error_code(self) -> Any:
        return signed(super().error_code)

    def _refusal(self, hresult: int) -> Exception:
        return _HresultRefusal(hresult)


class _OwnExceptions(Plain):
    def _refusal(self, hresult: int) -> Exception:
        return _OwnRefusal(hresult)


@dataclass(frozen=True)
class _HResult:
    value: int


class _Struct(Plain):
    @property
    def error_code(self) -> Any:
        return _HResult(signed(super().error_code))


class _Foreign(IntEnum):
    Started = 0
    Completed = 1
    Canceled = 2
    Error = 3


class _Strange(Enum):
    STARTED = 0
    COMPLETED = 1
    CANCELED = 2
    ERROR = 3


class _ForeignStatus(Plain):
    _spelling: type[Enum] = _Foreign

    @property
    def status(self) -> Any:
        return self._spelling(int(super().status))

    def _told(self, status: AsyncStatus) -> Any:
        return self._spelling(int(status))


class _StrangeStatus(_ForeignStatus):
    _spelling = _Strange


class _Wrapper:
    """A projection of an operation: one that has no identity of its own."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Plain) -> None:
        object.__setattr__(self, "_inner", inner)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._inner, name, value)


class _Projected(Plain):
    def _sender(self) -> Any:
        return _Wrapper(self)


class _EqualHandlers(Plain):
    def _get_completed(self) -> Handler | None:
        handler = super()._get_completed()
        return None if handler is None else _Equal(handler)


class _Equal:
    """A wrapper that equals the handler which it wraps."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __eq__(self, other: object) -> bool:
        return self._handler is other or (isinstance(other, MethodType) and self._handler == other)

    def __hash__(self) -> int:
        return hash(self._handler)

    def __call__(self, sender: Any, argument: Any) -> None:
        self._handler(sender, argument)


@correct("unsigned")
def start_unsigned(kind: Kind) -> Subject:
    """``winerror`` holds unsigned codes."""
    return subject(_Unsigned, kind)


@correct("hresult-only")
def start_hresult_only(kind: Kind) -> Subject:
    """Refusals are no OSErrors: their code is in ``hresult`` only."""
    return subject(_HresultOnly, kind)


@correct("own-exceptions")
def start_own_exceptions(kind: Kind) -> Subject:
    """Refusals carry their code as text, which ``hresult_of`` reads."""
    return replace(
        subject(_OwnExceptions, kind),
        hresult_of=lambda error: int(str(error), 16) if isinstance(error, _OwnRefusal) else None,
    )


@correct("struct-codes")
def start_struct_codes(kind: Kind) -> Subject:
    """ErrorCode is a structure with a ``value``."""
    return subject(_Struct, kind)


@correct("foreign-status")
def start_foreign_status(kind: Kind) -> Subject:
    """Status is an integer enumeration of the projection's own."""
    return subject(_ForeignStatus, kind)


@correct("strange-status")
def start_strange_status(kind: Kind) -> Subject:
    """Status is an enumeration whose members are no integers."""
    return subject(_StrangeStatus, kind)


@correct("equal-handlers")
def start_equal_handlers(kind: Kind) -> Subject:
    """Completed reads another object that equals the handler."""
    return subject(_EqualHandlers, kind)


@correct("wrappers")
def start_wrappers(kind: Kind) -> Subject:
    """Each handler is given a new wrapper of the operation, unlike every other."""
    started = subject(_Projected, kind)
    return replace(started, operation=_Wrapper(started.operation))


@correct("actions-only")
def start_actions_only(kind: Kind) -> Subject:
    """Only actions without progress are declared."""
    if kind is not Kind.ACTION:
        raise NotImplementedError(kind)
    return subject(Plain, kind)


@correct("no-levers")
def start_no_levers(kind: Kind) -> Subject:
    """The adapter has no lever but ``complete``."""
    started = subject(Plain, kind)
    return Subject(started.operation, started.complete)
