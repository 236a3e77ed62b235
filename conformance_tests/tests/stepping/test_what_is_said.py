"""What a subject says while a word runs is heard: printed, logged, warned, raised, and died of."""

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from iasyncinfo_conformance.checking.check import check
from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_conformance.report.card import card
from iasyncinfo_conformance.report.json_report import as_json
from iasyncinfo_conformance.report.reading import from_json
from iasyncinfo_conformance.stepping.watching.aloud import LONGEST
from iasyncinfo_conformance.stepping.watching.places import stacks_in
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import parse_word

LOGGER = logging.getLogger("subject.own")


def failing(say: Callable[[], object]) -> InProcess:
    """A target for actions that says something whenever its status is read, and fails."""

    class Loud(plain.Plain):
        @property
        def status(self) -> Any:
            say()
            raise LookupError("no status\x1b[2J")

    def start(kind: Kind) -> Subject:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return plain.subject(Loud, kind)

    return InProcess(start, "mine:start", explores=False)


def dying() -> None:
    """Start a thread that fails."""

    def work() -> None:
        raise OSError("it is gone")

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()


def log() -> None:
    """Log through a handler that has kept standard error."""
    handler = logging.StreamHandler(sys.stderr)
    LOGGER.addHandler(handler)
    LOGGER.propagate = False
    LOGGER.warning("a file is missing")
    LOGGER.removeHandler(handler)


@pytest.mark.parametrize(
    ("say", "heard"),
    [
        (lambda: print("here\x1b[2J"), "here\\x1b[2J"),
        (lambda: print("there", file=sys.stderr), "there"),
        (log, "a file is missing"),
        (lambda: warnings.warn("old way", UserWarning, stacklevel=2), "UserWarning: old way"),
    ],
)
@pytest.mark.filterwarnings("default::UserWarning")
def test_what_is_said_is_heard(say: Callable[[], object], heard: str) -> None:
    """Escaped, whatever may be in it."""
    found = failing(say).aloud(Kind.ACTION, parse_word("id status"))
    assert heard in "\n".join(found.output)
    assert [result.get("raised") for result in found.results] == [None, "LookupError"]
    assert found.raised[0].startswith("status: LookupError: no status\\x1b[2J (")
    assert "test_what_is_said.py:" in found.raised[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_of_what_a_thread_dies_is_heard() -> None:
    """With the place where it did."""
    found = failing(dying).aloud(Kind.ACTION, parse_word("status"))
    assert found.died[0].startswith("worker: OSError: it is gone (")


def test_what_is_kept_is_bounded() -> None:
    """And says how much more there was."""
    found = failing(lambda: print("x" * 50_000)).aloud(Kind.ACTION, parse_word("status"))
    assert sum(map(len, found.output)) < LONGEST + 100
    assert found.output[-1] == "[and 46,001 characters more]"


def test_a_card_shows_what_was_said_where_that_is_asked_for() -> None:
    """The JSON document keeps it; without the option the card counts the lines."""
    record = check(failing(lambda: print("one\ntwo")), Options(rule="STATUS-VALUES,STATUS,HOT", quick=True))
    again = from_json(as_json(record))
    failure = again.failures[0]
    assert "    raised   LookupError: no status" in card(again, failure)
    assert "lines; --show-output shows them" in card(again, failure)
    assert "    output   | one\n             | two" in card(again, failure, output=True)


def test_stacks_are_told_by_the_subjects_own_frames() -> None:
    """The innermost first, one text a thread; threads without any are left out."""
    text = (
        'Current thread 0x01 (most recent call first):\n  File "/x/mine.py", line 3 in wait\n'
        f'  File "{threading.__file__}", line 7 in run\n  File "/x/mine.py", line 9 in cancel\n\n'
        f'Thread 0x02 (most recent call first):\n  File "{threading.__file__}", line 7 in run\n'
    )
    assert stacks_in(text) == ("/x/mine.py:3 in wait < /x/mine.py:9 in cancel",)


def test_hearing_leaves_everything_as_it_was() -> None:
    """Streams, hooks and handlers of loggers."""
    before = sys.stdout, sys.stderr, threading.excepthook
    failing(lambda: None).aloud(Kind.ACTION, parse_word("status"))
    assert (sys.stdout, sys.stderr, threading.excepthook) == before


def test_a_right_word_says_nothing() -> None:
    """Nothing is made up."""
    target = InProcess(lambda kind: replace(plain.start(kind)), "mine:start", explores=False)
    found = target.aloud(Kind.ACTION, parse_word("complete(5) status"))
    assert (found.raised, found.died, found.output) == ((), (), ())
