"""A consumer that is run in this process, as in one's own tests: a hang that holds the interpreter is out of reach."""

from collections.abc import Sequence
from typing import Final

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.host import meet, ready
from iasyncinfo_conformance.consumers.hosted import Hosted, Lost
from iasyncinfo_conformance.consumers.messages import Asked, Ready, Switched, Switches
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.errors import HarnessFault, UsageFault
from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside

_SECONDS: Final = 10.0
"""How long the process may take for anything in which schedules are explored."""


class Here:
    """The consumer itself."""

    def __init__(self, consumer: Consumer, text: str = "") -> None:
        self._consumer, self._text = consumer, text
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

    def switch(self, asked: Sequence[Switches]) -> list[Switched]:
        """Return what was seen in each situation under its schedules, in a process that a missed wait cannot hold."""
        try:
            with Hosted(self._text, _SECONDS, _SECONDS) as hosted:
                hosted.ready()
                return hosted.switch(asked)
        except (HarnessFault, UsageFault) as fault:
            return [Switched(why=str(fault)) for _ in asked]
