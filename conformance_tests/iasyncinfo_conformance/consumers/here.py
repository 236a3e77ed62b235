"""A consumer that is run in this process, as in one's own tests: a hang that holds the interpreter is out of reach."""

from collections.abc import Sequence

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.host import meet, ready
from iasyncinfo_conformance.consumers.hosted import Lost
from iasyncinfo_conformance.consumers.messages import Asked, Ready
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside


class Here:
    """The consumer itself."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self._is_async = False

    def ready(self) -> Ready:
        """Return what there is to say of the consumer."""
        about = ready(self._consumer)
        self._is_async = about.is_async
        return about

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation."""
        with what_was_there_aside():  # each run looks for what nobody holds any more: not among that
            return [meet(self._consumer, each, is_async=self._is_async) for each in asked]
