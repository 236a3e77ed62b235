"""The HRESULTs of the life cycle, under their names in ``winerror.h``, as unsigned 32-bit codes."""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing typing costs more than all the rest
if TYPE_CHECKING:
    from typing import Final

S_OK: Final = 0x00000000
E_NOTIMPL: Final = 0x80004001
E_POINTER: Final = 0x80004003
E_ABORT: Final = 0x80004004
E_FAIL: Final = 0x80004005
E_UNEXPECTED: Final = 0x8000FFFF
E_ACCESSDENIED: Final = 0x80070005
E_INVALIDARG: Final = 0x80070057

E_ILLEGAL_STATE_CHANGE: Final = 0x8000000D
"""Close before the operation has ended."""
E_ILLEGAL_METHOD_CALL: Final = 0x8000000E
"""A call that the present state does not allow."""
RO_E_CLOSED: Final = 0x80000013
"""What the general pages on IClosable promise of a closed object."""
E_ILLEGAL_DELEGATE_ASSIGNMENT: Final = 0x80000018
"""Completed set a second time."""
E_ASYNC_OPERATION_NOT_STARTED: Final = 0x80000019
"""A property read before Start."""

ERROR_CANCELLED: Final = 0x800704C7
"""HRESULT_FROM_WIN32(ERROR_CANCELLED); C++/WinRT's hresult_canceled."""
RPC_E_DISCONNECTED: Final = 0x80010108
RPC_S_SERVER_UNAVAILABLE: Final = 0x800706BA
JSCRIPT_E_CANTEXECUTE: Final = 0x89020001

DISCONNECTED: Final = (RPC_E_DISCONNECTED, RPC_S_SERVER_UNAVAILABLE, JSCRIPT_E_CANTEXECUTE)
"""A handler that fails with one of these has lost its client, which is nobody's failure."""

_NAMES: Final = {value: name for name, value in globals().items() if type(value) is int and not name.startswith("_")}


def is_code(number: int) -> bool:
    """Return whether a number fits 32 bits, with a sign or without."""
    return -(2**31) <= number < 2**32


def unsigned(code: int) -> int:
    """Return ``code`` as the unsigned 32-bit number: -2147483634 becomes 0x8000000E."""
    return code & 0xFFFFFFFF


def signed(code: int) -> int:
    """Return ``code`` as the signed 32-bit number that ``OSError.winerror`` holds."""
    code = unsigned(code)
    return code - 2**32 if code >= 2**31 else code


def hresult_name(code: int) -> str:
    """Return ``"0x8000000E E_ILLEGAL_METHOD_CALL"``, or the bare number of a code not listed here."""
    code = unsigned(code)
    return f"0x{code:08X} {_NAMES[code]}" if code in _NAMES else f"0x{code:08X}"
