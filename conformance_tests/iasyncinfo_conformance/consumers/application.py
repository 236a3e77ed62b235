"""An application in a situation: the call that the situation names meets it, and all others complete."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from iasyncinfo_conformance.consumer import Consumer
from iasyncinfo_conformance.consumers.meeting import Meeting
from iasyncinfo_conformance.consumers.scene.script import Players, Script
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.consumers.scene.standin import StandIn, stand_in
from iasyncinfo_conformance.families.refusals import Refusal
from iasyncinfo_conformance.stepping.things import Opaque
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import parse_situation
from iasyncinfo_spec.words import Word

NO_CALL = "none"
"""The call that no application makes: with it all complete."""
_PLAIN = parse_situation("reference: wait complete(5)")


class ApplicationMeeting(Meeting):
    """One run of an application."""

    def __init__(
        self, consumer: Consumer, situation: Word, kind: Kind, *, is_async: bool, patience: float = 1.0
    ) -> None:
        super().__init__(consumer, situation, kind, is_async=is_async, patience=patience)
        self._named = next(str(step[1]) for step in situation if step[0] == "begin")
        self._refuses = next((step[1] for step in situation if step[0] == "refuse"), None)
        self._begun: Counter[str] = Counter()
        self._made: list[tuple[str, Kind]] = []
        self._others: list[Script] = []
        self._faces: list[StandIn] = []
        self._beginning = threading.Lock()
        self._met = False

    def run(self) -> Seen:
        """Run the application; return what was seen, with the calls that it made."""
        seen = super().run()
        return replace(seen, call=self._named, made_calls=tuple(self._made), is_met=self._met)

    def _call(self) -> Any:
        return self._consumer.function(self._begin)

    def _begin(self, name: str, kind: Kind = Kind.OPERATION, *_arguments: Any, **named: Any) -> StandIn:
        """Answer a call of the API: ``result`` is what its operation completes with."""
        result = named.get("result", _NOTHING)
        with self._beginning:
            self._begun[name] += 1
            call = numbered(name, self._begun[name])
            self._made.append((call, Kind(kind)))
            if call == self._named:
                self._met = True
                if self._refuses is not None:
                    raise Refusal(self._refuses, f"{call} fails")
                self.script.result = _giving(result)
                return self.face
            return self._plain(Kind(kind), _giving(result))

    def _plain(self, kind: Kind, giving: Callable[[Any], Any]) -> StandIn:
        face = stand_in("reference", kind)
        script = Script(_PLAIN, face.notice, Players(self._on_thread, self._give_up, self._pause))
        script.result = giving
        script.begin()
        self._others.append(script)
        self._faces.append(face)
        return face

    def _next(self, loop: Any) -> bool:
        """Have the next thing happen, to the call that is met or to another."""
        scripts = [self.script, *self._others] if self._met or not self._others else [*self._others, self.script]
        return any(script.next(loop) for script in scripts)


_NOTHING = object()


def numbered(name: str, number: int) -> str:
    """Return how a call is named: its second of the same name has a number."""
    return name if number == 1 else f"{name}.{number}"


def _giving(result: Any) -> Callable[[Any], Any]:
    made = Opaque() if result is _NOTHING else result
    return lambda _value: made
