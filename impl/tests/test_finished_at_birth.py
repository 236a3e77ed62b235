"""Operations that have ended before anybody sees them."""

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
)
from iasyncinfo_spec.hresults import E_ACCESSDENIED, E_FAIL, signed

KINDS: list[Any] = [AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress]


def test_a_result_completes_it() -> None:
    """from_result and finished make Completed ones, whose handler is called within the put."""
    told: list[tuple[AsyncStatus, object]] = []
    for operation in (AsyncOperation.from_result(5), AsyncOperationWithProgress[int, int].from_result(5)):
        operation.completed = lambda sender, status: told.append((status, sender.get_results()))
        assert operation.get() == 5
    for action in (AsyncAction.finished(), AsyncActionWithProgress[int].finished()):
        action.completed = lambda _sender, status: told.append((status, None))
        action.get()
    assert told == [(AsyncStatus.COMPLETED, 5)] * 2 + [(AsyncStatus.COMPLETED, None)] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_fails_it(kind: Any) -> None:
    """An HRESULT is its error code; an exception the cause of what get_results raises."""
    operation = kind.from_error(E_FAIL)
    assert (operation.status, operation.error_code) == (AsyncStatus.ERROR, signed(E_FAIL))
    cause = ValueError("mine")
    with pytest.raises(OperationFailed) as failure:
        kind.from_error(cause).get()
    assert failure.value.__cause__ is cause


@pytest.mark.parametrize("kind", KINDS)
def test_a_canceled_one_raises_operation_canceled(kind: Any) -> None:
    """It is recognised by its status."""
    operation = kind.canceled()
    assert operation.status is AsyncStatus.CANCELED
    with pytest.raises(OperationCanceled):
        operation.get()


@pytest.mark.parametrize(("reason", "error"), [(0, ValueError), ("no", TypeError)])
def test_what_is_no_failure_is_refused(reason: Any, error: type[Exception]) -> None:
    """S_OK and a text are mistakes, told at the call."""
    with pytest.raises(error):
        AsyncAction.from_error(reason)


def test_a_subclass_is_born_as_itself() -> None:
    """The classmethods make the class that they are called on."""

    class Mine(AsyncOperation[int]):
        pass

    assert type(Mine.from_result(1)) is Mine


@pytest.mark.parametrize("kind", KINDS)
def test_a_windows_error_keeps_its_code(kind: Any) -> None:
    """Windows' own OSErrors carry a Win32 code, which becomes the HRESULT made of it."""
    error: Any = OSError("Access is denied")
    error.winerror = 5
    operation = kind.from_error(error)
    assert operation.error_code == signed(E_ACCESSDENIED)
    with pytest.raises(OperationFailed) as failure:
        operation.get()
    assert failure.value.__cause__ is error
