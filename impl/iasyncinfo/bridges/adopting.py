"""Ending an operation as something else has ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from iasyncinfo.bridges.observing import ending_of
from iasyncinfo.bridges.relaying import hand_on
from iasyncinfo.states import CANCELED

if TYPE_CHECKING:
    from iasyncinfo.operations.producer import Producer
    from iasyncinfo_spec.protocols import IAsyncOperation


def end(producer: Producer, outcome: int, value: object) -> None:
    """End the work, if that is still to do, as the last deed of a step."""
    operation = producer._operation
    if operation is not None:
        hand_on(operation, partial(operation._end, outcome, value, False))
        producer._operation = None


def end_canceled(producer: Producer) -> None:
    """End the work as canceled, whether or not a cancel was requested."""
    end(producer, CANCELED, None)


def adopt(producer: Producer, operation: IAsyncOperation[Any, int], status: int) -> None:
    """End the producer's work as ``operation`` has ended, which was told as ``status``."""
    end(producer, *ending_of(operation, status))
