"""Combinations: ``iasyncinfo check adapters.combining:start_any`` and ``:start_all`` in ``impl/tests``.

A cancel of a combination reaches no worker, so the check shows a hazard (CANCEL-EFFECT).
"""

from collections.abc import Callable
from typing import Any

from iasyncinfo import AsyncAction, AsyncOperation, when_all, when_any
from iasyncinfo_conformance import Kind, Subject

_CLASSES: dict[Kind, Any] = {Kind.ACTION: AsyncAction, Kind.OPERATION: AsyncOperation}


def start_any(kind: Kind) -> Subject:
    """Return what when_any makes of one operation, whose levers these are."""
    if kind not in _CLASSES:
        raise NotImplementedError
    return _combined(kind, when_any)


def start_all(kind: Kind) -> Subject:
    """Return the action that when_all makes of one."""
    if kind is not Kind.ACTION:
        raise NotImplementedError
    return _combined(kind, when_all)


def _combined(kind: Kind, combine: Callable[[Any], Any]) -> Subject:
    inner, producer = _CLASSES[kind].create()

    def give_up() -> None:
        inner.cancel()
        producer.acknowledge_cancel()

    return Subject(
        combine(inner),
        complete=producer.complete if kind.has_result else lambda _result: producer.complete(),
        fail=producer.fail,
        acknowledge_cancel=give_up,
        cancel_notifications=lambda: 0,
        dispose=producer.disconnect,
    )
