"""What a stranger reads who wrote an adapter as nearly everybody does at first."""

import asyncio
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import nullcontext
from typing import Any

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.engines.smoke.smoke import smoke
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


def canceled(_: object) -> None:
    """End as a task that was canceled."""
    raise asyncio.CancelledError


FROM_OUTSIDE = "hand it the work with loop.call_soon_threadsafe, and give a settle"
MISTAKES: dict[str, tuple[Start, str]] = {
    "a class is returned": (lambda _: plain.start, "returned function for action, not a Subject. Return what that"),
    "the operation's class is returned": (lambda kind: type(working(kind).operation), "returned the class "),
    "the subject is of a class": (
        lambda kind: working(kind, operation=type(working(kind).operation)),
        "whose operation is the class ",
    ),
    "NotImplemented is returned": (lambda _: NotImplemented, "For a kind that it does not have it raises Not"),
    "NotImplementedError is returned": (lambda _: NotImplementedError(), "For a kind that it does not have it raises"),
    "a future is returned": (lambda _: Future(), "Nobody waits for it: let start begin the work"),
    "a context is returned": (lambda _: nullcontext(), "It is a context manager, and nobody enters it"),
    "the class Subject is returned": (lambda _: Subject, "returned the class Subject for action, not a Subject. Make"),
    "a dictionary is returned": (lambda kind: {"operation": working(kind)}, "Subject(**that)"),
    "a Subject of nothing": (lambda _: Subject(), "A Subject takes operation, complete, fail,"),  # type: ignore[call-arg]
    "a Subject of too much": (lambda _: Subject(*range(20)), "A Subject takes operation, complete, fail,"),
    "no complete": (lambda kind: working(kind, complete=None), "complete is None for action. It has to be a function"),
    "operation and lever are swapped": (
        lambda kind: Subject(working(kind).complete, working(kind).operation),
        "The first argument of Subject is the operation",
    ),
    "a lever yields": (lambda kind: working(kind, complete=yields), "complete of fake, action, yields, and nobody"),
    "a declaration is a function": (lambda kind: working(kind, cancel_ends_work=bool), "It is True or False"),
    "a lever fails": (lambda kind: working(kind, fail=in_a_loop), "nothing but fail: fail(0x80004005): RuntimeErr"),
    "a lever exits": (lambda kind: working(kind, complete=sys.exit), "raises SystemExit, which carries no HRESULT"),
    "a lever is canceled": (lambda kind: working(kind, complete=canceled), "raises CancelledError, which carries no"),
    "dispose takes something": (lambda kind: working(kind, dispose=len), "dispose of fake, action, cannot be called"),
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


def test_a_lever_that_makes_a_coroutine_is_told_so() -> None:
    """Where it does nothing else, and CPython warns that the coroutine was never awaited."""
    told = pytest.raises(HarnessFault, match="does nothing: it returns a coroutine, and nobody awaits it")
    with warnings.catch_warnings(record=True), told:
        warnings.simplefilter("always")
        smoke(InProcess(lambda kind: working(kind, complete=lambda _: asynchronous()), "fake"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("int", "values of fake is 'int'. It is a tuple of int, string,"),
        (("int", "str"), "values of fake names 'str'. Did you mean string? The sorts are int, string,"),
        ((int,), "values of fake names '<type>'. The sorts are int, string,"),
    ],
)
def test_sorts_of_values_that_are_none_are_told(values: Any, says: str) -> None:
    """Before anything is run."""

    def start(kind: Kind) -> Subject:
        return working(kind)

    start.values = values  # type: ignore[attr-defined]
    with pytest.raises(HarnessFault) as caught:
        InProcess(start, "fake")
    assert says in str(caught.value)
