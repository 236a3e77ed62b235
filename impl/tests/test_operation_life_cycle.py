"""Status, id, error code, results, cancel and close in every state of the life cycle."""

from collections.abc import Callable, Iterator
from typing import Any, assert_type

import pytest

from iasyncinfo import (
    ActionProducer,
    ActionWithProgressProducer,
    AsyncAction,
    AsyncActionWithProgress,
    AsyncInfoError,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    IllegalDelegateAssignment,
    IllegalStateChange,
    OperationClosed,
    OperationFailed,
    OperationProducer,
    OperationWithProgressProducer,
    ResultsCanceled,
    ResultsNotReady,
)
from iasyncinfo_spec.hresults import E_ABORT, E_FAIL, E_ILLEGAL_METHOD_CALL, signed

KINDS: list[Any] = [AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress]


def complete(operation: Any, producer: Any, **policy: bool) -> bool:
    """Complete an operation of any kind with 5."""
    has_result = isinstance(operation, (AsyncOperation, AsyncOperationWithProgress))
    effective: bool = producer.complete(*[5] * has_result, **policy)
    return effective


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Any, Any]]:
    """A running operation of each kind with its producer."""
    operation, producer = request.param.create()
    yield operation, producer
    producer.disconnect()


def test_create_returns_the_precise_types() -> None:
    """The producer that ``create`` returns is the one of the operation's kind and types."""
    action = assert_type(AsyncAction.create(), tuple[AsyncAction, ActionProducer])
    quiet = assert_type(AsyncOperation[str].create(), tuple[AsyncOperation[str], OperationProducer[str]])
    loud = assert_type(
        AsyncActionWithProgress[float].create(),
        tuple[AsyncActionWithProgress[float], ActionWithProgressProducer[float]],
    )
    both = assert_type(
        AsyncOperationWithProgress[str, int].create(),
        tuple[AsyncOperationWithProgress[str, int], OperationWithProgressProducer[str, int]],
    )
    ends = action[1].complete(), quiet[1].complete("x"), loud[1].complete(), both[1].complete("y")
    assert ends == (True, True, True, True)


def test_a_new_operation_is_started(pair: tuple[Any, Any]) -> None:
    """An operation is running from birth, without error or results."""
    operation, _ = pair
    assert operation.status is AsyncStatus.STARTED
    assert operation.error_code == 0
    assert operation.completed is None
    with pytest.raises(ResultsNotReady) as refusal:
        operation.get_results()
    assert refusal.value.winerror == signed(E_ILLEGAL_METHOD_CALL)


def test_ids_are_unique_and_stable() -> None:
    """No two operations share an id, none is zero, and each keeps its own."""
    pairs = [kind.create() for kind in KINDS for _ in range(20)]
    ids = [operation.id for operation, _ in pairs]
    assert len(set(ids)) == len(ids)
    assert 0 not in ids
    assert [operation.id for operation, _ in pairs] == ids
    for _, producer in pairs:
        producer.disconnect()


def test_completion_publishes_the_result(pair: tuple[Any, Any]) -> None:
    """A completed operation gives its result as often as asked; an action gives None."""
    operation, producer = pair
    assert complete(operation, producer) is True
    expected = None if "Action" in type(operation).__name__ else 5
    assert operation.status is AsyncStatus.COMPLETED
    assert [operation.get_results(), operation.get_results()] == [expected, expected]
    assert operation.error_code == 0


def test_failure_publishes_the_code(pair: tuple[Any, Any]) -> None:
    """A failed operation shows its code as error_code and raises it from get_results."""
    operation, producer = pair
    assert producer.fail(E_ABORT) is True
    assert operation.status is AsyncStatus.ERROR
    assert operation.error_code == signed(E_ABORT)
    with pytest.raises(OperationFailed) as failure:
        operation.get_results()
    assert failure.value.winerror == failure.value.hresult == signed(E_ABORT)


def test_cancel_is_visible_before_the_work_ends(pair: tuple[Any, Any]) -> None:
    """A requested cancel reads as Canceled at once, and stays so when the work acknowledges it."""
    operation, producer = pair
    operation.cancel()
    assert operation.status is AsyncStatus.CANCELED
    assert producer.cancel_requested is True
    with pytest.raises(ResultsCanceled, match="canceled"):
        operation.get_results()
    assert producer.acknowledge_cancel() is True
    assert operation.status is AsyncStatus.CANCELED
    assert operation.error_code == 0
    with pytest.raises(ResultsCanceled, match="canceled"):
        operation.get_results()


@pytest.mark.parametrize("end", ["complete", "fail"])
def test_cancel_after_the_end_is_ignored(end: str) -> None:
    """A cancel that comes after the end changes nothing."""
    operation, producer = AsyncOperation[int].create()
    if end == "complete":
        producer.complete(5)
    else:
        producer.fail(E_FAIL)
    before = operation.status
    operation.cancel()
    assert operation.status is before


def test_an_outcome_after_cancel_is_canceled_by_default(pair: tuple[Any, Any]) -> None:
    """The work of a canceled operation may succeed or fail: it stays Canceled."""
    operation, producer = pair
    operation.cancel()
    assert complete(operation, producer) is False
    assert operation.status is AsyncStatus.CANCELED


def test_an_outcome_from_canceled_counts() -> None:
    """With from_canceled the outcome replaces Canceled."""
    operation, producer = AsyncOperation[int].create()
    operation.cancel()
    assert producer.complete(5, from_canceled=True) is True
    assert operation.get_results() == 5
    other, failing = AsyncOperation[int].create()
    other.cancel()
    assert failing.fail(E_FAIL, from_canceled=True) is True
    assert other.error_code == signed(E_FAIL)


def test_close_of_a_running_operation_is_refused(pair: tuple[Any, Any]) -> None:
    """Close needs an operation that has ended or been canceled, and refusing changes nothing."""
    operation, _ = pair
    with pytest.raises(IllegalStateChange):
        operation.close()
    assert operation.status is AsyncStatus.STARTED


MEMBERS: list[tuple[str, Callable[[Any], object]]] = [
    ("id", lambda operation: operation.id),
    ("status", lambda operation: operation.status),
    ("error_code", lambda operation: operation.error_code),
    ("completed", lambda operation: operation.completed),
    ("put_completed", lambda operation: setattr(operation, "completed", print)),
    ("put_null", lambda operation: setattr(operation, "completed", None)),
    ("progress", lambda operation: operation.progress),
    ("put_progress", lambda operation: setattr(operation, "progress", None)),
    ("get_results", lambda operation: operation.get_results()),
    ("get", lambda operation: operation.get()),
    ("wait", lambda operation: operation.wait(0)),
    ("await", lambda operation: next(operation.__await__())),
]


@pytest.mark.parametrize("work", ["ended", "running"])
@pytest.mark.parametrize(("name", "use"), MEMBERS, ids=[name for name, _ in MEMBERS])
def test_members_refuse_after_close(name: str, use: Callable[[Any], object], work: str) -> None:
    """After close every member but cancel and close raises OperationClosed, though Completed was set."""
    operation, producer = AsyncOperationWithProgress[int, int].create()
    if name != "put_completed":
        operation.completed = None
    operation.cancel()
    if work == "ended":
        producer.acknowledge_cancel()
    operation.close()
    with pytest.raises(OperationClosed) as refusal:
        use(operation)
    assert refusal.value.winerror == signed(E_ILLEGAL_METHOD_CALL)
    operation.cancel()
    operation.close()
    producer.disconnect()


@pytest.mark.parametrize("end", ["complete", "fail", "acknowledge"])
def test_close_while_cancel_is_pending_tells_the_handler_canceled(end: str) -> None:
    """The handler of an operation closed early is called once, with Canceled, and members refuse in it."""
    operation, producer = AsyncOperation[int].create()
    told: list[Any] = []

    def handler(sender: AsyncOperation[int], status: AsyncStatus) -> None:
        with pytest.raises(OperationClosed):
            sender.get_results()
        told.append((sender, status))

    operation.completed = handler
    operation.cancel()
    operation.close()
    assert producer.cancel_requested is True
    effective = {
        "complete": lambda: producer.complete(5, from_canceled=True),
        "fail": lambda: producer.fail(E_FAIL, from_canceled=True),
        "acknowledge": producer.acknowledge_cancel,
    }[end]()
    assert effective is (end == "acknowledge")
    assert told == [(operation, AsyncStatus.CANCELED)]


def test_repr_says_the_state_even_when_closed() -> None:
    """The repr has class, address, state and whether a handler waits, and never refuses."""
    operation, producer = AsyncOperation[int].create()
    assert repr(operation) == f"<AsyncOperation at {id(operation):#x}: started>"
    operation.completed = lambda _sender, _status: None
    assert repr(operation).endswith(": started, a handler waits>")
    assert repr(operation) in repr(producer)
    operation.cancel()
    operation.close()
    assert "closed, work still running" in repr(operation)
    producer.acknowledge_cancel()
    assert repr(operation).endswith(": closed>")
    assert "ended" in repr(producer)


@pytest.mark.parametrize("slots", [True, False])
def test_subclasses_are_created_as_themselves(slots: bool) -> None:
    """A subclass, with slots or without, is what its ``create`` returns, and may have an __init__."""

    class SignOut(AsyncAction):
        if slots:
            __slots__ = ("user",)

        def __init__(self) -> None:
            super().__init__()
            self.user = "nobody"

    operation, producer = SignOut.create()
    assert type(operation) is SignOut
    assert operation.user == "nobody"
    assert hasattr(operation, "__dict__") is not slots
    assert producer.complete()
    assert operation.status is AsyncStatus.COMPLETED


def test_every_refusal_is_an_async_info_error() -> None:
    """One except clause catches everything that an operation raises."""
    for refusal in (IllegalStateChange, OperationClosed, OperationFailed, IllegalDelegateAssignment):
        assert issubclass(refusal, AsyncInfoError)
        assert issubclass(refusal, OSError)
