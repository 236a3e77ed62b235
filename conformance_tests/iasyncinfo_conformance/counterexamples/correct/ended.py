"""Right implementations whose objects have ended when they are handed out."""

from typing import Any

from iasyncinfo_conformance.counterexamples.entry import correct
from iasyncinfo_conformance.counterexamples.plain import Plain, Reporting
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.hresults import E_FAIL


def _fresh(kind: Kind) -> Any:
    return (Reporting if kind.has_progress else Plain)(kind)


@correct("handed-out-completed")
def start_completed(kind: Kind) -> Subject:
    """The result was there at once."""
    operation = _fresh(kind)
    operation._complete(5)
    return Subject(operation, ended=("completed", 5 if kind.has_result else None))


@correct("handed-out-failed")
def start_failed(kind: Kind) -> Subject:
    """The work failed at once."""
    operation = _fresh(kind)
    operation._fail(E_FAIL)
    return Subject(operation, ended=("error", E_FAIL))


@correct("handed-out-canceled")
def start_canceled(kind: Kind) -> Subject:
    """The work was canceled before anybody held the object."""
    operation = _fresh(kind)
    operation.cancel()
    operation._acknowledge_cancel()
    return Subject(operation, ended="canceled")
