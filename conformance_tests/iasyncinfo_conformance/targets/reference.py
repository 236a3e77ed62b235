"""The target ``reference``: the only place in the suite that imports the reference implementation."""

from typing import Any

import iasyncinfo
from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    OperationFailed,
)
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import Kind

_CLASSES: dict[Kind, Any] = {
    Kind.ACTION: AsyncAction,
    Kind.ACTION_WITH_PROGRESS: AsyncActionWithProgress,
    Kind.OPERATION: AsyncOperation,
    Kind.OPERATION_WITH_PROGRESS: AsyncOperationWithProgress,
}


_RESULT, _PROGRESS = ({kind for kind in Kind if getattr(kind, has)} for has in ("has_result", "has_progress"))


def start(kind: Kind) -> Subject:
    """Return a fresh object of the reference implementation and the levers of its producer."""
    operation, producer = _CLASSES[kind].create()
    notifications: list[None] = []
    failures: list[int] = []

    def canceled() -> None:
        notifications.append(None)
        if failures:
            raise OperationFailed(failures[-1], "the cancel callback was told to fail")

    producer.on_cancel(canceled)
    return Subject(
        operation,
        complete=producer.complete if kind in _RESULT else lambda _result: producer.complete(),
        fail=producer.fail,
        acknowledge_cancel=producer.acknowledge_cancel,
        report_progress=producer.report_progress if kind in _PROGRESS else None,
        cancel_notifications=notifications.__len__,
        cancel_callback_fails=failures.append,
        dispose=producer.disconnect,  # a producer dropped unfinished warns, as it should
    )


start.sources = (iasyncinfo,)  # type: ignore[attr-defined]  # the schedules of its races are explored
