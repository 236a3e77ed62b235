"""The families as live objects: code can be tried against WRL's or C#/WinRT's manners on any machine.

An object runs its family's tables (:class:`iasyncinfo_spec.product.Run`) atom by atom: each atom under one
lock, each handler outside it, between two atoms, on the thread that made it due.

What a family does with a handler it does with the waiters of ``get``, ``wait`` and ``await``, too, for they
claim the Completed slot: where a handler set during a pending cancel is called at once (LATE_R is now) they
end at once though the worker still runs, and where it is dropped at a Close (Z-FIRE is dropped) they hang.

Not imitated: objects that nobody has started (CREATED), out-parameters (CLOSED-OUT), a process that ends
(HEXC is crash): the failure is logged as critical instead. A producer that is dropped leaves its operation
running for ever, because no family is known to do otherwise; one that is told to ``disconnect`` fails it.
"""

from collections.abc import Callable
from functools import cache, partial

from iasyncinfo_conformance.errors import UsageFault
from iasyncinfo_conformance.families.calls import Handler
from iasyncinfo_conformance.families.operation import FamilyOperation
from iasyncinfo_conformance.families.producer import FamilyProducer
from iasyncinfo_conformance.families.refusals import OperationCanceled, OperationFailed, Refusal
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.families import FAMILIES, Family
from iasyncinfo_spec.meant import no_such
from iasyncinfo_spec.product import Product

__all__ = [
    "FamilyOperation",
    "FamilyProducer",
    "Handler",
    "OperationCanceled",
    "OperationFailed",
    "Refusal",
    "create",
    "starter",
]


def create(name: str, kind: Kind) -> tuple[FamilyOperation, FamilyProducer]:
    """Return a running operation with the manners of the family ``name``, and the producer that ends it.

    Raises UsageFault for a name that is no family's.
    """
    return _create(_family(name), _product(name, kind))


def starter(row: str | Family) -> Callable[[Kind], Subject]:
    """Return the adapter of the target ``family:NAME``, or of any row; raises UsageFault for a name that is none's."""
    family = _family(row) if isinstance(row, str) else row
    product = partial(_product, row) if isinstance(row, str) else cache(partial(Product, family))
    return lambda kind: _subject(family, product(kind))


def _subject(family: Family, product: Product) -> Subject:
    """Return a fresh object and all levers that its worker has.

    A worker that never hears of a cancel (CANCEL-EFFECT is none) cannot acknowledge one.
    """
    operation, producer = _create(family, product)
    deaf = family.answer("CANCEL-EFFECT") == "none"
    notifications: list[None] = []
    producer.on_cancel(lambda: notifications.append(None))
    return Subject(
        operation,
        complete=producer.complete,
        fail=producer.fail,
        acknowledge_cancel=None if deaf else producer.acknowledge_cancel,
        report_progress=producer.report_progress if product.kind.has_progress else None,
        cancel_notifications=lambda: len(notifications),
        cancel_ends_work=family.answer("CANCEL-SYNC") == "yes",
    )


def _family(name: str) -> Family:
    if name not in FAMILIES:
        raise UsageFault(no_such("family", name, FAMILIES, "families"))
    return FAMILIES[name]


@cache
def _product(name: str, kind: Kind) -> Product:
    return Product(FAMILIES[name], kind)


def _create(family: Family, product: Product) -> tuple[FamilyOperation, FamilyProducer]:
    operation = FamilyOperation(family, product)
    return operation, FamilyProducer(operation)
