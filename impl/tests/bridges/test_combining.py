"""when_all and when_any, by C++/WinRT's rules."""

from typing import Any

import pytest

from iasyncinfo import (
    AsyncAction,
    AsyncActionWithProgress,
    AsyncOperation,
    AsyncOperationWithProgress,
    AsyncStatus,
    OperationCanceled,
    OperationFailed,
    when_all,
    when_any,
)
from iasyncinfo_conformance import Kind, families
from iasyncinfo_spec.hresults import E_ABORT, E_FAIL, signed


def several(number: int) -> tuple[list[AsyncOperation[int]], list[Any]]:
    """Return running operations and their producers."""
    pairs = [AsyncOperation[int].create() for _ in range(number)]
    return [operation for operation, _ in pairs], [producer for _, producer in pairs]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_all_completes_when_the_last_has(order: tuple[int, ...]) -> None:
    """In whatever order they end; the results stay where they are."""
    operations, producers = several(3)
    action = when_all(*operations)
    for place in order:
        assert action.status is AsyncStatus.STARTED
        producers[place].complete(place)
    action.get()
    assert [operation.get_results() for operation in operations] == [0, 1, 2]


def test_all_of_nothing_has_completed() -> None:
    """At birth."""
    when_all().get()


def test_all_of_a_thousand_that_have_ended_is_done_at_once() -> None:
    """One after the other, without a deep stack."""
    when_all(*[AsyncAction.finished()] * 5000).get()


def test_the_first_failure_in_order_decides() -> None:
    """One further back is not seen before those in front have ended."""
    operations, producers = several(3)
    action = when_all(*operations)
    producers[1].fail(E_ABORT)
    assert action.status is AsyncStatus.STARTED
    producers[0].fail(E_FAIL)
    with pytest.raises(OperationFailed) as failure:
        action.get()
    assert failure.value.winerror == signed(E_FAIL)
    assert operations[2].completed is None
    producers[2].complete(1)


def test_all_is_canceled_by_a_canceled_operation() -> None:
    """Whether it was canceled before or after its turn came."""
    for late in (False, True):
        operations, producers = several(2)
        if late:
            producers[0].complete(0)
        else:
            operations[0].cancel()
        action = when_all(*operations)
        if late:
            operations[1].cancel()
            producers[1].acknowledge_cancel()
        else:
            producers[0].acknowledge_cancel()
        with pytest.raises(OperationCanceled):
            action.get()
        producers[1].disconnect()


def test_canceling_all_cancels_none_of_them() -> None:
    """It is noticed before the next is awaited."""
    operations, producers = several(2)
    action = when_all(*operations)
    action.cancel()
    assert not producers[0].cancel_requested
    producers[0].complete(0)
    with pytest.raises(OperationCanceled):
        action.get()
    assert operations[1].completed is None
    producers[1].complete(1)


@pytest.mark.parametrize("combine", [when_all, when_any])
def test_a_taken_slot_fails_the_combination(combine: Any) -> None:
    """As an await of it would."""
    (operation,), (producer,) = several(1)
    operation.completed = lambda _sender, _status: None
    with pytest.raises(OperationFailed):
        combine(operation).get()
    producer.complete(1)


@pytest.mark.parametrize("winner", [0, 1])
def test_any_ends_like_the_first_to_end(winner: int) -> None:
    """The other runs on, neither canceled nor closed, and its slot is used up."""
    operations, producers = several(2)
    operation = when_any(*operations)
    producers[winner].complete(winner)
    assert operation.get() == winner
    loser = 1 - winner
    assert operations[loser].status is AsyncStatus.STARTED
    assert operations[loser].completed is not None
    producers[loser].complete(9)
    assert operation.get() == winner


@pytest.mark.parametrize("how", ["fail", "cancel"])
def test_any_ends_like_the_first_also_without_a_result(how: str) -> None:
    """An error or a cancellation wins, too."""
    operations, producers = several(2)
    operation = when_any(*operations)
    if how == "fail":
        producers[1].fail(E_ABORT)
        assert operation.error_code == signed(E_ABORT)
    else:
        operations[1].cancel()
        producers[1].acknowledge_cancel()
        assert operation.status is AsyncStatus.CANCELED
    producers[0].complete(0)


def test_any_of_some_that_have_ended_takes_the_first_given() -> None:
    """And still uses up the slots of those that run."""
    operations, producers = several(1)
    assert when_any(AsyncOperation.from_result(1), AsyncOperation.from_result(2), *operations).get_results() == 1
    assert operations[0].completed is not None
    producers[0].complete(0)


def test_canceling_any_cancels_none_of_them() -> None:
    """It ends, as Canceled, when the first of them does."""
    operations, producers = several(2)
    operation = when_any(*operations)
    operation.cancel()
    assert not any(producer.cancel_requested for producer in producers)
    producers[0].complete(0)
    with pytest.raises(OperationCanceled):
        operation.get()
    producers[1].complete(1)


@pytest.mark.parametrize(
    "given",
    [
        AsyncAction.finished(),
        AsyncActionWithProgress[int].finished(),
        AsyncOperation.from_result(1),
        AsyncOperationWithProgress[int, int].from_result(1),
    ],
)
def test_any_is_of_the_kind_of_its_operations(given: Any) -> None:
    """One class in, the same out; mixing kinds is refused."""
    assert type(when_any(given, given)) is type(given)
    other: Any = AsyncAction.finished() if type(given) is not AsyncAction else AsyncOperation.from_result(1)
    with pytest.raises(TypeError, match="one kind"):
        when_any(given, other)


@pytest.mark.parametrize("combine", [when_all, when_any])
def test_what_is_no_operation_is_refused_at_the_call(combine: Any) -> None:
    """By name."""
    with pytest.raises(TypeError, match="IAsyncInfo object"):
        combine(5)


def test_foreign_operations_are_combined() -> None:
    """By their members alone."""
    first, first_worker = families.create("cppwinrt", Kind.OPERATION)
    second, second_worker = families.create("ppl", Kind.OPERATION)
    either, both = when_any(first), when_all(second)
    first_worker.complete(5)
    second_worker.complete(6)
    assert (either.get(), both.status) == (5, AsyncStatus.COMPLETED)
