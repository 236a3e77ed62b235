"""Words: the steps that drive one object, as tuples and as text.

A word is a sequence of steps, each a tuple whose first item names it: ``("cancel",)``,
``("complete", 5)``, ``("put_completed", "h1", (("status",),))``. As text the same three read
``cancel complete(5) put_completed(h1{status})``. Values are JSON; codes may be hexadecimal.

A race is a step too, whose threads run at the same time: ``[complete(5) | cancel status]`` is
``("race", (("complete", 5),), (("cancel",), ("status",)))``.

A word may drive up to three objects that are alive at once: ``b.complete(7)`` is a step of the second, ``c.close`` of
the third. And the label of a handler may say what sort of a handler it is: ``h1:falsy`` (:data:`NATURES`).

A wait is a step that lasts while others are taken: ``await{complete(5)}`` awaits, and once the task has come to rest
takes the steps in braces; its result is what the wait came to (:data:`WAITS`).
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TypeAlias

from iasyncinfo_spec.meant import did_you_mean
from iasyncinfo_spec.values import frozen, is_thing, thawed

Step: TypeAlias = tuple[Any, ...]
Word: TypeAlias = tuple[Step, ...]

CALLS: Final = (
    "id", "status", "error_code", "cancel", "close", "put_completed", "get_completed",
    "put_progress", "get_progress", "get_results",
)  # fmt: skip
"""The steps that a caller takes."""

PROPERTIES: Final = frozenset({"id", "status", "error_code", "get_completed", "get_progress"})
"""The calls that read a property."""

PRODUCER: Final = ("complete", "fail", "acknowledge_cancel", "report_progress")
"""The steps that the worker takes."""

STEPS: Final = (*CALLS, *PRODUCER)

OBSERVERS: Final = (
    "cancel_notifications", "release", "alive", "thread", "handed_out", "wait", "remains", "cancel_callback_fails",
    "get", "wait_for", "await", "give_up", "on_loop",
)  # fmt: skip
"""Steps that only some transports can take; see :data:`MEANINGS`."""

OTHERS: Final = ("b.", "c.")
"""What the name of a step of the second object, and of the third, begins with."""

NATURES: Final = {
    "unheld": "nobody but the operation holds it",
    "method": "a bound method, made anew whenever it is asked for, of an object that nobody else holds",
    "falsy": "its truth value is false",
    "empty": "its length is 0",
    "unhashable": "it has no hash",
    "equal": "it is equal to every other of its nature",
    "incomparable": "comparing it fails",
    "bare": "it takes no attributes and no weak references",
}
"""The natures of handlers that a label may name after a colon; without one a handler is an ordinary callable."""

EXCEPTIONS: Final = {
    "ValueError": "carries no HRESULT",
    "Exception": "has no text",
    "OSError": "could carry an HRESULT and has none",
    "StopIteration": "ends iterations",
    "CancelledError": "asyncio's, no Exception",
    "BaseException": "no Exception",
}
"""What a handler may raise that carries no code, by name; never what ends a program or a generator."""

WAITER: Final = "waiter"
"""The label in a log of a handler that ``get``, ``wait`` or ``await`` set: nobody notices when it runs."""

WAITS: Final = ("get", "wait_for", "await")
"""Steps that last until the operation has ended, while those in their braces are taken."""

GIVE_UP: Final = "give_up"
"""The step within ``await`` that cancels the task."""

RACE: Final = "race"
"""The step whose arguments are words that threads run at the same time."""

IN_HANDLERS: Final = ("raise", "thread")
"""Steps that only a handler takes."""

IN_AWAIT: Final = (GIVE_UP, "on_loop")
"""Steps that are taken only while a task awaits."""

MEANINGS: Final = {
    "id": "read Id",
    "status": "read Status",
    "error_code": "read ErrorCode",
    "cancel": "call Cancel",
    "close": "call Close",
    "put_completed": "set Completed to a handler that runs the steps in braces, or to null",
    "get_completed": "read Completed: the handler's label, or null",
    "put_progress": "set Progress to a handler that runs the steps in braces, or to null",
    "get_progress": "read Progress: the handler's label, or null",
    "get_results": "call GetResults",
    "complete": "the worker ends with this result",
    "fail": "the worker ends with this error code",
    "acknowledge_cancel": "the worker ends because it was asked to cancel",
    "report_progress": "the worker reports this value",
    "cancel_notifications": "read how often the worker has been told to cancel",
    "release": "the caller drops every reference to the operation (in process)",
    "alive": "whether the handler with this label is still referenced by anybody else (in process)",
    "handed_out": "look again at what GetResults handed out last (in process)",
    "wait": "leave the object alone for so many seconds",
    "remains": "take the steps before on many objects, let go of each, and tell what there is more and more of",
    "cancel_callback_fails": "from now on the worker's own cancel callback fails with this code",
    "raise": "within a handler: fail with this code, or with the exception of this name",
    "thread": "within a handler: run the steps in braces on another thread and wait for it",
    "get": "another thread calls get(); take the steps in braces once it has come to rest, and tell what get() came to",
    "wait_for": "another thread calls wait() with so many seconds, as with get",
    "await": "a task of an event loop that runs on another thread awaits the operation, as with get",
    "give_up": "within await: cancel the task",
    "on_loop": "within await: take the steps in braces on the thread of the event loop",
    "race": "written [a | b]: threads that run these words at the same time, once all of them are ready",
}

TAKES_ONE: Final = {
    "put_completed", "put_progress", "complete", "fail", "report_progress", "alive", "raise", "wait",
    "cancel_callback_fails", "wait_for",
}  # fmt: skip
"""The steps that have an argument which is no word."""
_CODES: Final = {"fail", "raise", "cancel_callback_fails", "gone", "results_fail", "refuse"}
_VALUES: Final = {"complete", "report_progress"}
_LABELED: Final = {"put_completed", "put_progress", "alive", "begin", "before", "after"}
_LABEL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HANDLER: Final = re.compile(rf"[A-Za-z_][A-Za-z0-9_]*(:({'|'.join(NATURES)})\b)?")
_HEXADECIMAL: Final = re.compile(r"-?0[xX][0-9a-fA-F]+")
_DEEPEST: Final = 16
"""How deep handlers and threads may be nested in each other."""
_MOST_BITS: Final = 1024
"""Bits of an integer that a worker may end with or report."""
_HRESULTS: Final = range(-(2**31), 2**32)
_SHOWN: Final = 60
"""Characters of a text that are shown before and after the place where it is no word."""


class WordError(ValueError):
    """A text is no word; the message shows where and why."""

    @classmethod
    def at(cls, why: str, before: str, after: str) -> "WordError":
        """Return the error of a text that is understood before some place, and not after it."""
        told = why if why.endswith((".", "?")) else f"{why}:"
        return cls(f"{told} {before} >>> {after}")


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number)


def parse_word(text: str) -> Word:
    """Return the word that ``text`` spells; a WordError where it spells none."""
    return _Parser(text).word()


def format_word(word: Iterable[Step]) -> str:
    """Return the text of a word; :func:`parse_word` gives the word back."""
    return " ".join(_format_step(step) for step in word)


def object_of(name: str) -> str:
    """Return what the name of a step begins with: nothing where it is the first object's, else one of OTHERS."""
    return name[:2] if name.startswith(OTHERS) else ""


def of_one(step: Step) -> Step:
    """Return a step without its object: ``b.cancel`` as ``cancel``."""
    return (bare(step[0]), *step[1:])


def of_second(step: Step) -> Step:
    """Return a step as one of the second object."""
    return (OTHERS[0] + step[0], *step[1:])


@lru_cache(1024)
def bare(name: str) -> str:
    """Return the name of a step without its object."""
    return name.removeprefix(object_of(name))


def nature_of(label: str) -> str:
    """Return the nature that a handler's label names; nothing where it is an ordinary callable."""
    return label.partition(":")[2]


def step_names(word: Iterable[Step]) -> Iterator[str]:
    """Yield the name of every step of a word, those inside handlers included."""
    for step in word:
        yield step[0]
        for inner in threads_of(step) or (program_of(step), meanwhile(step)):
            yield from step_names(inner)


def program_of(step: Step) -> Word:
    """Return the steps that the handler of a put, or another thread, runs; () for any other step."""
    if step[0] == "thread":
        return tuple(step[1])
    return step[2] if len(step) > 2 and bare(step[0]) in ("put_completed", "put_progress") else ()


def calls_itself(step: Step) -> bool:
    """Return whether a step puts a Progress handler that has a report made, which calls it again."""
    return bare(step[0]) == "put_progress" and "report_progress" in step_names(program_of(step))


def meanwhile(step: Step) -> Word:
    """Return the steps that are taken while a wait lasts, by whom or wherever; () for any other step."""
    return step[-1] if bare(step[0]) in (*WAITS, "on_loop") and isinstance(step[-1], tuple) else ()


def threads_of(step: Step) -> tuple[Word, ...]:
    """Return the words that the threads of a race run; () for any other step."""
    return step[1:] if step[0] == RACE else ()


def to_json(word: Iterable[Step]) -> list[list[Any]]:
    """Return a word as the lists that travel on the wire."""
    return [_step_to_json(*step) for step in word]


def _step_to_json(name: str, *arguments: Any) -> list[Any]:
    if bare(name) in _VALUES:
        return [name, *map(thawed, arguments)]
    return [name, *(to_json(item) if isinstance(item, tuple) else item for item in arguments)]


def from_json(steps: Iterable[Iterable[Any]]) -> Word:
    """Return the word that the wire's lists hold."""
    return tuple(_step_from_json(*step) for step in steps)


def _step_from_json(name: str, *arguments: Any) -> Step:
    if bare(name) in _PROGRAMS:
        return (name, *(from_json(item) if isinstance(item, list) else item for item in arguments))
    return (name, *map(frozen, arguments))


_BRACED: Final = {"thread", "on_loop"}
"""The steps that are steps in braces and nothing else."""
_PROGRAMS: Final = {"put_completed", "put_progress", *_BRACED, *WAITS, RACE}
"""The steps whose arguments may be words."""


def _format_step(step: Step) -> str:
    name, *arguments = step
    if name == RACE:
        return f"[{' | '.join(map(format_word, arguments))}]"
    if name in _BRACED or bare(name) in WAITS:
        return _format_wait(step)
    if not arguments:
        return str(name)
    program = program_of(step)
    inside = f"{{{format_word(program)}}}" if program else ""
    return f"{name}({_format_value(bare(name), arguments[0])}{inside})"


def _format_wait(step: Step) -> str:
    """Return the text of a step that has its braces beside its argument, if it has any."""
    seconds = [item for item in step[1:] if not isinstance(item, tuple)]
    program = program_of(step) or meanwhile(step)
    inside = f"{{{format_word(program)}}}" if program else ""
    return f"{step[0]}{''.join(f'({json.dumps(number)})' for number in seconds)}{inside}"


def _format_value(name: str, value: object) -> str:
    if name in _CODES and isinstance(value, int):
        return f"0x{value % 2**32:08X}"
    if name in _LABELED and isinstance(value, str):
        return value
    return json.dumps(thawed(value))


class _Parser:
    """A reader of one text, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._awaits = 0

    def word(self) -> Word:
        word = self._steps(("",))
        if not word:
            raise self._error("a word has at least one step")
        return word

    def _steps(self, ends: tuple[str, ...], *, inside: bool = False, racing: bool = False) -> Word:
        steps = []
        while self._skip() not in ends:
            if self._at == len(self._text):
                raise self._error(f"'{ends[-1]}' is missing")
            alone = not inside and not racing
            steps.append(self._race() if alone and self._skip() == "[" else self._step(inside=inside))
        return tuple(steps)

    def _race(self) -> Step:
        """Read ``[a | b | c]``: two threads or more, each of which does something."""
        self._expect("[")
        threads: list[Word] = []
        while not threads or self._skip() == "|":
            self._at += bool(threads)
            threads.append(self._steps(("|", "]"), racing=True))
            if not threads[-1]:
                raise self._error("a thread of a race takes at least one step")
        if len(threads) < 2:
            raise self._error("a race has at least two threads, with | between them")
        self._expect("]")
        return (RACE, *threads)

    def _step(self, *, inside: bool) -> Step:
        of = "" if inside else object_of(self._text[self._at : self._at + 2])
        self._at += len(of)
        name = self._name("a step")
        self._require_place(name, inside=inside)
        if name in _BRACED:
            return (name, self._braces())
        if name in WAITS:
            return self._wait(of, name)
        if name not in TAKES_ONE:
            return (of + name,)
        self._expect("(")
        arguments = self._handler() if name in _PROGRAMS else (self._value(name),)
        if calls_itself((name, *arguments)):
            raise self._error(f"{name} takes no handler that reports: it would call itself without end")
        self._expect(")")
        return (of + name, *arguments)

    def _require_place(self, name: str, *, inside: bool) -> None:
        """Raise a WordError where there is no such step here."""
        why = "outside a handler" if name in IN_HANDLERS and not inside else ""
        why = "outside await" if name in IN_AWAIT and not self._awaits else why
        if name not in MEANINGS or name == RACE or why:
            self._at -= len(name)
            raise self._error(f"there is no step '{name}'" + (f" {why}" if why else f".{did_you_mean(name, MEANINGS)}"))

    def _wait(self, of: str, name: str) -> Step:
        step: Step = (of + name,)
        if name in TAKES_ONE:
            self._expect("(")
            step += (self._value(name),)
            self._expect(")")
        if self._skip() == "{":
            self._awaits += name == "await"
            step += (self._braces(),)
            self._awaits -= name == "await"
        return step

    def _handler(self) -> Step:
        label = self._name("a handler's label, or null", _HANDLER)
        program = self._braces() if self._skip() == "{" else ()
        if label == "null":
            return (None,)
        return (label, program) if program else (label,)

    def _braces(self) -> Word:
        self._expect("{")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"handlers are nested more than {_DEEPEST} deep")
        program = self._steps(("}",), inside=True)
        self._expect("}")
        self._depth -= 1
        return program

    def _value(self, name: str) -> Any:
        self._skip()
        if name == "alive":
            return self._name("a handler's label", _HANDLER)
        start = self._at
        if match := _HEXADECIMAL.match(self._text, self._at):
            self._at = match.end()
            value: Any = int(match.group(), 16)
        else:
            value = self._json(name)
        why = _why_not(name, value)
        if why:
            self._at = start
            raise self._error(f"{name} takes {why}")
        return frozen(value)

    def _json(self, name: str) -> Any:
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):  # no JSON, thousands of digits, or hundreds of brackets
            raise self._error(f"{name} takes a JSON value in parentheses") from None
        return value

    def _name(self, what: str, shape: re.Pattern[str] = _LABEL) -> str:
        self._skip()
        match = shape.match(self._text, self._at)
        if match is None:
            raise self._error(f"{what} was expected")
        self._at = match.end()
        return match.group()

    def _expect(self, character: str) -> None:
        if self._skip() != character:
            raise self._error(f"'{character}' was expected")
        self._at += 1

    def _skip(self) -> str:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _error(self, why: str) -> WordError:
        before, after = self._text[: self._at], self._text[self._at :]
        before = before if len(before) <= _SHOWN else f"...{before[-_SHOWN:]}"
        after = after if len(after) <= _SHOWN else f"{after[:_SHOWN]}..."
        return WordError.at(why, before, after)


def _why_not(name: str, value: object) -> str:
    """Return what a step takes where it does not take this value; nothing where it does."""
    number = isinstance(value, int) and not isinstance(value, bool)
    if name == "raise" and isinstance(value, str):
        return "" if value in EXCEPTIONS else f"an HRESULT, or one of {', '.join(EXCEPTIONS)}"
    if name in _CODES:
        return _why_no_code(value, number=number)
    if name in ("wait", "wait_for"):
        return "" if number or isinstance(value, float) else "a number of seconds"
    return _why_no_value(value)


def _why_no_code(value: object, *, number: bool) -> str:
    if not number:
        return "an HRESULT"
    return "" if value in _HRESULTS else "an HRESULT, a number of 32 bits"


def _why_no_value(value: object) -> str:
    """Return what a value has to be where this is none that some transport carries."""
    match value:
        case list():
            return next(filter(None, map(_why_no_value, value)), "")
        case dict() if not is_thing(value):
            return "a number, a string, true, false, null, or a list of these"
        case int() if value.bit_length() > _MOST_BITS:
            return f"an integer of at most {_MOST_BITS:,} bits"
        case float() if not isfinite(value):
            return "a finite number"
        case str() if not _is_text(value):
            return "a text without half of a surrogate pair"
    return ""


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
