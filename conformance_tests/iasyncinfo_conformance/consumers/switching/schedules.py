"""Whether a consumer can be run under a scheduler: it is tried, and what speaks against it is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.messages import Asked, Switched, Switches
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.errors import NotSchedulable, said

if TYPE_CHECKING:
    from iasyncinfo_conformance.consumers.switching.scheduled import Scheduled

_Came = TypeVar("_Came", Seen, Switched)


class Schedules:
    """The schedules of one consumer, or why there are none; its sources are copied once it is asked."""

    def __init__(self, consumer: Consumer, target: str, *, is_async: bool) -> None:
        self._consumer, self._target, self._is_async = consumer, target, is_async
        self._scheduled: Scheduled | None = None
        self._refusal: NotSchedulable | None = None

    def answer(self, asked: Switches) -> Switched:
        """Return what was seen, or why nothing was."""
        try:
            return self._asked(lambda scheduled: scheduled.answer(asked))
        except NotSchedulable as refusal:
            return Switched(why=str(refusal))

    def play(self, asked: Asked) -> Seen:
        """Return what is seen on the default schedule; raises NotSchedulable, and from then on always."""
        return self._asked(lambda scheduled: scheduled.play(asked))

    def _asked(self, ask: "Callable[[Scheduled], _Came]") -> "_Came":
        if self._refusal is not None:
            raise self._refusal
        try:
            if self._scheduled is None:
                from iasyncinfo_conformance.consumers.switching.scheduled import Scheduled  # it needs greenlet

                self._scheduled = Scheduled(self._consumer, self._target, is_async=self._is_async)
            return ask(self._scheduled)
        except NotSchedulable as refusal:
            self._refusal = refusal
        except ImportError as error:
            self._refusal = NotSchedulable(f"the scheduler does not load here: {said(error)}")
        raise self._refusal
