"""The mistakes that adapters make most: each is told in a paragraph that names it, and what mends it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest

from iasyncinfo_conformance.counterexamples import plain
from iasyncinfo_conformance.engines.smoke.smoke import smoke
from iasyncinfo_conformance.errors import HarnessFault
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.targets import hooks
from iasyncinfo_conformance.targets.inprocess import InProcess
from iasyncinfo_spec.abi import Kind


def starting(change: Callable[[Subject], Any]) -> Callable[[Kind], Any]:
    """An adapter for actions that changes what a right one hands over."""

    def start(kind: Kind) -> Any:
        if kind is not Kind.ACTION:
            raise NotImplementedError
        return change(plain.start(kind))

    return start


def told(start: Callable[[Kind], Any]) -> str:
    """What is said of an adapter before anything is run on it."""
    with pytest.raises(HarnessFault) as fault:
        smoke(InProcess(start, "mine:start", explores=False))
    return str(fault.value)


def later(work: Callable[[], object]) -> None:
    """Do something on another thread, a moment from now."""
    threading.Timer(0.02, work).start()


def work_that_dies(_result: object) -> None:
    """End the work on a thread that fails first."""

    def work() -> None:
        raise LookupError("no such file")

    threading.Thread(target=work, name="worker").start()


async def begin(kind: Kind) -> Subject:
    """An adapter that has to be awaited."""
    return plain.start(kind)


def takes_nothing() -> Subject:
    """An adapter that is not told the kind."""
    return plain.start(Kind.ACTION)


def late(subject: Subject) -> Subject:
    """A worker of its own, for whom nobody waits."""
    assert subject.complete is not None
    complete = subject.complete
    return replace(subject, complete=lambda result: later(lambda: complete(result)))


def fail_here(_code: int) -> None:
    """Take an argument that nobody gives."""


def ends_swapped(subject: Subject) -> Subject:
    """Two levers, each in the other's place, adapted to what is given there."""
    fail, acknowledge = subject.fail, subject.acknowledge_cancel
    assert fail is not None
    assert acknowledge is not None
    return replace(subject, fail=lambda _: acknowledge(), acknowledge_cancel=lambda: fail(0x80004005))


def ended_already(subject: Subject) -> Subject:
    """Work that is over before anybody asks, of an object that tells its end at each call of the lever."""
    operation, complete = subject.operation, subject.complete
    assert complete is not None
    complete(0)

    def complete_again(result: object) -> None:
        complete(result)
        operation.completed(operation, operation.status)

    return replace(subject, complete=complete_again)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (late, "returns too early: a moment later it has ended the work. Give the Subject a settle"),
        (lambda s: replace(s, complete=work_that_dies), "and a thread has died: worker: LookupError: no such file ("),
        (lambda s: replace(s, complete=lambda _: None), "complete of mine:start, action, does nothing: status, error"),
        (lambda s: replace(s, complete=lambda: None), "<lambda>() takes 0 positional arguments but 1 was given"),
        (lambda s: replace(s, complete=lambda: None), "It takes one argument, the result, for actions too"),
        (lambda s: replace(s, acknowledge_cancel=fail_here), "missing 1 required positional argument: '_code'"),
        (lambda s: replace(s, settle=fail_here), "settle of mine:start, action, cannot be called as it has to be"),
        (lambda s: replace(s, complete=s.fail, fail=s.complete), "complete and fail of mine:start, action, are swap"),
        (
            ends_swapped,
            "fail and acknowledge_cancel of mine:start, action, are swapped: after fail Status reads Started",
        ),
        (lambda s: replace(s, operation=Mock()), "operation of mine:start, action, is a Mock: it answers whatever"),
        (ended_already, "hands out an object that has ended: its status is Completed at once"),
        (lambda _: None, "returned NoneType for action, not a Subject. Is there a return in it?"),
        (lambda s: (s.operation, s.complete), "returned tuple for action, not a Subject. Put what is in it into one"),
        (lambda s: s.operation, "not a Subject. That is the operation alone, without the levers of its worker."),
        (lambda s: iter([s]), "returned list_iterator for action, not a Subject. Build one: Subject("),
        (lambda s: (each for each in [s]), "not a Subject. It yields: let it return the Subject, and clean up in"),
    ],
)
def test_a_mistake_is_named(change: Callable[[Subject], Any], says: str) -> None:
    """In the paragraph stands what to do."""
    found = told(starting(change))
    assert says in found


def test_a_start_that_is_async_is_told_so() -> None:
    """And the coroutine is closed: nothing warns that it was never awaited."""
    assert "returned coroutine for action, not a Subject. It is an async function" in told(begin)


def test_a_start_that_takes_no_kind_is_told_pythons_own_words() -> None:
    """With what start has to take."""
    found = told(takes_nothing)  # type: ignore[arg-type]
    assert (
        "takes_nothing() takes 0 positional arguments but 1 was given. It is called with the kind alone. start("
        in found
    )


@pytest.mark.parametrize("when", ["while the work goes on and nothing is due", "after complete"])
def test_a_settle_that_blocks_is_named(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it waits for an end that nobody has brought, or for ever."""
    monkeypatch.setattr(hooks, "SETTLE_SECONDS", 0.05)
    never = threading.Event()

    def blocking(subject: Subject) -> Subject:
        ended = threading.Event()
        complete = subject.complete
        assert complete is not None
        if when == "after complete":
            settle = lambda: never.wait() if ended.is_set() else None  # noqa: E731
        else:
            settle = ended.wait

        def complete_and_tell(result: object) -> None:
            complete(result)
            ended.set()

        return replace(subject, complete=complete_and_tell, settle=settle)

    assert f"settle of mine:start, action, does not come back within 0.05 s {when}" in told(starting(blocking))
    never.set()


class Bare:
    """An operation whose refusals are OSErrors without a code."""

    def __init__(self, operation: Any) -> None:
        self._operation = operation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._operation, name)

    @property
    def completed(self) -> Any:
        """The handler."""
        return self._operation.completed

    @completed.setter
    def completed(self, handler: Any) -> None:
        self._operation.completed = None if handler is None else lambda _, status: handler(self, status)

    def get_results(self) -> None:
        """Refuse with a fourth argument, which is kept on Windows alone."""
        raise OSError(None, "not yet", None, -2147483634)


def test_an_oserror_that_has_lost_its_code_is_remarked() -> None:
    """It is no fault: a subject may be so; the remark says why there is no code."""
    target = InProcess(starting(lambda s: replace(s, operation=Bare(s.operation))), "mine:start", explores=False)
    remarks = smoke(target)
    assert any("here an OSError has no winerror: Python keeps its fourth argument" in each for each in remarks)


class Spelt:
    """An operation with one member that is not as callers use it."""

    def __init__(self, operation: Any, member: str, instead: Any) -> None:
        self.__dict__.update(_operation=operation, _member=member, _instead=instead)

    def __getattr__(self, name: str) -> Any:
        if name != self._member:
            return getattr(self._operation, name)
        return self._instead(self._operation)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._operation, name, value)


def absent(_operation: Any) -> Any:
    """Have no such member."""
    raise AttributeError("'Mine' object has no attribute 'get_results'")


async def awaited() -> None:
    """Give the result to who awaits it."""


@pytest.mark.filterwarnings("ignore:coroutine 'awaited' was never awaited:RuntimeWarning")
@pytest.mark.parametrize(
    ("member", "instead", "says"),
    [
        ("status", lambda it: it.get_results, "status of action is a method, and callers read it without calling it"),
        ("error_code", lambda _: absent, "error_code of action is a method, and callers read it without calling it"),
        ("status", lambda _: Mock(), "status of action is a mock that nobody has given a value"),
        ("id", lambda _: "7", "id of action answers '7', which is no number: let it answer an int"),
        ("cancel", lambda it: it.cancel(), "'NoneType' object is not callable. Callers call it: make it a method"),
        ("get_results", lambda it: it.get_results(), "get_results of action raises TypeError: 'NoneType' object is"),
        ("get_results", lambda _: awaited, "get_results of action is an async method, and callers do not await it"),
        ("get_results", absent, " in absent). An operation has this member; one that is spelt otherwise goes into a"),
        ("cancel", lambda _: lambda why: why, "1 required positional argument: 'why'. Callers give it no argument"),
    ],
)
def test_a_member_that_is_not_as_callers_use_it_is_remarked(
    member: str, instead: Callable[[Any], Any], says: str
) -> None:
    """It is the object's own fault, so that the rules speak of it; the remark tells why so many fail."""
    start = starting(lambda s: replace(s, operation=Spelt(s.operation, member, instead)))
    remarks = smoke(InProcess(start, "mine:start", explores=False))
    assert any(says in each for each in remarks), remarks


def test_a_remark_that_holds_of_every_kind_is_made_once() -> None:
    """Two kinds whose lever has a result of its own."""

    def start(kind: Kind) -> Any:
        if not kind.has_result:
            raise NotImplementedError
        subject = plain.start(kind)
        complete = subject.complete
        assert complete is not None
        return replace(subject, complete=lambda _: complete(42))

    (remark,) = smoke(InProcess(start, "mine:start", explores=False))
    assert remark.startswith("complete of every kind may not hand on what it is given: after complete(5) get_results")


def test_what_is_right_gets_no_remark() -> None:
    """A plain action, and one whose handlers run elsewhere and are waited for."""
    assert smoke(InProcess(starting(lambda s: s), "mine:start", explores=False)) == []
