"""Processes of the suite's own that work at the same time and answer in frames."""

import queue
from collections.abc import Sequence
from contextlib import suppress
from subprocess import DEVNULL
from typing import Any, Final

from iasyncinfo_conformance.children.child import Child
from iasyncinfo_conformance.children.frames import Garbled, Unpacking, packed

_WRITE_SECONDS: Final = 30.0


class Gone:
    """Comes in place of a frame where a process has ended, or speaks no frames."""


class Member:
    """One process of a crew."""

    def __init__(self, command: Sequence[str], chunks: "queue.Queue[tuple[Child, bytes]]") -> None:
        self.child: Child = Child(command, chunks, stderr=DEVNULL)
        self._unpacking = Unpacking()

    def send(self, value: object) -> None:
        """Send a value; that it was not taken is told by the answer that does not come."""
        self.child.write(packed(value), _WRITE_SECONDS)

    def frames(self, chunk: bytes) -> list[Any]:
        """Return the values that a chunk completes; a Gone is the last."""
        found: list[Any] = []
        try:
            found.extend(self._unpacking.feed(chunk))
        except Garbled:
            chunk = b""
        return found if chunk else [*found, Gone()]


class Crew:
    """Members that are told apart by what they answer: a context for their queue."""

    def __init__(self) -> None:
        self._chunks: queue.Queue[tuple[Child, bytes]] = queue.Queue(64)
        self._members: dict[Child, Member] = {}

    def start(self, command: Sequence[str]) -> Member:
        """Start one more; raises OSError where it cannot be."""
        member = Member(command, self._chunks)
        self._members[member.child] = member
        return member

    def end(self, member: Member) -> None:
        """End one and forget it: nothing of it will come."""
        self._members.pop(member.child, None)
        member.child.end()

    def close(self) -> None:
        """End all."""
        for member in list(self._members.values()):
            self.end(member)

    def come(self, seconds: float) -> list[tuple[Member, Any]]:
        """Return what has come of which member, waiting so long where nothing has."""
        found: list[tuple[Member, Any]] = []
        with suppress(queue.Empty):
            while True:
                child, chunk = self._chunks.get(timeout=0.0 if found else seconds)
                member = self._members.get(child)
                if member is not None:
                    found += [(member, frame) for frame in member.frames(chunk)]
        return found
