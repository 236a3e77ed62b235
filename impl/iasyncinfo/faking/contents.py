"""What the modules of PyWinRT's runtime hold that public programs import."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from iasyncinfo.faking import foundation
from iasyncinfo.faking.foundation import (
    AsyncStatus,
    IAsyncAction,
    IAsyncActionWithProgress,
    IAsyncOperation,
    IAsyncOperationWithProgress,
    P,
    R,
)
from iasyncinfo_spec import hresults
from iasyncinfo_spec.hresults import signed

T = TypeVar("T")


class Object:
    """What every class of Windows derives from."""

    def as_(self, type_: type) -> Any:  # noqa: ARG002
        """Return the object: it has whatever interfaces it has."""
        return self


class ApartmentType(IntEnum):
    """The apartments of COM; there are none here."""

    SINGLE_THREADED = 0
    MULTI_THREADED = 1


class EventRegistrationToken(int):
    """What an ``add_`` method returns."""


class _Generic(Object, Generic[T]):
    """Some interface of collections."""


class _Pairs(Object, Generic[T, R]):
    """Some interface of keyed collections."""


class _Array(list[Any]):
    """A WinRT array."""


def _same(value: Any) -> Any:
    """Box nothing: Python's objects are what they are."""
    return value


def _enter(apartment_type: object = None) -> None:
    """Enter or leave no apartment."""


_BOXED = (
    "boolean", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "single", "double", "char16",
    "string", "guid", "date_time", "time_span",
)  # fmt: skip
_INTEGERS = ("Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64")
_Sender = TypeVar("_Sender")
_CALLABLE: Any = Callable  # to type checkers these are values: the variables in them are nobody's
_ACTION: Any = IAsyncActionWithProgress
_OPERATION: Any = IAsyncOperation
_REPORTING: Any = IAsyncOperationWithProgress
_HANDLERS: dict[str, Any] = {
    "AsyncActionCompletedHandler": _CALLABLE[[IAsyncAction, AsyncStatus], None],
    "AsyncActionProgressHandler": _CALLABLE[[_ACTION[P], P], None],
    "AsyncActionWithProgressCompletedHandler": _CALLABLE[[_ACTION[P], AsyncStatus], None],
    "AsyncOperationCompletedHandler": _CALLABLE[[_OPERATION[R], AsyncStatus], None],
    "AsyncOperationProgressHandler": _CALLABLE[[_REPORTING[R, P], P], None],
    "AsyncOperationWithProgressCompletedHandler": _CALLABLE[[_REPORTING[R, P], AsyncStatus], None],
    "DeferralCompletedHandler": _CALLABLE[[], None],
    "EventHandler": _CALLABLE[[Object, R], None],
    "TypedEventHandler": _CALLABLE[[_Sender, R], None],
}
_CODES = (
    "S_OK", "E_FAIL", "E_ACCESSDENIED", "E_NOTIMPL", "E_INVALIDARG", "E_ILLEGAL_METHOD_CALL", "E_ILLEGAL_STATE_CHANGE",
    "E_ILLEGAL_DELEGATE_ASSIGNMENT",
)  # fmt: skip


def contents(spelling: int) -> dict[str, dict[str, Any]]:
    """Return what each module of the runtime holds, by its full name."""
    return {
        "winrt": {},
        "winrt.windows": {},
        "winrt.runtime": {"ApartmentType": ApartmentType, "init_apartment": _enter, "uninit_apartment": _enter},
        "winrt.system": {
            "Object": Object,
            "Array": _Array,
            **{f"{verb}_{sort}": _same for verb in ("box", "unbox") for sort in _BOXED},
            **dict.fromkeys(_INTEGERS, int),
            **dict.fromkeys(("Single", "Double"), float),
            "Char16": str,
            "ReadableBuffer": bytes,
            "WriteableBuffer": bytearray,
        },
        "winrt.system.hresult": {name: signed(getattr(hresults, name)) for name in _CODES},
        "winrt.windows.foundation": {
            "AsyncStatus": AsyncStatus,
            "HResult": foundation.HResultStruct if spelling == 3 else foundation.HResultNumber,
            "EventRegistrationToken": SimpleNamespace if spelling == 3 else EventRegistrationToken,
            "IAsyncInfo": foundation.IAsyncInfo,
            **{interface.__name__: interface for interface in foundation.INTERFACES.values()},
            "IClosable": type("IClosable", (Object,), {}),
            "IReference": _Generic,
            **_HANDLERS,
        },
        "winrt.windows.foundation.collections": {
            **dict.fromkeys(("IIterable", "IIterator", "IVector", "IVectorView", "IObservableVector"), _Generic),
            **dict.fromkeys(("IKeyValuePair", "IMap", "IMapView", "IObservableMap"), _Pairs),
        },
    }
