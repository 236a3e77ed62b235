"""What one consumer has come to, as it is kept: its value against the right one, or what its exception shows."""

from typing import Any

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.scene.notice import Notice, shown
from iasyncinfo_conformance.consumers.scene.seen import ConsumerOutcome, End
from iasyncinfo_spec.values import same


def outcome_of(
    consumer: Consumer, notice: Notice, value: Any, error: BaseException | None, seconds: float
) -> ConsumerOutcome:
    """Return what a consumer that has ended came to; it is written into the log that it has."""
    at = notice.journal.tick()
    if error is None:
        right = notice.right_value
        is_right = value is right or (type(value) is type(right) and same(right, value))
        return ConsumerOutcome(End.RETURNED, at, shown(value), is_right, seconds=seconds)
    text = f"{type(error).__name__}: {shown(str(error))}" if str(error) else type(error).__name__
    codes, cancel = consumer.codes(error), consumer.shows_cancel(error)
    return ConsumerOutcome(End.RAISED, at, text, False, codes, cancel, seconds)
