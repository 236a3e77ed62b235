"""Words that look for references look through what they have made, whatever else the process holds."""

import gc
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.stepping.watching.garbage import what_was_there_aside
from iasyncinfo_conformance.stepping.word import run_word
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.words import Word, parse_word

KEPT = "put_completed(h1) release complete(5) alive(h1)"


def looked_through(word: Word, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many objects a word's collections have before them, at most."""
    seen: list[int] = []

    def collect(*arguments: Any) -> int:
        seen.append(len(gc.get_objects()))
        return found(*arguments)

    found = gc.collect
    with monkeypatch.context() as patched:
        patched.setattr(gc, "collect", collect)
        run_word(lambda: plain.start(Kind.OPERATION), word, projects=False)
    return max(seen)


def test_what_the_process_holds_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand lists more or less make no difference."""
    without = looked_through(parse_word(KEPT), monkeypatch)
    held = [[number] for number in range(100_000)]
    assert looked_through(parse_word(KEPT), monkeypatch) < without + len(held) / 10
    assert gc.get_freeze_count() == 0


def test_what_is_made_inside_and_forgotten_is_found() -> None:
    """A cycle among what is new is collected, and one that was there before is not lost for ever."""

    class Node:
        def __init__(self) -> None:
            self.me = self

    def nodes() -> int:
        return sum(type(each) is Node for each in gc.get_objects())

    gc.collect()
    before = Node()
    del before
    with what_was_there_aside():
        Node()
        with what_was_there_aside():
            Node()
            gc.collect()
        assert nodes() == 0
    gc.collect()
    assert nodes() == 0
    assert gc.get_freeze_count() == 0
