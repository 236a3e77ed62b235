"""The program's handlers, put behind objects that note when they begin and end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from iasyncinfo_spec.recorder.labels import number
from iasyncinfo_spec.recorder.track import Track


class Listening:
    """What is set in the place of a handler. It holds its operation by no reference, as the handler may not either."""

    __slots__ = ("__weakref__", "_sender", "_slot", "_track", "handler", "label")

    def __init__(
        self, track: Track, slot: str, handler: Callable[..., Any], sender: Callable[[Track, Any], Any]
    ) -> None:
        self.handler: Final = handler
        self.label: Final[str] = track.label(slot[0] if slot == "progress" else "h")
        self._slot = slot
        self._track = track
        self._sender = sender

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the handler as it was called, with the recorded operation as its sender."""
        track = self._track
        entered = track.entered(self.label, self._told(arguments[1] if len(arguments) > 1 else None))
        if arguments:
            arguments = (self._sender(track, arguments[0]), *arguments[1:])
        try:
            answer = self.handler(*arguments, **named)
        except BaseException as error:
            track.left(entered, error)
            raise
        track.left(entered)
        return answer

    def _told(self, told: object) -> str:
        return f'"status":{number(told)}' if self._slot == "completed" else f'"value":{self._track.value(told)}'
