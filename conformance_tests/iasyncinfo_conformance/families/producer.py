"""The worker's side: what ends an operation of a family."""

from collections.abc import Callable

from iasyncinfo_conformance.families.operation import FamilyOperation
from iasyncinfo_spec import tables
from iasyncinfo_spec.hresults import RPC_E_DISCONNECTED, unsigned


class FamilyProducer:
    """What the worker of a :class:`FamilyOperation` holds. It keeps the operation alive.

    The members that end the work return whether the operation now has the status asked for; later ones
    return False and change nothing. A handler's exception comes out of them where the family lets it.
    """

    def __init__(self, operation: FamilyOperation) -> None:
        self._operation = operation

    def __repr__(self) -> str:
        return f"<producer of {self._operation!r}>"

    def complete(self, result: object = None) -> bool:
        """End the work with a result, which actions ignore."""
        return self._operation._end("complete", result) == tables.COMPLETED

    def fail(self, hresult: int) -> bool:
        """End the work with an error, signed or not; ValueError for a code that is not a failure's."""
        if not unsigned(hresult) >= 2**31:
            raise ValueError(f"{hresult:#x} is not the HRESULT of a failure: 0x80000000 to 0xFFFFFFFF, or signed")
        return self._operation._end("fail", unsigned(hresult)) == tables.ERROR

    def acknowledge_cancel(self) -> bool:
        """End the work as canceled; what happens if nobody asked for that is the family's (SPONT-CANCEL)."""
        return self._operation._end("acknowledge_cancel") == tables.CANCELED

    def disconnect(self) -> None:
        """Give the work up: unless it has ended, it fails with RPC_E_DISCONNECTED.

        What that makes of the operation is the family's, as with any failure: Error, and after a Cancel what its
        row says of the worker's ends then.
        """
        self._operation._end("fail", RPC_E_DISCONNECTED)

    def report_progress(self, value: object) -> None:
        """Call the Progress handler on this thread; AttributeError for kinds without progress."""
        self._operation._require_progress("report_progress")
        self._operation._end("report_progress", value)

    @property
    def cancel_requested(self) -> bool:
        """Whether the worker has been told to stop and still runs."""
        return self._operation._cancel_requested()

    def on_cancel(self, callback: Callable[[], object] | None) -> None:
        """Set what is called when the worker is told to stop: once, on the thread that cancels.

        Another replaces it, and None removes it. If the worker has been told before, it is called at once.
        """
        self._operation._subscribe(callback)
