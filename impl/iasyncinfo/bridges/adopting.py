"""Ending an operation as another one has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from iasyncinfo.bridges.observing import result_of
from iasyncinfo.errors import OperationCanceled
from iasyncinfo.states import CANCELED

if TYPE_CHECKING:
    from iasyncinfo.producer import Producer
    from iasyncinfo_spec.protocols import IAsyncOperation


def end_canceled(producer: Producer) -> None:
    """End the work as canceled, whether or not a cancel was requested."""
    operation = producer._operation
    if operation is not None:
        operation._end(CANCELED, None, False)
        producer._operation = None


def adopt(
    producer: Producer, complete: Callable[[Any], object], operation: IAsyncOperation[Any, int], status: int
) -> None:
    """End the producer's work as ``operation`` has ended, which was told as ``status``."""
    try:
        result = result_of(operation, status)
    except OperationCanceled:
        end_canceled(producer)
    except Exception as error:
        producer.fail(error)
    else:
        complete(result)
