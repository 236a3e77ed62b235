"""Applications that look after one of the two ways in which a call can fail."""

from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.counterexamples.consumers.consumer_entry import wrong
from iasyncinfo_spec.abi import Kind

_HERE: Final = __name__
_CALL_FAILS: Final = "reference: begin(scan_async) refuse(0x80070005)"


@wrong("TWO-FAIL", _CALL_FAILS, target=f"{_HERE}:leaves_the_call_alone")
async def _looks_after_the_operation(begin: Callable[..., Any]) -> None:
    """Starts a scan before the try that is to catch whatever goes wrong with it."""
    operation = begin("scan_async", Kind.OPERATION)
    try:
        await operation
    except OSError:
        return


@wrong("TWO-FAIL", _CALL_FAILS, target=f"{_HERE}:leaves_the_operation_alone")
async def _looks_after_the_call(begin: Callable[..., Any]) -> None:
    """Takes a scan that has been started for one that cannot fail any more."""
    try:
        operation = begin("scan_async", Kind.OPERATION)
    except OSError:
        return
    await operation


leaves_the_call_alone: Consumer = Consumer(application=_looks_after_the_operation)
leaves_the_operation_alone: Consumer = Consumer(application=_looks_after_the_call)
