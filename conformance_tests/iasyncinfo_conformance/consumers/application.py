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
PLAIN = parse_situation("reference: wait complete(5)")
"""What every other call meets."""


class Calls:
    """The calls that an application makes in one run: one meets the situation, all others complete."""

    def __init__(
        self, situation: Word, met: tuple[StandIn, Script], plain: Callable[[Kind], tuple[StandIn, Script]]
    ) -> None:
        self._named = next(str(step[1]) for step in situation if step[0] == "begin")
        self._refuses = next((step[1] for step in situation if step[0] == "refuse"), None)
        self._face, self._script = met
        self._plain = plain
        self._begun: Counter[str] = Counter()
        self._made: list[tuple[str, Kind]] = []
        self._faces: list[StandIn] = []
        self._lock = threading.Lock()
        self.others: list[Script] = []
        """The scripts of the other calls."""
        self.is_met: bool = False

    def begin(self, name: str, kind: Kind, **named: Any) -> StandIn:
        """Answer a call of the API: ``result`` is what its operation completes with."""
        with self._lock:
            self._begun[name] += 1
            call = numbered(name, self._begun[name])
            self._made.append((call, Kind(kind)))
            if call != self._named:
                return self._other(Kind(kind), named)
            self.is_met = True
            if self._refuses is not None:
                raise Refusal(self._refuses, f"{call} fails")
            self._script.result = _giving(named)
            return self._face

    def _other(self, kind: Kind, named: dict[str, Any]) -> StandIn:
        face, script = self._plain(kind)
        script.result = _giving(named)
        script.begin()
        self.others.append(script)
        self._faces.append(face)
        return face

    def told_of(self, seen: Seen) -> Seen:
        """Return what was seen, with the calls that were made."""
        return replace(seen, call=self._named, made_calls=tuple(self._made), is_met=self.is_met)


class ApplicationMeeting(Meeting):
    """One run of an application."""

    def __init__(
        self, consumer: Consumer, situation: Word, kind: Kind, *, is_async: bool, patience: float = 1.0
    ) -> None:
        super().__init__(consumer, situation, kind, is_async=is_async, patience=patience)
        self._calls = Calls(situation, (self.face, self.script), self._plain)

    def run(self) -> Seen:
        """Run the application; return what was seen, with the calls that it made."""
        return self._calls.told_of(super().run())

    def _call(self) -> Any:
        return self._consumer.function(self._begin)

    def _begin(self, name: str, kind: Kind = Kind.OPERATION, *_arguments: Any, **named: Any) -> StandIn:
        return self._calls.begin(name, kind, **named)

    def _plain(self, kind: Kind) -> tuple[StandIn, Script]:
        face = stand_in("reference", kind)
        return face, Script(PLAIN, face.notice, Players(self._on_thread, self._give_up, self._pause))

    def _next(self, loop: Any) -> bool:
        """Have the next thing happen, to the call that is met or to another."""
        others = self._calls.others
        scripts = [self.script, *others] if self._calls.is_met or not others else [*others, self.script]
        return any(script.next(loop) for script in scripts)


def numbered(name: str, number: int) -> str:
    """Return how a call is named: its second of the same name has a number."""
    return name if number == 1 else f"{name}.{number}"


def _giving(named: dict[str, Any]) -> Callable[[Any], Any]:
    made = named["result"] if "result" in named else Opaque()
    return lambda _value: made
