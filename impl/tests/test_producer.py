"""What the worker's side answers: effects, wrong uses, cancel callbacks, and being dropped."""

import logging
import subprocess
import sys
import textwrap
from typing import Any

import pytest

from iasyncinfo import AsyncAction, AsyncOperation, AsyncStatus, OperationFailed
from iasyncinfo_spec.hresults import E_ABORT, E_FAIL, ERROR_CANCELLED, RPC_E_DISCONNECTED, signed


def test_disconnecting_ends_the_work_at_once_and_only_if_it_has_not_ended() -> None:
    """What may have ended is cleaned up without a warning; what has ended stays as it is."""
    operation, producer = AsyncOperation[int].create()
    producer.disconnect()
    assert operation.error_code == signed(RPC_E_DISCONNECTED)
    producer.disconnect()
    ended, other = AsyncOperation[int].create()
    assert other.complete(5) is True
    other.disconnect()
    assert ended.get_results() == 5


def test_acknowledging_a_cancel_that_nobody_requested_has_no_effect() -> None:
    """It returns False and the work goes on."""
    operation, producer = AsyncOperation[int].create()
    assert producer.acknowledge_cancel() is False
    assert operation.status is AsyncStatus.STARTED
    assert producer.complete(5) is True


@pytest.mark.parametrize("code", [E_ABORT, signed(E_ABORT), ERROR_CANCELLED, 0xFFFFFFFF, -1, -(2**31)])
def test_fail_takes_signed_and_unsigned_failures(code: int) -> None:
    """Any failure HRESULT ends the operation in Error with that code."""
    operation, producer = AsyncAction.create()
    assert producer.fail(code) is True
    assert operation.error_code == signed(code)


@pytest.mark.parametrize("code", [0, 1, True, 5, 2**31 - 1, 2**32, -(2**31) - 1])
def test_fail_with_a_success_code_is_refused(code: int) -> None:
    """A number that is no failure HRESULT raises ValueError and the work goes on."""
    operation, producer = AsyncAction.create()
    with pytest.raises(ValueError, match="HRESULT"):
        producer.fail(code)
    assert operation.status is AsyncStatus.STARTED
    producer.complete()


@pytest.mark.parametrize("reason", [None, "E_FAIL", 0.5, ValueError])
def test_fail_with_something_else_is_refused(reason: Any) -> None:
    """What is neither a number nor an exception raises TypeError."""
    _, producer = AsyncAction.create()
    with pytest.raises(TypeError, match="HRESULT or an exception"):
        producer.fail(reason)
    producer.complete()


def coded(**codes: int) -> Exception:
    """An exception that carries HRESULTs."""
    error = Exception("coded")
    for name, code in codes.items():
        setattr(error, name, code)
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("plain"), E_FAIL),
        (coded(winerror=signed(E_ABORT)), E_ABORT),
        (coded(hresult=E_ABORT), E_ABORT),
        (coded(winerror=5), E_FAIL),
        (coded(winerror=0, hresult=E_ABORT), E_ABORT),
        (OperationFailed(E_ABORT), E_ABORT),
    ],
)
def test_fail_with_an_exception_takes_its_code_and_keeps_it_as_cause(error: Exception, code: int) -> None:
    """The code is its winerror or hresult where that is a failure, otherwise E_FAIL."""
    operation, producer = AsyncAction.create()
    assert producer.fail(error) is True
    assert operation.error_code == signed(code)
    with pytest.raises(OperationFailed) as failure:
        operation.get_results()
    assert failure.value.winerror == signed(code)
    assert failure.value.__cause__ is error


def test_each_get_results_raises_a_fresh_exception() -> None:
    """Asking often neither shares an exception nor lengthens the traceback of the cause."""
    operation, producer = AsyncAction.create()
    error = ValueError("plain")
    producer.fail(error)
    failures = []
    for _ in range(3):
        with pytest.raises(OperationFailed) as failure:
            operation.get_results()
        failures.append(failure.value)
    assert len({id(failure) for failure in failures}) == 3
    assert error.__traceback__ is None


def test_the_cancel_callback_is_called_once_on_cancel() -> None:
    """Several cancels tell the producer once, when Canceled is already visible."""
    operation, producer = AsyncAction.create()
    seen: list[Any] = []
    producer.on_cancel(lambda: seen.append(operation.status))
    operation.cancel()
    operation.cancel()
    assert seen == [AsyncStatus.CANCELED]
    producer.acknowledge_cancel()


def test_a_cancel_callback_set_late_is_called_at_once() -> None:
    """If the cancel was requested before, even closed, the callback runs before on_cancel returns."""
    operation, producer = AsyncAction.create()
    seen: list[str] = []
    operation.cancel()
    producer.on_cancel(lambda: seen.append("pending"))
    operation.close()
    producer.on_cancel(lambda: seen.append("closed"))
    producer.acknowledge_cancel()
    producer.on_cancel(lambda: seen.append("ended"))
    assert seen == ["pending", "closed"]


def test_there_is_one_cancel_callback() -> None:
    """Another replaces it and None removes it."""
    seen: list[str] = []
    operation, producer = AsyncAction.create()
    producer.on_cancel(lambda: seen.append("first"))
    producer.on_cancel(lambda: seen.append("second"))
    operation.cancel()
    other, without = AsyncAction.create()
    without.on_cancel(lambda: seen.append("removed"))
    without.on_cancel(None)
    other.cancel()
    assert seen == ["second"]
    producer.acknowledge_cancel()
    without.acknowledge_cancel()


def test_cancel_after_the_end_does_not_call_the_callback() -> None:
    """An operation that has ended has nothing left to cancel."""
    operation, producer = AsyncAction.create()
    seen: list[str] = []
    producer.on_cancel(lambda: seen.append("called"))
    producer.complete()
    operation.cancel()
    assert seen == []
    assert producer.cancel_requested is False


def test_a_cancel_callback_may_end_the_work() -> None:
    """The work may end inside cancel, and the handler is then called inside it."""
    operation, producer = AsyncAction.create()
    told: list[AsyncStatus] = []
    operation.completed = lambda _sender, status: told.append(status)
    producer.on_cancel(producer.acknowledge_cancel)
    operation.cancel()
    assert told == [AsyncStatus.CANCELED]


def test_a_cancel_callback_that_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Cancel never fails."""
    operation, producer = AsyncAction.create()
    producer.on_cancel(lambda: 1 // 0)
    with caplog.at_level(logging.ERROR, "iasyncinfo"):
        operation.cancel()
    assert len(caplog.records) == 1
    assert operation.status is AsyncStatus.CANCELED
    producer.acknowledge_cancel()


def test_a_cancel_callback_that_is_not_callable_is_refused() -> None:
    """The mistake is told at the call."""
    _, producer = AsyncAction.create()
    wrong: Any = "stop"
    with pytest.raises(TypeError, match="callable or None"):
        producer.on_cancel(wrong)
    producer.complete()


def test_dropping_the_producer_disconnects_the_operation() -> None:
    """The operation ends in Error with RPC_E_DISCONNECTED and a ResourceWarning, so nobody hangs."""
    operation, producer = AsyncOperation[int].create()
    with pytest.warns(ResourceWarning, match="AsyncOperation was dropped"):
        del producer
    assert operation.wait(60) is AsyncStatus.ERROR
    assert operation.error_code == signed(RPC_E_DISCONNECTED)


def test_dropping_the_producer_calls_the_handler_on_another_thread() -> None:
    """A finalizer may interrupt code that holds the lock which the handler wants, so it is called elsewhere."""
    from threading import Event, Lock

    operation, producer = AsyncOperation[int].create()
    held, called = Lock(), Event()
    told: list[AsyncStatus] = []

    def handler(_sender: object, status: AsyncStatus) -> None:
        with held:
            told.append(status)
        called.set()

    operation.completed = handler
    with held, pytest.warns(ResourceWarning):
        del producer
    assert called.wait(60)
    assert told == [AsyncStatus.ERROR]


def test_a_producer_alive_at_interpreter_exit_only_warns() -> None:
    """Exit neither hangs nor prints a traceback."""
    script = """
        import iasyncinfo
        operation, producer = iasyncinfo.AsyncAction.create()
        operation.completed = print
        cycle = [producer]
        cycle.append(cycle)
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
