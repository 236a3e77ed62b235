"""Situations: what a consumer meets, as words that begin with a family's name.

``cswinrt: cancel wait complete(5)`` is C#/WinRT's manners, an operation that somebody cancels before the consumer is
given it, and whose work succeeds all the same. What stands before ``wait`` happens before the consumer begins;
each later step once the consumer waits for something. A worker's step is two levers: ``publish`` before it
leaves the call of the handler to a later ``call``. ``before(3)`` and ``after(3)`` have the next step happen at
the consumer's third call of a member, ``before(put_completed)`` at its first of that member, instead.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import is_code
from iasyncinfo_spec.meant import no_such
from iasyncinfo_spec.values import frozen
from iasyncinfo_spec.words import CALLS, Step, Word, WordError, parse_word

WORKERS: Final = ("complete", "fail", "acknowledge_cancel", "report_progress")
"""The worker's steps: each may be published first and called later."""
OTHERS: Final = ("cancel", "close", "put_completed", "get_results")
"""What somebody else does to the same operation."""
BEGINS: Final = ("wait", "begin")
"""The steps with which a consumer begins: one that waits, and an application's call by its name."""

SITUATION_STEPS: Final = {
    "wait": "the consumer is given the operation, and waits",
    "begin": "an application's call of this name is answered with the operation",
    "refuse": "an application's call fails with this code, and there is no operation",
    "complete": "the worker ends with this result",
    "fail": "the worker ends with this error code",
    "acknowledge_cancel": "the worker ends because it was asked to cancel",
    "report_progress": "the worker reports this value",
    "cancel": "somebody else calls Cancel",
    "close": "somebody else calls Close",
    "put_completed": "somebody else takes the Completed slot with this handler",
    "get_results": "somebody else calls GetResults",
    "give_up": "the consumer is told to give up: its task is canceled, or its own cancel is called",
    "pause": "a second passes",
    "gone": "the server is gone: from now on every member fails with this code",
    "publish": "the worker's next step shows its outcome, and calls nobody yet",
    "call": "what was published calls its handler",
    "on_loop": "the next step happens on the consumer's event loop, where it has one, instead of another thread",
    "before": "the next step happens when the consumer makes its call of this number or member, before it is answered",
    "after": "the next step happens when that call has been answered, before it returns",
    "tell": "rude: the Completed handler is called with this status, and nothing else changes",
    "results_succeed": "rude: GetResults succeeds with null, whatever the status is",
    "results_fail": "rude: GetResults fails with this code, whatever the status is",
}
"""The steps of situations and what they do. The worker's steps, and what others do, are steps of words too."""

_CODES: Final = ("fail", "gone", "results_fail", "refuse")
_ARGUMENT: Final = ("complete", "report_progress", "put_completed", "begin", "before", "after", "tell", *_CODES)
_NAME: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_.-]*)(:?)")
_HEXADECIMAL: Final = re.compile(r"-?0[xX][0-9a-fA-F]+")
_LABEL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?=\s*\))")
_DECODER: Final = json.JSONDecoder()


def is_situation(text: str) -> bool:
    """Return whether a text has the form of a situation, and not of a word of calls."""
    match = _NAME.match(text)
    return match is not None and match.group(2) == ":"


def parse_either(text: str) -> Word:
    """Return the situation or the word of calls that a text spells; a WordError where it spells neither."""
    return parse_situation(text) if is_situation(text) else parse_word(text)


def family_of(situation: Word) -> str:
    """Return the family whose manners a situation has."""
    return str(situation[0][0]).rstrip(":")


def with_family(family: str, steps: Iterable[Step]) -> Word:
    """Return a situation: these steps in front of that family."""
    return ((f"{family}:",), *steps)


def begun_as(situation: Word, call: str) -> Word:
    """Return a situation whose consumer is an application's call instead of one that waits."""
    return tuple(("begin", call) if step == ("wait",) else step for step in situation)


def parse_situation(text: str) -> Word:
    """Return the situation that a text spells; a WordError that shows where it spells none."""
    reader = _Reader(text)
    situation = reader.situation()
    if sum(step[0] in BEGINS for step in situation) != 1:
        raise WordError(f"a situation has one 'wait', or one 'begin': {text}")
    return situation


class _Reader:
    """A reader of one text, from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def situation(self) -> Word:
        name, colon = self._name()
        if not colon or name not in FAMILIES:
            raise self._error(f"a situation begins with a family and a colon; the families are {', '.join(FAMILIES)}")
        steps: list[Step] = [(f"{name}:",)]
        while self._text[self._at :].strip():
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        name, colon = self._name()
        if colon or name not in SITUATION_STEPS:
            raise self._error(no_such("step", name, SITUATION_STEPS))
        if name not in _ARGUMENT:
            return (name,)
        self._expect("(")
        value = self._value()
        self._expect(")")
        if name in _CODES and not (type(value) is int and is_code(value)):
            raise self._error(f"{name} takes an HRESULT")
        if name == "tell" and not (type(value) is int and value >= 0):
            raise self._error("tell takes a number")
        if name in ("before", "after") and not ((type(value) is int and value > 0) or value in CALLS):
            raise self._error(f"{name} takes the number of a call, or one of {', '.join(CALLS)}")
        return (name, value)

    def _name(self) -> tuple[str, str]:
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._error("a step was expected")
        self._at = match.end()
        return match.group(1), match.group(2)

    def _value(self) -> Any:
        for shape in (_HEXADECIMAL, _LABEL):
            match = shape.match(self._text, self._at)
            if match is not None and match.group() not in ("null", "true", "false"):
                self._at = match.end()
                return int(match.group(), 16) if shape is _HEXADECIMAL else match.group()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
            return frozen(value)
        except (ValueError, RecursionError, KeyError):
            raise self._error("a JSON value was expected") from None

    def _expect(self, character: str) -> None:
        if self._text[self._at : self._at + 1] != character:
            raise self._error(f"'{character}' was expected")
        self._at += 1

    def _error(self, why: str) -> WordError:
        return WordError.at(why, self._text[: self._at], self._text[self._at :])
