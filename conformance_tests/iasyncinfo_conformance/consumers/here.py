"""A consumer that is run in this process, as in one's own tests: a hang that holds the interpreter is out of reach."""

import gc
from collections.abc import Sequence

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.host import meet, ready
from iasyncinfo_conformance.consumers.hosted import Lost
from iasyncinfo_conformance.consumers.messages import Asked, Ready
from iasyncinfo_conformance.consumers.scene.seen import Seen


class Here:
    """The consumer itself."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self._is_async = False

    def ready(self) -> Ready:
        """Return what there is to say of the consumer."""
        gc.collect()
        gc.freeze()  # each run looks for what nobody holds any more: not among what was there before
        about = ready(self._consumer)
        self._is_async = about.is_async
        return about

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation."""
        return [meet(self._consumer, each, is_async=self._is_async) for each in asked]
