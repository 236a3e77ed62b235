"""Words run by another process, as JSON lines over its standard input and output."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final, TypeVar

from iasyncinfo_conformance.errors import HarnessFault, NotSchedulable
from iasyncinfo_conformance.escaping import escaped, one_line
from iasyncinfo_conformance.stepping.watching.aloud import LONGEST
from iasyncinfo_conformance.target import Ended, Explored, Heard, Moment, RaceOutcome, Replayed, Result, Trouble, only
from iasyncinfo_conformance.targets.numbers import whole
from iasyncinfo_conformance.targets.pipe.process import START_TIMEOUT, Process, Request
from iasyncinfo_conformance.targets.pipe.wire_shape import are_results, what_is_wrong
from iasyncinfo_conformance.targets.ready_line import ready_line
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word, from_json, to_json

_AHEAD: Final = 64
"""Runs sent ahead of their answers."""
_LAST_WORDS_SECONDS: Final = 0.1
_AHEAD_BYTES: Final = 32_000
"""Bytes sent ahead of their answers: fewer than a pipe holds, so that writing never blocks."""

T = TypeVar("T")


class WireTarget:
    """A target behind a pipe; its process is restarted after a hang or a death. ``heard`` is called at each answer."""

    kinds: tuple[Kind, ...]

    def __init__(
        self,
        command: Sequence[str],
        name: str,
        timeout: float,
        start_timeout: float = START_TIMEOUT,
        *,
        is_bundled: bool = False,
    ) -> None:
        """Start the process; ``timeout`` are the seconds of a word, ``start_timeout`` those until the first.

        ``is_bundled`` says that it is the suite's own host of a target in Python.
        """
        self._is_bundled = is_bundled
        self.name = name
        self.isolated: bool = True
        self._command = list(command)
        self._timeout = timeout
        self._start_timeout = start_timeout
        self.heard: Callable[[], None] = lambda: None
        self._process = Process(self._command, name)
        message = self._process.ready(start_timeout)
        try:
            ready = ready_line(name, message)
        except HarnessFault:
            self._process.kill()
            raise
        self.kinds = ready.kinds
        self.values: tuple[str, ...] = ready.values
        self.born: Mapping[Kind, Word] = ready.born
        self.notes: tuple[str, ...] = ready.notes
        self.unexplored: str = ready.unexplored
        self.about: str = ready.about
        self._supports, self._classes = ready.supports, ready.classes

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return what the driver's ready line declares for this kind."""
        return self._supports[kind]

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes of the operations, each as its module and its name; a driver has none."""
        return self._classes

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word; raises Trouble where it ends without results."""
        return only(self.run_many(kind, [from_json(steps)]))

    def aloud(self, kind: Kind, word: Word) -> Heard:
        """Run one word and return what the subject says besides its results; of a driver, its standard error."""
        if self._is_bundled:
            answers = self._ask([_heard(kind, word)])
            return only(answers)
        before = self._process.heard
        results = only(self.run_many(kind, [word]))
        time.sleep(_LAST_WORDS_SECONDS)  # they come by another pipe
        return Heard(results, output=tuple(map(escaped, self._process.said_since(before)[-LONGEST:].splitlines())))

    def overhear(self, hear: Callable[[bytes], object]) -> None:
        """Have something called with each piece of the standard error of the process that runs now."""
        self._process.overhear(hear)

    def run_many(self, kind: Kind, words: Iterable[Word]) -> Iterator[list[Result] | Trouble]:
        """Run words, many sent ahead, and yield what came of each, in order."""
        listed = list(words)
        waits = max((step[1] for word in listed for step in word if step[0] == "wait"), default=0.0)
        answers = self._ask(map(_run, repeat(kind), listed), waits)
        return answers if "float" in self.values else map(_whole, answers)

    def run_together(self, words: Sequence[tuple[Kind, Word]]) -> list[list[Result]] | Trouble:
        """Run words on objects that are alive at the same time, and wait once for all."""
        seconds = max((step[1] for _, word in words for step in word if step[0] == "wait"), default=0.0)
        (outcome,) = self._ask([_lingering(words)], seconds)
        return outcome if isinstance(outcome, Trouble) or "float" in self.values else list(whole(outcome))

    def explore(self, kind: Kind, words: Iterable[Word], bound: int) -> Iterator[Explored | Trouble]:
        """Explore the race of each word, many sent ahead."""
        return self._ask(map(_exploration, repeat(kind), words, repeat(bound)))

    def replay(self, kind: Kind, word: Word, schedule: str) -> Replayed:
        """Run one word under one schedule."""
        requests = [_replaying(kind, word, schedule)]
        answers = self._ask(requests)
        return only(answers)

    def close(self) -> None:
        """Tell the process to stop, and end it if it does not."""
        self._process.stop()

    def _ask(self, requests: Iterable[Request[T]], waits: float = 0.0) -> Iterator[T | Trouble]:
        """Yield the answer to each request, in order, while others are sent ahead; each waits for so many seconds."""
        unsent = iter(requests)
        sent: deque[tuple[int, Request[T], int]] = deque()
        ahead = 0
        while True:
            while len(sent) < _AHEAD and ahead < _AHEAD_BYTES and (request := next(unsent, None)) is not None:
                sequence = self._process.sequence
                size = self._process.send(request.message, self._timeout)
                sent.append((sequence, request, size))
                ahead += size
            if not sent:
                return
            sequence, request, size = sent.popleft()
            ahead -= size
            try:
                answer: T | Trouble = self._process.answer(sequence, request, self._timeout + waits)
            except NotSchedulable:
                self._start_again()  # what was sent ahead will not be asked for any more
                raise
            except Trouble as trouble:
                if trouble.what is Ended.HANG and self._is_bundled:
                    trouble.stacks = self._process.stacks()
                self._start_again()
                unsent = chain([waiting for _, waiting, _ in sent], unsent)
                sent.clear()
                ahead, answer = 0, trouble
            self.heard()
            yield answer

    def _start_again(self) -> None:
        self._process.kill()
        self._process = Process(self._command, self.name)
        self._process.ready(self._start_timeout)


def _whole(outcome: list[Result] | Trouble) -> list[Result] | Trouble:
    return outcome if isinstance(outcome, Trouble) else list(whole(outcome))


def _run(kind: Kind, word: Word) -> Request[list[Result]]:
    def read(message: dict[str, Any]) -> list[Result] | None:
        results = message.get("results")
        return list(results) if are_results(results) and len(results) == len(word) else None

    return Request(
        {"cmd": "run", "kind": kind.value, "steps": to_json(word)},
        read,
        lambda message: (
            f"result of each of the {len(word)} steps of {format_word(word)!r} "
            f"({what_is_wrong(message.get('results'), len(word))})"
        ),
    )


def _heard(kind: Kind, word: Word) -> Request[Heard]:
    asked = _run(kind, word)

    def read(message: dict[str, Any]) -> Heard | None:
        results = asked.read(message)
        if results is None:
            return None
        return Heard(results, *(tuple(map(one_line, message.get(each, ()))) for each in ("raised", "died", "output")))

    return Request({**asked.message, "aloud": True}, read, asked.wanted)


def _lingering(words: Sequence[tuple[Kind, Word]]) -> Request[list[list[Result]]]:
    def read(message: dict[str, Any]) -> list[list[Result]] | None:
        found = message.get("lingered")
        if not isinstance(found, list) or len(found) != len(words) or not all(map(are_results, found)):
            return None
        return found if all(len(each) == len(word) for each, (_, word) in zip(found, words, strict=True)) else None

    asked = [{"kind": kind.value, "steps": to_json(word)} for kind, word in words]
    return Request(
        {"cmd": "linger", "words": asked}, read, lambda _: f"results of each of {len(words)} words run together"
    )


def _exploration(kind: Kind, word: Word, bound: int) -> Request[Explored]:
    def read(message: dict[str, Any]) -> Explored | None:
        try:
            return Explored(int(message["schedules"]), [RaceOutcome(**outcome) for outcome in message["outcomes"]])
        except (KeyError, TypeError, ValueError):
            return None

    asked = {"cmd": "explore", "kind": kind.value, "steps": to_json(word), "bound": bound}
    return Request(asked, read, lambda _: f"outcomes of the race in {format_word(word)!r}")


def _replaying(kind: Kind, word: Word, schedule: str) -> Request[Replayed]:
    def read(message: dict[str, Any]) -> Replayed | None:
        try:
            trace = [Moment(**moment) for moment in message["trace"]]
            return Replayed(message["results"], message["trouble"], trace)
        except (KeyError, TypeError):
            return None

    asked = {"cmd": "explore", "kind": kind.value, "steps": to_json(word), "schedule": schedule}
    return Request(asked, read, lambda _: f"trace of the race in {format_word(word)!r}")
