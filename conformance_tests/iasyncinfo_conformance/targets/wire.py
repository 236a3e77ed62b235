"""Words run by another process, as JSON lines over its standard input and output."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final, TypeVar

from iasyncinfo_conformance.errors import DriverFault, HarnessFault, NotSchedulable
from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.target import CAPABILITIES, Explored, Moment, RaceOutcome, Replayed, Result, Trouble, only
from iasyncinfo_conformance.targets.numbers import whole
from iasyncinfo_conformance.targets.process import START_TIMEOUT, Process, Request
from iasyncinfo_conformance.targets.wire_shape import are_results, what_is_wrong
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, format_word, from_json, to_json

_AHEAD: Final = 64
"""Runs sent ahead of their answers."""
_AHEAD_BYTES: Final = 32_000
"""Bytes sent ahead of their answers: fewer than a pipe holds, so that writing never blocks."""
_LONGEST: Final = 200
"""Characters of a wrong part of a ready line that are shown."""

T = TypeVar("T")


class WireTarget:
    """A target behind a pipe; its process is restarted after a hang or a death. ``heard`` is called at each answer."""

    kinds: tuple[Kind, ...]

    def __init__(self, command: Sequence[str], name: str, timeout: float, start_timeout: float = START_TIMEOUT) -> None:
        """Start the process; ``timeout`` are the seconds of a word, ``start_timeout`` those until the first."""
        self.name = name
        self.isolated: bool = True
        self._command = list(command)
        self._timeout = timeout
        self._start_timeout = start_timeout
        self.heard: Callable[[], None] = lambda: None
        self._process = Process(self._command, name)
        ready = self._process.ready(start_timeout)
        try:
            self.kinds, self._supports = _kinds_and_supports(name, ready)
            self.values: tuple[str, ...] = _texts(name, ready, "values", ["int"])
            self.notes: tuple[str, ...] = tuple(map(one_line, _texts(name, ready, "notes", [])))
            self.unexplored: str = _text(name, ready, "unexplored")
            self.about: str = " ".join(filter(None, (_text(name, ready, key) for key in ("name", "version"))))
            self._classes = () if name.startswith("exec:") else _classes(ready)
            born = ready.get("born", {})
            self.born: Mapping[Kind, Word] = {Kind(kind): from_json(steps) for kind, steps in born.items()}
        except HarnessFault:
            self._process.kill()
            raise

    def supports(self, kind: Kind) -> frozenset[str]:
        """Return what the driver's ready line declares for this kind."""
        return self._supports[kind]

    def classes(self) -> tuple[tuple[str, str], ...]:
        """Return the classes of the operations, each as its module and its name; a driver has none."""
        return self._classes

    def run(self, kind: Kind, steps: Iterable[Any]) -> list[Result]:
        """Run one word; raises Trouble where it ends without results."""
        return only(self.run_many(kind, [from_json(steps)]))

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


def _kinds_and_supports(name: str, ready: dict[str, Any]) -> tuple[tuple[Kind, ...], dict[Kind, frozenset[str]]]:
    try:
        kinds = tuple(Kind(kind) for kind in ready["kinds"])
        supports = ready.get("supports", [])
        by_kind = {kind: frozenset(supports[kind] if isinstance(supports, dict) else supports) for kind in kinds}
    except (KeyError, ValueError, TypeError) as error:
        raise _fault(name)(
            f"{name}: the ready line is not understood ({type(error).__name__}: {error}). It needs "
            f'"ready": true, "kinds": a list of {", ".join(Kind)}, and "supports": a list of words.'
        ) from error
    if not kinds:
        raise _fault(name)(f"{name}: the ready line declares no kind, so there is nothing to check.")
    unknown = sorted(map(str, frozenset[str]().union(*by_kind.values()) - set(CAPABILITIES)))
    if unknown:
        raise _fault(name)(
            f"{name}: the ready line supports {' and '.join(unknown)}, which the wire does not have. "
            f"It has {', '.join(CAPABILITIES)}."
        )
    return kinds, by_kind


def _text(name: str, ready: dict[str, Any], key: str) -> str:
    text = ready.get(key, "")
    if not isinstance(text, str):
        raise _fault(name)(f'{name}: the ready line is not understood: "{key}" is a text, not {_shown(text)}.')
    return one_line(text)


def _fault(name: str) -> type[HarnessFault]:
    """Return whose fault a wrong ready line is: a driver's, or that of what serves the adapter."""
    return DriverFault if name.startswith("exec:") else HarnessFault


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _classes(ready: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the classes that the bundled host names."""
    listed = ready.get("classes", [])
    return tuple((str(module), str(name)) for module, name in listed) if isinstance(listed, list) else ()


def _texts(name: str, ready: dict[str, Any], key: str, default: list[str]) -> tuple[str, ...]:
    texts = ready.get(key, default)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _fault(name)(
            f'{name}: the ready line is not understood: "{key}" is a list of words, not {_shown(texts)}.'
        )
    return tuple(texts)
