"""How the families' objects refuse."""

from iasyncinfo_spec.hresults import hresult_name, signed


class Refusal(OSError):
    """A member refused to do what was asked; ``winerror`` and ``hresult`` hold the signed HRESULT."""

    def __init__(self, hresult: int, why: str) -> None:
        super().__init__(f"{why} [{hresult_name(hresult)}]")
        self.winerror: int = signed(hresult)
        self.hresult: int = signed(hresult)


class OperationFailed(Refusal):
    """The operation ended in Error, and its result was asked for; the code is the worker's."""


class OperationCanceled(Refusal):
    """``get`` or ``await`` was told that the operation was canceled; the code is ERROR_CANCELLED."""
