"""What a stranger reads who wrote an adapter as nearly everybody does at first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.engines.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind

Start = Callable[[Kind], Any]


def working(kind: Kind, **changed: Any) -> Subject:
    """A right subject, but for what is changed."""
    subject = plain.start(kind)
    for name, value in changed.items():
        setattr(subject, name, value)
    return subject


async def asynchronous(*_: object) -> None:
    """Nobody awaits it."""


async def yields(kind: Kind) -> AsyncIterator[Subject]:
    """Nobody asks it for more."""
    yield working(kind)


def in_a_loop(_: object) -> None:
    """Nobody runs one."""
    asyncio.get_running_loop()


FROM_OUTSIDE = "hand it the work with loop.call_soon_threadsafe, and give a settle"
MISTAKES: dict[str, tuple[Start, str]] = {
    "a class is returned": (lambda _: plain.start, "returned function for action, not a Subject. Build one"),
    "the operation's class is returned": (lambda kind: type(working(kind).operation), "returned the class "),
    "the subject is of a class": (
        lambda kind: working(kind, operation=type(working(kind).operation)),
        "whose operation is the class ",
    ),
    "NotImplemented is returned": (lambda _: NotImplemented, "For a kind that it does not have it raises Not"),
    "an async generator": (yields, "It yields: let it return the Subject"),
    "a lever is async": (lambda kind: working(kind, fail=asynchronous), "fail of fake, action, is an async function"),
    "a lever is async, and what to do": (lambda kind: working(kind, complete=asynchronous), FROM_OUTSIDE),
    "a lever needs a loop": (lambda kind: working(kind, complete=in_a_loop), FROM_OUTSIDE),
    "the start needs a loop": (in_a_loop, FROM_OUTSIDE),
    "a lever is misspelt": (lambda _: Subject(1, acknowledge_canceled=2), "Did you mean acknowledge_cancel? A Subject"),  # type: ignore[call-arg]
    "a kind is misspelt": (lambda _: Kind.OPERATIONS, "The kinds are Kind.ACTION, Kind.ACTION_WITH"),  # type: ignore[attr-defined]
    "a kind's value is misspelt": (lambda _: Kind("async_action"), "The kinds are Kind.ACTION, Kind.ACTION_WITH"),
    "an argument too many": (lambda kind, loop: working(kind), "start(kind) returns a fresh, started Subject"),  # type: ignore[dict-item, misc]  # noqa: ARG005
    "nothing is said": (lambda _: exec("assert False"), "fake failed to start action: AssertionError (conf"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_what_to_do(mistake: str) -> None:
    """In one paragraph that names the adapter."""
    start, says = MISTAKES[mistake]
    with pytest.raises(HarnessFault) as caught:
        smoke(InProcess(start, "fake"))
    told = str(caught.value)
    assert says in told
    assert "fake" in told
    assert "\n" not in told
